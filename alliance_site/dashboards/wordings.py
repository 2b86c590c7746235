"""What the letters say, of invented people, so that HR reads the words and nobody's affairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import SimpleNamespace
from typing import Any, NamedTuple

from alliance_site.outbox.letters import write
from alliance_site.outbox.occasions import Occasion, Recipient
from alliance_site.outbox.occasions import Wording as Companys

MOST_STEPS = 4

#: What a letter may be about, one at a time; most letters know none of it, and then say the same.
TURNS: list[dict[str, Any]] = [
    {},
    {"to_employee": True},
    {"to_successor": True},
    {"own_proposal": True},
    {"agreed": True},
    {"in_force": True},
    {"asked": True},
    {"moved": True},
    {"open_ended": True},
    {"overdue": True},
    {"overdue": True, "to_employee": True},
    *({"kind": kind} for kind in ("handover", "undecided")),
    {"own": True},
    {"to_employee": True, "role_stays": True},
    {"what_came": True},
    {"what_came": True, "to_employee": True},
    {"by_import": True},
    {"taken_away": True},
    *({"entry": SimpleNamespace(kind=kind)} for kind in ("kept", "not_kept", "asked", "agreed", "refused")),
    {"to_end": True},
    *({"otherwise": True, "step": step} for step in range(2)),
    *({"to_employee": mine, "step": step} for step in range(1, MOST_STEPS) for mine in (False, True)),
]


class Wording(NamedTuple):
    subject: str
    text: str


def wordings(
    occasion: Occasion, language: str, today: date, zone: tzinfo, companys: Mapping[str, Companys]
) -> list[Wording]:
    """All that differ, with what the company says in each."""
    reader = Recipient("", "Alex Ames", language, zone, wordings=companys)
    found = dict.fromkeys(_written(occasion, reader, today))
    return list(found)


def _written(occasion: Occasion, reader: Recipient, today: date) -> Iterator[Wording]:
    for turn in TURNS:
        context = example(today) | turn
        words = write(occasion, reader, context | {"late": context["step"] > 0})
        yield Wording(words.subject, words.text)
    for kind in ("declined", "withdrawn", "change"):
        context = example(today)
        context["said"].kind = kind
        words = write(occasion, reader, context)
        yield Wording(words.subject, words.text)


def example(today: date) -> dict[str, Any]:
    """Every name that a letter may ask for."""
    soon, other, before = today + timedelta(days=30), _person("Robin Brand"), _person("Kim Cole")
    force = SimpleNamespace(ends_on=soon)
    tour = SimpleNamespace(
        employee=_person("Alex Ames"), manager=before, in_force=force, in_force_id=None, ended_on=today
    )
    flags = ("to_employee", "to_successor", "own_proposal", "agreed", "in_force", "asked", "moved", "own")
    more = ("open_ended", "overdue", "programme", "by_import", "taken_away", "what_came", "role_stays")
    other_turns = ("otherwise", "to_end")
    return {
        **dict.fromkeys((*flags, *more, *other_turns), False),
        **dict.fromkeys(("day", "due_on", "last_day", "since", "month"), soon),
        "at": datetime.combine(today, time(9, 30), UTC),
        "other": other,
        "successor": other,
        "agreed_with": before,
        "manager": before.name,
        "tour": tour,
        "terms": SimpleNamespace(tour=tour, number=2, proposed_at=today, proposed_by=other, reason=""),
        "checkin": SimpleNamespace(due_on=today, lapses_on=soon),
        "entry": SimpleNamespace(kind="done"),
        "said": SimpleNamespace(kind="change", at=today),
        "run": SimpleNamespace(file="people.csv", rows=120, created=3, changed=5),
        "file": "people.csv",
        "problems": ["?"],
        "lines": ["…"],
        "left": [("…", "/")],
        "reasons": [],
        "as_of": "…",
        "kind": "unsigned",
        "step": 0,
        "who_sees": "…",
        "path": "/",
    }


def _person(name: str) -> SimpleNamespace:
    return SimpleNamespace(name=name)
