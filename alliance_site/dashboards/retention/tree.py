"""All departments, each with those below it, for whoever takes them along: the page has a level at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from alliance_site.dashboards.retention.departments import Line, added, note, nowhere, sorts
from alliance_site.dashboards.retention.sheets import Cell, Sheet
from alliance_site.dashboards.retention.view import View
from people.departments import Departments, Node
from people.measures import counts
from people.measures.counts import Counts
from tours.measures.coverage import covered_by_department

UNDER = " › "


def lines(asked: View) -> list[Line]:
    """From the top down, or from the department asked about; each before those below it; where it has any,
    itself comes first of them. So the lines without others below them add up."""
    own = counts.by_department(asked.period, asked.today, service=asked.service)
    on_tours = covered_by_department(asked.period.last, asked.service)
    start = asked.department.pk if asked.department else None
    found: list[Line] = []
    for node in _down(asked.departments, start):
        found += _of(node, asked.departments, own, on_tours)
    return found if start else found + nowhere(asked, list(own.values()), sum(on_tours.values()))


def _of(node: Node, tree: Departments, own: dict[str, Counts], on_tours: dict[str, int]) -> Iterator[Line]:
    names = [tree.by_key[key].name for key in tree.with_below(node.pk)]
    total = added(own[name] for name in names if name in own)
    if total.is_empty:
        return
    yield Line(node, total, sum(on_tours.get(name, 0) for name in names), has_below=len(names) > 1)
    itself = own.get(node.name)
    if len(names) > 1 and itself and not itself.is_empty:
        yield Line(node, itself, on_tours.get(node.name, 0), alone=True)


def _down(tree: Departments, start: int | None) -> Iterator[Node]:
    waiting = [tree.by_key[start]] if start else [*reversed(tree.children.get(None, ()))]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(tree.children.get(node.pk, ()))


def path(line: Line, tree: Departments) -> list[str]:
    """Its name behind those above it."""
    if line.node is None:
        return [line.name]
    above = [node.name for node in tree.above(line.node.pk)]
    return [*above, *([line.node.name] if line.alone else []), line.name]


def sheet(asked: View) -> Sheet | None:
    """None where the level that the page begins with is all there is."""
    found = lines(asked)
    if not any(line.has_below and line.node != asked.department for line in found):
        return None
    heads = [replace(head, sort="") for head in sorts().values()]
    rows = [[Cell(UNDER.join(path(line, asked.departments))), *line.cells(asked)[1:]] for line in found]
    return Sheet("tree", _("All departments, each with those below it"), heads, rows, note(asked))
