"""What HR may know of how the tours go: from dates and states alone, never from what anybody said.

That a check-in is open past its day, or has lapsed, is a state; which side has not answered is not told.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.lookups import LessThan
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from alliance_site.addresses import address
from feedback.limits import LAST_LAPSE_DAYS
from feedback.models import CheckIn, Kind
from feedback.models.checkins import CheckInQuerySet
from people.measures.rows import count_of, one_row
from people.models import Person, Position
from tours.models import Tour
from tours.models.dates import lasts, window_is_open


class Stall(models.TextChoices):
    """What does not happen."""

    LATE_HANDOVER = "late_handover", _("Hand-over overdue")
    HANDOVER = "handover", _("Hand-over pending")
    UNANSWERED = "unanswered", _("Open past its day")
    LAPSED = "lapsed", _("Lapsed")
    SKIPPED = "skipped", _("Skipped")


_SENTENCES = {
    Stall.LATE_HANDOVER: _("%(name)s should have taken the tour over by %(day)s."),
    Stall.HANDOVER: _("%(name)s is to take the tour over by %(day)s."),
    Stall.UNANSWERED: _("The check-in due on %(day)s is not complete."),
    Stall.LAPSED: _("A check-in has lapsed: its time ran out on %(day)s."),
    Stall.SKIPPED: _("The talk about what comes next was skipped on %(day)s, and nothing is agreed."),
}
#: These come rarely or once in a tour, and some stay open for months: unnamed, their day looks mistaken.
_SENTENCES_OF_KIND: dict[tuple[str, str], Any] = {
    (Stall.UNANSWERED, Kind.CAREER): _("The career check-in due on %(day)s is not complete."),
    (Stall.LAPSED, Kind.CAREER): _("A career check-in has lapsed: its time ran out on %(day)s."),
    (Stall.UNANSWERED, Kind.NEXT_TOUR): _(
        "What comes next was to be talked about by %(day)s. It is not complete, and open until the tour ends."
    ),
    (Stall.LAPSED, Kind.NEXT_TOUR): _(
        "What comes next was not talked about: the time for it ran out on %(day)s."
    ),
    (Stall.UNANSWERED, Kind.CLOSE_OUT): _("The close-out due on %(day)s is not complete."),
    (Stall.LAPSED, Kind.CLOSE_OUT): _("The close-out has lapsed: its time ran out on %(day)s."),
    (Stall.SKIPPED, Kind.CLOSE_OUT): _("The close-out was skipped on %(day)s."),
}


class Stalled(NamedTuple):
    """In one tour: by which day it was due, or has lapsed; of a hand-over with the new manager's name."""

    stall: str
    kind: str  # of the check-in, empty of a hand-over
    on: date
    tour_id: int
    employee_id: int
    employee_name: str
    manager_id: int
    manager_name: str
    new_manager: str

    @property
    def sentence(self) -> str:
        plain = _SENTENCES[Stall(self.stall)]
        sentence = _SENTENCES_OF_KIND.get((self.stall, self.kind), plain)
        return str(sentence % {"day": date_format(self.on), "name": self.new_manager})

    @property
    def url(self) -> str:
        """Of the tour's page that says more of it: a hand-over is one of the terms."""
        return address("tour_along" if self.kind else "tour", self.tour_id)

    @property
    def employee(self) -> Person:
        return Person(pk=self.employee_id, name=self.employee_name)

    @property
    def manager(self) -> Person:
        return Person(pk=self.manager_id, name=self.manager_name)


Lists = dict[Stall, QuerySet[Any, Any]]
_PEOPLE = ("employee", "employee__name", "manager", "manager__name")


def stalled(on: date, department: int | None = None) -> Lists:
    """A query for each kind, all of one shape: of everybody, or of those who work in the department."""
    handed_over = _of(Tour.objects.handed_over(on), department, on)
    late = Q(LessThan(F("take_over_by"), on))
    return {
        Stall.LATE_HANDOVER: _tours(handed_over.filter(late), Stall.LATE_HANDOVER),
        Stall.HANDOVER: _tours(handed_over.filter(~late), Stall.HANDOVER),
        Stall.UNANSWERED: _checkins(_unanswered(on), Stall.UNANSWERED, "due_on", on, department),
        Stall.LAPSED: _checkins(_lapsed(on), Stall.LAPSED, "lapses_on", on, department),
        Stall.SKIPPED: _checkins(_skipped(on), Stall.SKIPPED, "skipped_at__date", on, department),
    }


def numbers(lists: Lists) -> dict[Stall, int]:
    """How many there are of each kind, in one statement."""
    row = one_row({stall.value: count_of(rows) for stall, rows in lists.items()})
    return {stall: row.get(stall.value, 0) for stall in lists}


def rows_of(lists: Lists) -> QuerySet[Any, Any]:
    """Of these kinds together, the newest day first; each makes a `Stalled`."""
    first, *others = (rows.order_by() for rows in lists.values())
    return first.union(*others, all=True).order_by("-day", "tour_key", "stall")


def lapsed(on: date) -> CheckInQuerySet:
    """Those that make a `Stall.LAPSED`."""
    return _lapsed(on).between_those_here(on)


def _unanswered(on: date) -> CheckInQuerySet:
    return CheckIn.objects.unsettled().asked(on).filter(due_on__lt=on, lapses_on__gte=on)


def _lapsed(on: date) -> CheckInQuerySet:
    """In tours that run; and for a while of the close-out, which nothing comes after."""
    runs = Q(tour__in=Tour.objects.active(on).values("pk"))
    last = Q(kind=Kind.CLOSE_OUT, lapses_on__gte=on - timedelta(days=LAST_LAPSE_DAYS))
    return CheckIn.objects.unmended_lapses(on).filter(runs | last)


def _skipped(on: date) -> CheckInQuerySet:
    """What comes once in a tour, until it is asked for anew: what comes next, from the day its time has come
    and while nothing is agreed; the close-out as long as a lapse of it."""
    runs = Q(lasts(on, "tour__"), window_is_open(on, "tour__"), kind=Kind.NEXT_TOUR)
    last = Q(kind=Kind.CLOSE_OUT, lapses_on__gte=on - timedelta(days=LAST_LAPSE_DAYS))
    return CheckIn.objects.skipped_once().with_nothing_newer().asked(on).filter(runs | last)


def _checkins(
    rows: CheckInQuerySet, stall: Stall, day: str, on: date, department: int | None
) -> QuerySet[Any, Any]:
    found = _of(rows.between_those_here(on), department, on)
    nobody = Value("", models.CharField())
    return _shaped(found, stall, talk_kind=F("kind"), day=F(day), tour_key=F("tour"), new_manager=nobody)


def _tours(rows: QuerySet[Tour], stall: Stall) -> QuerySet[Any, Any]:
    none, day = Value("", models.CharField()), F("take_over_by")
    return _shaped(rows, stall, talk_kind=none, day=day, tour_key=F("pk"), new_manager=F("successor_name"))


def _of(rows: QuerySet[Any], department: int | None, on: date) -> QuerySet[Any]:
    """Of employees who work there that day."""
    if department is None:
        return rows
    there = Position.objects.current(on).filter(person=OuterRef("employee"), department=department)
    return rows.filter(Exists(there))


def _shaped(rows: QuerySet[Any], stall: Stall, **columns: Any) -> QuerySet[Any, Any]:
    named = rows.annotate(stall=Value(stall.value, models.CharField()), **columns)
    shaped: QuerySet[Any, Any] = named.values_list(
        "stall", "talk_kind", "day", "tour_key", *_PEOPLE, "new_manager"
    )
    return shaped
