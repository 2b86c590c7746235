"""How often it is looked for what is due: so seldom that looking takes a twelfth of the time at most.

In a company of 10,000 that is every minute, and after every nudge. In one of 100,000 a look at all takes
Postgres some ten seconds, and whoever proposes terms would have it look again each time. What is due stays
due, so nothing is lost by coming some minutes later.
"""

from __future__ import annotations

from alliance_site import remembered

NOTICEABLE = 5.0  #: seconds; after a look that took less there is no rest
TIMES_AS_LONG = 12
LONGEST = 240  #: seconds, less than half of the silence that HR is told of
_KEY = "outbox:rests"


def rests() -> bool:
    """Whether somebody looked just now, and it took so long that it is not looked again yet."""
    return bool(remembered.recall(_KEY))


def rest_after(seconds: float) -> None:
    """Of a look that took so long."""
    if seconds >= NOTICEABLE:
        remembered.remember(_KEY, True, seconds, times=TIMES_AS_LONG, longest=LONGEST)
