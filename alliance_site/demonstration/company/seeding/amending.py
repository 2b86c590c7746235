"""Terms made anew while the tour ran: a newer version, with its reason and a promise more. Most were accepted
by both; a few wait for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from alliance_site.demonstration.company.agreeing import Desk
from alliance_site.demonstration.company.calendar import working_day
from alliance_site.demonstration.company.facts import EMPLOYEE, MANAGER, Line, Owed, Version

SHARE = 0.11  #: of tours that run long enough
PENDING = 0.07  #: of tours that run today, and have for long enough
DAYS_AGO = (9, 24)  #: since it was begun to be written
SETTLED, LEFT_TO_RUN = timedelta(days=70), timedelta(days=80)
DUE_AFTER = (35, 75)  #: days, for the promise that came in

#: Why, and by whom is promised what, known by what.
CHANGES = (
    ("The customer has moved the start by a quarter. The mission stays; it needs help in the meantime.",
     MANAGER, "A second pair of hands until the start, two days a week.", "the roster"),
    ("Two of us have left the team. We said openly what that means for this tour.",
     MANAGER, "Nothing of the work of the two lands here without a word before.", "the list, gone through"),
    ("What was learnt in the first half is asked for elsewhere. We both want it to be seen.",
     EMPLOYEE, "Show the other teams what came of it, in one hour.", "the date and who was there"),
    ("The budget for the course was cut. We put something in its place that is worth as much.",
     MANAGER, "A week with the partner who does this best, instead of the course.", "the travel booked"),
    ("The first result came earlier than we thought, so there is room for a second one.",
     EMPLOYEE, "The same again for one more customer, from start to end.", "the customer's word"),
    ("We had not said who decides about the next step. It belongs in here.",
     MANAGER, "A written answer about the next step, with reasons.", "the letter"),
)  # fmt: skip


def amended(
    desk: Desk, versions: list[Version], employee: str, line: Line | None, last: date
) -> list[Version]:
    """With one version more, where the two were together for long enough after the newest and before `last`.

    `line` is to whom the employee reported by then.
    """
    newest, rng = versions[-1], desk.rng
    assert newest.signed_at
    if rng.random() >= SHARE or line is None or line.manager != newest.manager:
        return versions
    earliest = max(newest.signed_at.date(), newest.starts_on) + SETTLED
    latest = min(last, desk.today, line.until or last) - LEFT_TO_RUN
    if latest < earliest:
        return versions
    day = working_day(earliest + timedelta(days=rng.randrange((latest - earliest).days + 1)))
    return [*versions, _changed(desk, newest, employee, day)]


def unanswered(desk: Desk, newest: Version, employee: str, line: Line | None, last: date) -> Version | None:
    """A change that one side proposed lately and the other has not accepted: until then the newest holds.

    `line` is to whom the employee reports today.
    """
    assert newest.signed_at
    rng, day = desk.rng, working_day(desk.today - timedelta(days=desk.rng.randint(*DAYS_AGO)))
    earliest = max(newest.signed_at.date(), newest.starts_on) + SETTLED
    together = line is not None and line.manager == newest.manager
    if rng.random() >= PENDING or not together or day < earliest or last < desk.today + LEFT_TO_RUN:
        return None
    version = _changed(desk, newest, employee, day)
    return replace(version, signed=version.signed[: rng.randrange(2)])


def _changed(desk: Desk, version: Version, employee: str, day: date) -> Version:
    rng = desk.rng
    promised = {owed.what for owed in version.promises}
    reason, by, what, known_by = rng.choice([change for change in CHANGES if change[2] not in promised])
    proposer, other = rng.sample((EMPLOYEE, MANAGER), 2)
    begun = desk.clock.at(day)
    proposed = desk.clock.after(begun, 3)
    first = desk.clock.after(proposed, 2)
    signed = ((proposer, first), (other, desk.clock.after(first, 5)))
    owed = Owed(by, what, working_day(day + timedelta(days=rng.randint(*DUE_AFTER))), known_by)
    writer = employee if proposer == EMPLOYEE else ""
    anew = replace(version, created_at=begun, proposed_at=proposed, signed=signed, said=None, by=writer)
    return replace(anew, reason=reason, promises=(*version.promises, owed))
