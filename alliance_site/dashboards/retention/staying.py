"""HR's page of how long people stay: by type of tour, by hiring year, by department."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from alliance_site.dashboards import retention_charts as drawn
from alliance_site.dashboards.charts import Chart
from alliance_site.dashboards.forms import StayingForm
from alliance_site.dashboards.retention.page import page
from alliance_site.dashboards.retention.sheets import Cell, Head, Mean, Share, Sheet, words
from alliance_site.dashboards.retention.view import View
from people.departments import Departments, Node
from people.measures import survival
from people.measures.figures import MEDIAN_NOT_REACHED
from people.measures.survival import Survival
from people.measures.whom import Service
from people.requests import SignedInRequest
from tours.measures.staying import curves_by_type

YEARS = 6  #: of hiring
DEPARTMENTS = 5  #: beside each other, the largest
MOST_YEARS = 10  #: after which nothing more is tabled
NO_BAND = {
    1: gettext_lazy("No band: nobody had left by then."),
    0: gettext_lazy("No band: nobody is estimated to stay that long."),
}

Curves = dict[str, Survival]


@require_safe
def staying(request: SignedInRequest) -> HttpResponse:
    by = request.GET.get("by", "")
    by = by if by in BY else next(iter(BY))
    ways = {name: label for name, (label, _m) in BY.items()}
    return page(
        request, "retention_staying", partial(figures, by), StayingForm, {"by": by, "ways": ways}, by=by
    )


def figures(by: str, asked: View) -> dict[str, Any]:
    curves = BY[by][1](asked)
    return {
        "charts": charts(by, curves),
        "sheet": sheet(by, curves, asked),
        "medians": medians(by, curves, asked),
        "of_what": OF_WHAT[by],
        "estimated": estimated(asked),
        "note": note(by, asked),
        "up_to": up_to(),
    }


def charts(by: str, curves: Curves) -> list[Chart]:
    """One for each curve, all with the axis of the longest; but of hiring years that of the oldest shown, for
    beside all who were ever hired nothing could be seen of them."""
    compared = list(curves.values())[1 if by == "year" else 0 :]
    days = max((curve.lasted[-1] for curve in compared), default=0)
    return [drawn.survival({name: c}, f"{by}-{n}", days) for n, (name, c) in enumerate(curves.items())]


def by_type(asked: View) -> Curves:
    return {
        str(type_.label): curve for type_, curve in curves_by_type(asked.period.last, asked.asked).items()
    }


def by_year(asked: View) -> Curves:
    """Everybody hired up to then, and the last hiring years, the newest first."""
    found = survival.curves_by_year(asked.period.last, YEARS, asked.whom)
    everybody = found.pop(None)
    years = {str(year): found[year] for year in sorted(found, key=str, reverse=True)}
    return {_("All hired, in whatever year"): everybody, **years} if everybody.lasted else {}


def by_department(asked: View) -> Curves:
    """The whole company, and the departments at its top; or one, the company, and the departments below it.
    Each with those below it, as they are beside each other on the page of departments; the largest alone."""
    last, tree = asked.period.last, asked.departments
    above = asked.department or _root(tree)
    nodes = tree.children.get(above.pk if above else None, [])
    parts = {node.name: tree.with_below(node.pk) for node in nodes}
    if above and parts:
        parts[_("%(name)s itself") % {"name": above.name}] = (above.pk,)
    everybody, found = survival.curves_of_parts(last, parts, asked.whom)
    whole = {_("The whole company"): everybody}
    if asked.department:
        name = asked.of if parts else asked.department.name
        whole = {name: everybody, _("The whole company"): survival.curves(last)[None]}
    largest = sorted(found.items(), key=lambda part: -part[1].employments)[:DEPARTMENTS]
    return {name: curve for name, curve in (whole | dict(largest)).items() if curve.lasted}


def _root(tree: Departments) -> Node | None:
    """Where a single department stands at the top, the company is compared below it."""
    top = tree.children.get(None, [])
    return top[0] if len(top) == 1 and tree.children.get(top[0].pk) else None


#: What can be compared, as the address says it.
BY: dict[str, tuple[Any, Callable[[View], Curves]]] = {
    "type": (gettext_lazy("By type of tour"), by_type),
    "year": (gettext_lazy("By hiring year"), by_year),
    "department": (gettext_lazy("By department"), by_department),
}


#: What each compares.
OF_WHAT = {
    "type": gettext_lazy(
        "From the first day of a tour to the last day of the employment, whether the tour lasts so long or "
        "not. Somebody with several tours is followed from each: the curves are of tours, not of people."
    ),
    "year": gettext_lazy(
        "From the first day of an employment to the last, of those hired in each year. "
        "It is no forecast, and not of everybody who worked here in that year."
    ),
    "department": gettext_lazy(
        "From the first day of an employment to the last. A department’s line is of those hired into it or "
        "into one that is below it today, wherever in the company they went on to. Of more than five "
        "departments beside each other, the five into which most people were hired are drawn."
    ),
}


TITLES = {
    "type": (
        gettext_lazy("How long people stay, by type of tour"),
        gettext_lazy("Median stay by type of tour"),
    ),
    "year": (
        gettext_lazy("How long people stay, by hiring year"),
        gettext_lazy("Median stay by hiring year"),
    ),
    "department": (
        gettext_lazy("How long people stay, by department"),
        gettext_lazy("Median stay by department"),
    ),
}


#: What a workbook calls them.
SHORT = {
    "type": (gettext_lazy("Stay by type of tour"), gettext_lazy("Median by type of tour")),
    "year": (gettext_lazy("Stay by hiring year"), gettext_lazy("Median by hiring year")),
    "department": (gettext_lazy("Stay by department"), gettext_lazy("Median by department")),
}


def note(by: str, asked: View) -> str:
    """What was asked for and does not narrow the curves, or of when it is asked."""
    served = asked.service != Service()
    if by == "type":
        there = _("Of those who worked in the department when the tour began.") if asked.department else ""
        long = _("Of those with that length of service when the tour began.") if served else ""
        return f"{there} {long}".strip()
    hired = _("Of those hired into the department, wherever in the company they went on to.")
    any_service = _("Length of service makes no difference here: everybody is followed from the first day.")
    said = [(hired, asked.department and by == "year"), (any_service, served), (asked.of_any_type, True)]
    return " ".join(each for each, holds in said if each and holds)


def estimated(asked: View) -> str:
    return _(
        "A Kaplan–Meier estimate. Anyone still employed on %(last)s counts as staying at "
        "least that long. The band holds the truth with 95%% confidence (log-log): the fewer "
        "people are followed, the wider it is."
    ) % {"last": date_format(asked.period.last)}


def followed(asked: View) -> str:
    """To be said where the table stands beside others that are of the period."""
    up_to = _("Followed from the first day, however long before the period, up to %(last)s.")
    return up_to % {"last": date_format(asked.period.last)}


def up_to() -> str:
    """Where a table ends, however long anybody has stayed."""
    return ngettext("Up to %(count)s year.", "Up to %(count)s years.", MOST_YEARS) % {"count": MOST_YEARS}


def sheet(by: str, curves: Curves, asked: View) -> Sheet:
    """A line for each year of each curve: the share still there, its band, and how many were at risk."""
    heads = [
        _("Years"),
        _("Still employed"),
        _("95% band from"),
        _("to"),
        _("Numbers at risk"),
    ]
    return Sheet(
        f"staying_{by}",
        TITLES[by][0],
        [Head(_("Of whom"), numbers=False), *map(Head, heads)],
        [
            [
                words(name),
                Cell(year.years),
                Cell(Share(year.survival)),
                *(
                    Cell(why=str(NO_BAND[round(year.survival)])) if bound is None else Cell(Share(bound))
                    for bound in (year.low, year.high)
                ),
                Cell(year.at_risk),
            ]
            for name, curve in curves.items()
            for year in curve.yearly()[: MOST_YEARS + 1]
        ],
        note(by, asked),
        short=SHORT[by][0],
        as_of=followed(asked),
        means=[OF_WHAT[by], estimated(asked), up_to()],
    )


def medians(by: str, curves: Curves, asked: View) -> Sheet:
    heads = [_("Followed"), _("Of whom left"), _("Median, years"), _("Median, days")]
    return Sheet(
        f"medians_{by}",
        TITLES[by][1],
        [Head(_("Of whom"), numbers=False), *map(Head, heads)],
        [
            [
                words(name),
                Cell(curve.employments),
                Cell(curve.left),
                *_median(curve),
            ]
            for name, curve in curves.items()
        ],
        note(by, asked),
        short=SHORT[by][1],
        as_of=followed(asked),
        means=[OF_WHAT[by]],
    )


def _median(curve: Survival) -> list[Cell]:
    days = curve.median_days
    if days is None:
        return [Cell(why=str(MEDIAN_NOT_REACHED))] * 2
    return [Cell(Mean(round(days / 365, 1))), Cell(days)]
