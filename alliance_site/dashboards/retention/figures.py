"""A period's figures about people, each with what it is made of, who is behind it, and a year earlier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliance_site.dashboards.retention.sheets import Cell, Head, Sheet, of_rate, of_rest, words
from alliance_site.dashboards.retention.view import View
from alliance_site.dashboards.words import WORDS, Words
from people.measures import behind, counts
from people.measures.counts import Counts
from people.measures.figures import late_beginning
from people.measures.rates import Rate, average_headcount, of_service
from people.measures.whom import Service
from people.numbers import number
from tours.measures.coverage import coverage, covered

COUNTED = {"opening_headcount": "opening", "closing_headcount": "closing"}

#: What takes people from the opening headcount to the closing one.
FLOW = ("opening", "joiners", "transfers_in", "leavers", "transfers_out", "closing")

#: Which counts a rate is a part and a whole of. An average is of days, and has nobody behind it.
MADE_OF = {
    "turnover_rate": ("leavers", ""),
    "resignation_rate": ("resignations", ""),
    "regretted_turnover": ("regretted_leavers", ""),
    "retention_rate": ("retained", "opening"),
    "stability_index": ("with_a_year", "a_year_before"),
    "early_attrition_90_days": ("left_within_90_days", "observed_90_days"),
    "early_attrition_1_year": ("left_within_1_year", "observed_1_year"),
    "internal_mobility_rate": ("position_changes", ""),
    "boomerang_share": ("boomerangs", "joiners"),
    "coverage": ("covered", "closing"),
}

#: Of whom a rate leaves something to look at, see `Words.rest`.
REST = {"regretted_turnover": "regret_unsaid", "coverage": "uncovered"}

#: Which grow or shrink with the period, and are of it as it is: none is ever annualised.
GROWING = {
    "turnover_rate",
    "resignation_rate",
    "regretted_turnover",
    "retention_rate",
    "internal_mobility_rate",
}
A_YEAR = (365, 366)  #: days

NOT_ADDING_UP = gettext_lazy(
    "Of those with that length of service on the day in question. People pass from one length to the next "
    "without joining or leaving, so that start, joiners and leavers do not add up to the end."
)


@dataclass(frozen=True)
class Figure:
    """`part` and `whole` are what a rate divides, each with whoever is behind it; so is `rest`, in words.
    `length` says of how many days it is, where that is to be known to read it."""

    key: str
    words: Words
    cell: Cell
    earlier: Cell | None = None
    part: Cell | None = None
    whole: Cell | None = None
    rest: Cell | None = None
    length: str = ""

    @property
    def value(self) -> str:
        return self.cell.shown

    @property
    def reason(self) -> str:
        return self.cell.why

    @property
    def a_year_earlier(self) -> str:
        """What it was then, or why that cannot be said."""
        return self._then(self.earlier.why if self.earlier else "")

    @property
    def beside(self) -> str:
        """The same, beside why there is none now."""
        return self._then(self.why_beside)

    @property
    def why_beside(self) -> str:
        why = self.earlier.why if self.earlier else ""
        return _("For the same reason.") if why and why == self.reason else why

    def _then(self, why: str) -> str:
        if self.earlier is None:
            return _("A year earlier: –. The period is longer than a year.")
        then = _("A year earlier: %(value)s") % {"value": self.earlier.shown}
        return f"{then}. {why}" if why else then


@dataclass(frozen=True)
class Shown:
    """What there is to show of a period."""

    counts: Counts
    all: dict[str, Figure]


class Counted(NamedTuple):
    """Of the period, and of the one a year earlier if there is one: before anything is put into words."""

    counts: list[Counts]
    rates: list[dict[str, Rate]]


def counted(view: View) -> Counted:
    """Three statements, four of the whole company."""
    periods = [view.period, *([view.earlier] if view.earlier else [])]
    found = counts.of(view.whom, periods, view.today)
    on_tours = covered(view.whom, [period.last for period in periods])
    rates = [
        of_service(c, view.service) | {"coverage": coverage(number_, c.closing)}
        for c, number_ in zip(found, on_tours, strict=True)
    ]
    return Counted(found, rates)


def told(view: View, found: Counted) -> Shown:
    """In the language of whoever reads it."""
    return Shown(found.counts[0], {name: _figure(name, view, *found) for name in WORDS})


def figures(view: View) -> Shown:
    return told(view, counted(view))


def _figure(name: str, view: View, found: list[Counts], rates: list[dict[str, Rate]]) -> Figure:
    if name not in rates[0]:
        numbers = [_count(name, c) for c in found]
        listed = COUNTED.get(name, name)
        url = view.behind(listed) if listed in behind.NAMES and numbers[0] else ""
        return Figure(name, WORDS[name], Cell(numbers[0], url), Cell(numbers[1]) if numbers[1:] else None)
    rate = rates[0][name]
    part, whole = MADE_OF[name]
    return Figure(
        name,
        WORDS[name],
        of_rate(rate),
        of_rate(rates[1][name]) if rates[1:] else None,
        None if rate.reason else Cell(rate.part, view.behind(part) if rate.part else ""),
        None if rate.reason else Cell(rate.whole, view.behind(whole) if whole else ""),
        _rest(name, view, found[0], rate) if name in REST else None,
        length(view) if name in GROWING and not rate.reason else "",
    )


def length(asked: View) -> str:
    """To be said beside a single rate."""
    days = asked.period.days
    told = ngettext(
        "In %(count)s day, not scaled to a year.", "In %(count)s days, not scaled to a year.", days
    )
    return "" if days in A_YEAR else told % {"count": number(days)}


def of_days(asked: View) -> str:
    """And once beside all of a table or a letter."""
    days = asked.period.days
    told = ngettext(
        "Turnover and retention are of %(count)s day, not scaled to a year.",
        "Turnover and retention are of %(count)s days, not scaled to a year.",
        days,
    )
    return "" if days in A_YEAR else told % {"count": number(days)}


def _rest(name: str, view: View, c: Counts, rate: Rate) -> Cell:
    many = c.regret_unsaid if name == "regretted_turnover" else int(rate.whole - rate.part)
    return of_rest(WORDS[name], many, view.behind(REST[name]))


def flow(c: Counts, asked: View) -> dict[str, Cell]:
    """What takes people from the opening headcount to the closing one, each with whoever is behind it."""
    counted = {name: getattr(c, name) for name in FLOW}
    return {name: Cell(many, asked.behind(name) if many else "") for name, many in counted.items()}


def in_a_sentence(shown: Mapping[str, str], asked: View) -> str:
    """How a headcount came about, from what is shown of its flow; in a department people also move."""
    if asked.service != Service():
        return str(NOT_ADDING_UP)
    told = _("%(opening)s at the start, %(joiners)s joined, %(leavers)s left: %(closing)s at the end.")
    if asked.department:
        told = _(
            "%(opening)s at the start, %(joiners)s joined and %(came)s moved in, %(leavers)s left and "
            "%(went)s moved out: %(closing)s at the end."
        )
    return told % {**shown, "came": shown["transfers_in"], "went": shown["transfers_out"]}


def _count(name: str, c: Counts) -> Any:
    return average_headcount(c).value if name == "average_headcount" else getattr(c, COUNTED.get(name, name))


def _then(figure: Figure) -> Cell:
    """Why there is none is said of the year before, not of the days asked for."""
    then = figure.earlier or Cell()
    return then if then.value is not None else Cell(why=figure.a_year_earlier)


def sheet(found: Shown, asked: View) -> Sheet:
    heads = [_("Value"), _("Numerator"), _("Denominator"), _("A year earlier")]
    came_about = {name: cell.shown for name, cell in flow(found.counts, asked).items()}
    return Sheet(
        "figures",
        _("Figures of the period"),
        [Head(_("Figure"), numbers=False), *map(Head, heads), Head(_("What it is"), numbers=False)],
        [
            [
                words(figure.words.name),
                Cell(figure.cell.value),  # why it has none stands in the last column
                figure.part or Cell(""),
                figure.whole or Cell(""),
                _then(figure),
                words(" ".join(str(each) for each in _told(figure) if each)),
            ]
            for figure in found.all.values()
        ],
        asked.of_any_type,
        means=[in_a_sentence(came_about, asked), late_beginning(found.counts, asked.service)],
        aside=[f"{each.words.name}: {each.reason}" for each in found.all.values() if each.reason],
    )


def _told(figure: Figure) -> tuple[Any, ...]:
    said = figure.words
    return said.means, said.beware, figure.length, figure.reason, figure.rest and figure.rest.value
