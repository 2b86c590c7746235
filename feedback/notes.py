"""What a private note is about, as its author knows it, and the part of it that a search found."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from feedback import reading
from feedback.models import CheckIn, Note
from people.days import today_for
from people.models import Person
from tours.access import manager_named
from tours.models import Side, Tour

SHOWN = 240  #: characters of a note in the list
BEFORE = 60  #: of them before what was looked for


@dataclass(frozen=True)
class Place:
    """`url` is empty where the author cannot open it any more; the note stays theirs."""

    title: str
    url: str
    about: Tour | CheckIn
    form_url: str

    @classmethod
    def of(cls, about: Tour | CheckIn, author: Person) -> Place:
        kind = "tour_note" if isinstance(about, Tour) else "checkin_note"
        return cls(_title(about, author), about.get_absolute_url(), about, reverse(kind, args=[about.pk]))

    @classmethod
    def of_note(cls, note: Note, author: Person) -> Place:
        about = note.checkin or note.tour
        vars(note.tour)["taken_over_by"] = note.taken_over_by
        url = about.get_absolute_url() if note.opens else ""
        title = _title(about, author) if note.opens else _known_title(about)
        return cls(title, url, about, reverse("note", args=[note.pk]))


def _title(about: Tour | CheckIn, author: Person) -> str:
    if isinstance(about, Tour):
        manager = manager_named(author, about, today_for(author))
        names = {"employee": about.employee.name, "manager": manager.name}
        return _("The tour of %(employee)s with %(manager)s") % names
    side = about.side_of(author) or Side.EMPLOYEE
    title = reading.title(about, about.party(side.other))
    return _("%(title)s, %(day)s") % {"title": title, "day": date_format(about.due_on)}


def _known_title(about: Tour | CheckIn) -> str:
    """To who cannot open it any more: it is another manager's by now, and so are its days."""
    if isinstance(about, Tour):
        return _("The tour of %(name)s") % {"name": about.employee.name}
    return reading.title(about, about.employee)


def excerpt(words: str, term: str) -> str:
    """The beginning, or around where the term stands first."""
    at = words.casefold().find(term.casefold()) if term else 0
    start = max(0, at - BEFORE)
    cut = words[start : start + SHOWN]
    before, after = "…" if start else "", "…" if start + SHOWN < len(words) else ""
    return f"{before}{cut}{after}"
