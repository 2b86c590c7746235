"""What a number counts, as rows: each number of the pages and the list it leads to ask for the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance_site.dashboards.forms import ListForm, PeriodForm, TourListForm
from alliance_site.dashboards.retention.view import View
from alliance_site.dashboards.words import FAILING
from feedback.measures import timeliness
from feedback.signals.process import lapsed
from people.measures import behind
from people.models import Employment, Tenure
from tours import failing
from tours.measures import ahead, coverage, endings
from tours.measures.endings import Ended, Endings
from tours.models import Tour

Rows = QuerySet[Any, Any]

#: What HR recorded of a leaving on the day on which a tour ended.
WHY = {"": _("The person stayed"), **dict(Employment.Ending.choices)}

ENDED = {
    Ended.COMPLETED: _("Tours that ended as agreed"),
    Ended.EARLY: _("Tours that ended early"),
    Ended.LEFT: _("Tours that ended with the employment, before their end"),
}


@dataclass(frozen=True)
class Listed:
    """`about` says of what each row is: an employment, a move, a tour, one with the day on which it was over
    or will be, one unsigned, or a check-in. Of today: as things stand then, whatever the period."""

    title: Any
    about: str
    rows: Callable[[View], Rows]
    of_today: bool = False

    @property
    def form(self) -> type[PeriodForm]:
        """What can be asked of it: people are of no type of tour."""
        return ListForm if self.about in ("people", "moves") else TourListForm


def _people(name: str, title: Any) -> Listed:
    return Listed(
        title,
        "moves" if name in behind.CHANGES else "people",
        lambda asked: behind.employments(name, asked.whom, asked.period, asked.today),
    )


def _covered(title: Any, *, on_a_tour: bool) -> Listed:
    return Listed(
        title,
        "people",
        lambda asked: coverage.employments(asked.whom, asked.period.last, on_a_tour=on_a_tour),
    )


def _ended(title: Any, condition: Q | None = None) -> Listed:
    return Listed(
        title,
        "ended",
        lambda asked: endings.ended(asked.period, asked.asked).filter(condition or Q()),
    )


def reasons_of(ended: Endings) -> list[str]:
    """What was recorded of any, in the order of the forms: resignation first of the leavings, other last."""
    found = {why for _how, why in ended.by_reason}
    return [why for why in WHY if why in found]


def by_reason(how: Ended, why: str) -> str:
    """The name of the list of tours that ended so on the day on which their employee left so, or stayed."""
    return f"over_{how.value}_{why or 'stayed'}"


def _ended_for(how: Ended, why: str, label: Any) -> Listed:
    stayed = Q(why=None) | Q(why="")
    condition = Q(stayed if not why else Q(why=why), how__in=how.closes)
    return _ended(format_lazy("{} · {}", ENDED[how], label), condition)


def _ending(days: int, *, nothing_agreed: bool) -> Listed:
    def rows(asked: View) -> Rows:
        found = ahead.ending(asked.today, days, asked.asked)
        return ahead.nothing_agreed(found) if nothing_agreed else found

    within = _("Tours ending within {days} days")
    title = _("Tours ending within {days} days with nothing agreed") if nothing_agreed else within
    return Listed(format_lazy(title, days=days), "ending", rows, of_today=True)


def _without_tour(asked: View) -> Rows:
    people = failing.without_tour(asked.today).filter(asked.whom.works("pk", asked.today))
    return Tenure.objects.current(asked.today).filter(person__in=people.values("pk"))


def _employed(asked: View) -> Rows:
    return Tenure.objects.current(asked.today).filter(asked.whom.works("person", asked.today))


def _unsigned(asked: View) -> Rows:
    return asked.asked.among(failing.unsigned(Tour.objects.all(), asked.today), asked.today)


def _handed_over(asked: View) -> Rows:
    return asked.asked.among(Tour.objects.handed_over(asked.today), asked.today)


def _lapsed(asked: View) -> Rows:
    found = lapsed(asked.today).filter(asked.whom.works("employee", asked.today))
    return found.filter(tour__type=asked.type) if asked.type else found


def _due(asked: View) -> Rows:
    return timeliness.due(asked.period, asked.today, asked.asked)


LISTS: dict[str, Listed] = {
    "opening": _people("opening", _("Employed when the period began")),
    "joiners": _people("joiners", _("Joined in the period")),
    "leavers": _people("leavers", _("Left in the period")),
    "closing": _people("closing", _("Employed when the period ended")),
    "resignations": _people("resignations", _("Resigned in the period")),
    "regretted_leavers": _people("regretted_leavers", _("Left, and the loss is regretted")),
    "regret_unsaid": _people("regret_unsaid", _("Left, and HR has not said whether the loss is regretted")),
    "retained": _people("retained", _("Employed when the period began, and when it ended")),
    "a_year_before": _people("a_year_before", _("Employed 365 days before the last day")),
    "with_a_year": _people("with_a_year", _("Employed when the period ended, for 365 days at least")),
    "boomerangs": _people("boomerangs", _("Joined, and had been here before")),
    "observed_90_days": _people("observed_90_days", _("Joined in the period, at least 90 days ago")),
    "left_within_90_days": _people("left_within_90_days", _("Joined in the period, left within 90 days")),
    "observed_1_year": _people("observed_1_year", _("Joined in the period, at least 365 days ago")),
    "left_within_1_year": _people("left_within_1_year", _("Joined in the period, left within a year")),
    "position_changes": _people("position_changes", _("Changed position in the period")),
    "transfers_in": _people("transfers_in", _("Moved into the department")),
    "transfers_out": _people("transfers_out", _("Moved out of the department")),
    "covered": _covered(_("On a tour when the period ended"), on_a_tour=True),
    "uncovered": _covered(_("On no tour when the period ended"), on_a_tour=False),
    "employed": Listed(_("Employed today"), "people", _employed, of_today=True),
    "without_tour": Listed(FAILING["without_tour"].name, "people", _without_tour, of_today=True),
    "ended": _ended(_("Tours that ended in the period")),
    "ended_followed": _ended(_("Tours followed by another"), Q(followed=True)),
    "ended_not_followed": _ended(_("Tours followed by no other"), Q(followed=False)),
    **{f"ended_{how.value}": _ended(title, Q(how__in=how.closes)) for how, title in ENDED.items()},
    **{by_reason(how, why): _ended_for(how, why, label) for how in Ended for why, label in WHY.items()},
    **{f"ending_{days}": _ending(days, nothing_agreed=False) for days in ahead.WITHIN},
    **{f"open_{days}": _ending(days, nothing_agreed=True) for days in ahead.WITHIN},
    "unsigned": Listed(FAILING["unsigned"].name, "unsigned", _unsigned, of_today=True),
    "handover": Listed(FAILING["handover"].name, "tours", _handed_over, of_today=True),
    "lapsed": Listed(FAILING["lapsed"].name, "checkins", _lapsed, of_today=True),
    "due": Listed(_("Check-ins due in the period, their grace over"), "checkins", _due),
    "in_time": Listed(
        _("Check-ins completed in time"),
        "checkins",
        lambda asked: timeliness.in_time(asked.period, asked.today, asked.asked),
    ),
}


def rows(name: str, asked: View) -> Rows:
    return LISTS[name].rows(asked)
