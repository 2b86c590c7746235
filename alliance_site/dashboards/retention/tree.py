"""All departments, each with those below it, for whoever takes them along: the page has a level at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from alliance_site.dashboards.retention.departments import Line, Parts, means, sorts
from alliance_site.dashboards.retention.figures import of_days
from alliance_site.dashboards.retention.sheets import Cell, Sheet
from alliance_site.dashboards.retention.view import View
from people.departments import Departments, Node

UNDER = " › "


def lines(parts: Parts, start: Node | None) -> list[Line]:
    """From the top down, or from the department asked about; each before those below it; where it has any,
    itself comes first of them. So the lines without others below them add up."""
    found: list[Line] = []
    for node in _down(parts.tree, start):
        if line := parts.of(node):
            found += [line, *(parts.itself(node) if line.has_below else ())]
    return found + parts.nowhere


def _down(tree: Departments, start: Node | None) -> Iterator[Node]:
    waiting = [start] if start else [*reversed(tree.children.get(None, ()))]
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


def sheet(parts: Parts, asked: View) -> Sheet | None:
    """None where the level that the page begins with is all there is."""
    found = lines(parts, asked.department)
    if not any(line.has_below and line.node != asked.department for line in found):
        return None
    heads = [replace(head, sort="") for head in sorts().values()]
    rows = [[Cell(UNDER.join(path(line, asked.departments))), *line.cells(asked)[1:]] for line in found]
    title = _("All departments, each with those below it")
    return Sheet("tree", title, heads, rows, asked.of_any_type, as_of=of_days(asked), means=means(asked))
