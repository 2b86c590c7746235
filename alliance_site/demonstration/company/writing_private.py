"""Writes what the three who sign in keep to themselves: notes, and the days on which they are away."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from feedback.models import CheckIn
from feedback.services.notes import write_note
from people.models import Person
from people.services import be_away
from tours.models import Tour

#: Who, of whose tour, and what: one of the tour that runs, and one of the check-in both had last.
NOTES = (
    (
        "ines",
        "ines",
        "Ask about the write-up before the release is near, not after. And do not talk the architecture round"
        " down: I wanted it.",
        "He looked tired. The week with the consultant is not forgotten, he says; put it to him in writing.",
    ),
    (
        "tomas",
        "ines",
        "Her name should be on the forecast work when the board sees it. She will not ask for that herself.",
        "I owe her the word of Legal on the write-up. Call them before we meet again.",
    ),
    (
        "tomas",
        "eng_overdue",
        "Says little in the form and much on the way to lunch. Walk with them first.",
        "",
    ),
    (
        "ruth",
        "ruth",
        "To be settled with the board before the spring: what comes after this tour, for me as well.",
        "",
    ),
)
#: Who is away, from so many days from today, for how long.
AWAY = (("ines", 24, 11), ("tomas", -38, 9), ("tomas", 61, 16), ("ruth", 12, 4))


def write_private(today: date, people: dict[str, Person]) -> None:
    for who, days, length in AWAY:
        since = today + timedelta(days=days)
        be_away(people[who], since, since + timedelta(days=length))
    for who, whose, of_tour, of_checkin in NOTES:
        tour = Tour.objects.active(today).filter(employee=people[whose]).latest("pk")
        _note(people[who], tour, of_tour, today - timedelta(days=9))
        last = CheckIn.objects.filter(tour=tour, revealed_at__isnull=False).order_by("due_on").last()
        if of_checkin and last and last.revealed_on:
            _note(people[who], last, of_checkin, last.revealed_on + timedelta(days=1))


def _note(author: Person, about: Tour | CheckIn, words: str, day: date) -> None:
    now = datetime.combine(day, time(17, 20), tzinfo=UTC)
    write_note(author, about, words, basis=None, now=now)
