"""HR's table of departments, each with those below it, a level of the tree at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance_site.dashboards.retention.figures import NOT_ADDING_UP, of_days
from alliance_site.dashboards.retention.page import page
from alliance_site.dashboards.retention.sheets import Cell, Head, Sheet, of_rate
from alliance_site.dashboards.retention.view import View
from alliance_site.dashboards.words import WORDS
from people.departments import Departments, Node
from people.measures import counts
from people.measures.counts import COUNTED, Counts
from people.measures.rates import RATES
from people.measures.whom import Service
from people.requests import SignedInRequest
from tours.measures.coverage import coverage, covered, covered_by_department

A_PAGE = 50
COLUMNS = ("opening", "joiners", "leavers", "moved", "closing")
IN_TABLE = ("turnover_rate", "resignation_rate", "regretted_turnover", "retention_rate")


@dataclass(frozen=True)
class Line:
    """A department with those below it; `alone`: those who work in itself; without a node: in none. `all`:
    everybody in all the lines, by what they are called together."""

    node: Node | None
    counts: Counts
    covered: int
    has_below: bool = False
    alone: bool = False
    all: str = ""

    @property
    def moved(self) -> int:
        """How many more moved in than out."""
        return self.counts.transfers_in - self.counts.transfers_out

    def cells(self, asked: View) -> list[Cell]:
        numbers = [self._number(asked, name) for name in COLUMNS]
        rates = [of_rate(RATES[name](self.counts)) for name in IN_TABLE]
        named = Cell(self.name, self._url(asked))
        rates.insert(3, self._number(asked, "regret_unsaid"))
        return [named, *numbers, *rates, of_rate(coverage(self.covered, self.counts.closing))]

    def _number(self, asked: View, name: str) -> Cell:
        """With whoever is behind it. A difference has nobody; who is in no department is not listed apart."""
        value = self.moved if name == "moved" else getattr(self.counts, name)
        if not value or name == "moved":
            return Cell(value)
        if self.all:
            return Cell(value, asked.behind(name))
        if self.node is None:
            return Cell(value)
        alone = {"alone": "on"} if self.alone else {}
        return Cell(value, asked.behind(name, department=self.node.name, **alone))

    @property
    def name(self) -> str:
        if self.node is None:
            return self.all or _("No department")
        return _("%(name)s itself") % {"name": self.node.name} if self.alone else self.node.name

    def _url(self, asked: View) -> str:
        if self.node is None or self.alone:
            return ""
        page = "retention_departments" if self.has_below else "retention"
        return f"{reverse(page)}?{asked.address_with(department=self.node.name)}"


def sorts() -> dict[str, Head]:
    """What can be sorted by, in the order of the columns."""
    labels = {
        "name": _("Department"),
        "opening": _("Opening"),
        "joiners": _("Joined"),
        "leavers": _("Left"),
        "moved": _("Net moves"),
        "closing": _("Closing"),
        "turnover_rate": _("Turnover"),
        "resignation_rate": _("Resigned"),
        "regretted_turnover": _("Regretted"),
        "regret_unsaid": _("Not said"),
        "retention_rate": _("Retention"),
        "coverage": _("On a tour"),
    }
    return {name: Head(label, name, name != "name") for name, label in labels.items()}


def order(asked: str) -> str:
    return asked if asked.removeprefix("-") in sorts() else "-closing"


@require_safe
def departments(request: SignedInRequest) -> HttpResponse:
    sort = order(request.GET.get("sort", ""))
    shown = partial(figures, sort, request.GET.get("page"))
    return page(request, "retention_departments", shown, sort=sort)


def figures(sort: str, number: str | None, asked: View) -> dict[str, Any]:
    company = None if asked.department else whole(asked)
    found = parts(asked, company)
    lines = in_order(level(found, asked.department), sort)
    some = Paginator(lines, A_PAGE).get_page(number)
    return {
        "sheet": replace(sheet(some, asked), all=everybody(found, company, asked) if lines[1:] else ()),
        "nowhere": any(line.node is None for line in lines),
        "page": some,
        "sort": sort.removeprefix("-"),
        "falling": sort.startswith("-"),
        "above": asked.departments.above(asked.department.pk) if asked.department else [],
    }


def everybody(found: Parts, company: Whole | None, asked: View) -> list[Cell]:
    """What the lines are compared with: the whole company, or the department with those below it."""
    total = found.of(asked.department) if asked.department else None
    counts, on_tours = (total.counts, total.covered) if total else company or Whole(added([]), 0)
    return Line(None, counts, on_tours, all=asked.of).cells(asked)


@dataclass(frozen=True)
class Parts:
    """What lines are added up from: each department by itself, and the line of who is in none. Counts of
    employments add up."""

    tree: Departments
    own: dict[str, Counts]
    on_tours: dict[str, int]
    nowhere: list[Line]

    def of(self, node: Node) -> Line | None:
        """With those below it; None where nobody was in any of them."""
        names = [self.tree.by_key[key].name for key in self.tree.with_below(node.pk)]
        total = added(self.own[name] for name in names if name in self.own)
        on = sum(self.on_tours.get(name, 0) for name in names)
        return None if total.is_empty else Line(node, total, on, has_below=len(names) > 1)

    def itself(self, node: Node, *, alone: bool = True) -> list[Line]:
        """Nothing where everybody is below it."""
        own = self.own.get(node.name)
        on = self.on_tours.get(node.name, 0)
        return [Line(node, own, on, alone=alone)] if own and not own.is_empty else []


class Whole(NamedTuple):
    """Everybody, in a department or not; and how many of them are on a tour at the end."""

    counts: Counts
    covered: int


def whole(asked: View) -> Whole:
    (total,) = counts.of_company([asked.period], asked.today, asked.service)
    return Whole(total, *covered(asked.whom, [asked.period.last]))


def parts(asked: View, company: Whole | None) -> Parts:
    """In two statements. Without the whole company, as for one department, nobody is looked for in none."""
    own = counts.by_department(asked.period, asked.today, service=asked.service)
    on_tours = covered_by_department(asked.period.last, asked.service)
    return Parts(asked.departments, own, on_tours, nowhere(company, own, on_tours) if company else [])


def level(parts: Parts, parent: Node | None) -> list[Line]:
    """The departments below that one, and itself; or the topmost, and who is in none. Where a single one
    stands at the top, and so is the whole company, it begins below that."""
    below = map(parts.of, parts.tree.children.get(parent.pk if parent else None, ()))
    found = [line for line in below if line]
    if parent:
        return found + parts.itself(parent, alone=bool(found))
    if len(found) == 1 and found[0].has_below and not parts.nowhere:
        return level(parts, found[0].node)
    return found + parts.nowhere


def nowhere(company: Whole, own: dict[str, Counts], on_tours: dict[str, int]) -> list[Line]:
    """Those whom no department accounts for."""
    rest = company.counts.less(list(own.values()))
    return [] if rest.is_empty else [Line(None, rest, company.covered - sum(on_tours.values()))]


def added(parts: Iterable[Counts]) -> Counts:
    parts = list(parts)
    numbers = {name: sum(getattr(part, name) for part in parts) for name in COUNTED}
    return Counts(points=max((part.points for part in parts), default=0), **numbers)


def in_order(lines: list[Line], sort: str) -> list[Line]:
    """What is undefined comes last, whichever way; of equals the names are in their order."""
    name, falling = sort.removeprefix("-"), sort.startswith("-")
    named = sorted(lines, key=lambda line: line.name)
    known = [(value, line) for line in named if (value := _key(line, name)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=falling)
    return [line for _value, line in known] + [line for line in lines if _key(line, name) is None]


def _key(line: Line, name: str) -> Any:
    if name == "name":
        return line.name.casefold()
    if name in (*COLUMNS, "regret_unsaid"):
        return line.moved if name == "moved" else getattr(line.counts, name)
    rate = coverage(line.covered, line.counts.closing) if name == "coverage" else RATES[name](line.counts)
    return rate.value


def sheet(lines: Iterable[Line], asked: View) -> Sheet:
    rows = [line.cells(asked) for line in lines]
    heads = list(sorts().values())
    title, of_any_type = _("By department"), asked.of_any_type
    return Sheet("departments", title, heads, rows, of_any_type, as_of=of_days(asked), means=means(asked))


def means(asked: View) -> list[Any]:
    each = _(
        "Each with the departments that are below it today, whatever period is shown. People "
        "count where they worked on the day in question: at the start, at the end, on the "
        "first day if they joined, on the last day if they left. Retained are those still "
        "with the company, in whatever department."
    )
    rates = [WORDS[name] for name in (*IN_TABLE, "coverage")]
    defined = [f"{rate.name}: {rate.means} {rate.beware}" for rate in rates]
    return [*([NOT_ADDING_UP] if asked.service != Service() else []), each, *defined]
