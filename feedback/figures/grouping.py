"""How the marks on one question are divided into groups: by numbers of people alone, never by what they say.

The smallest are not dropped but put together, and where that is still too few, with the next smallest
(complementary suppression): so the whole stays the sum of its groups, and nothing can be had by subtraction.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from tours.models import Policy

#: A department, or none that day, and a type of tour.
Cell = tuple[int | None, str]
DEPARTMENT, TYPE = 0, 1


@dataclass
class Marks:
    """How many each person gave, and their sum."""

    by: Counter[int] = field(default_factory=Counter)
    total: int = 0

    def add(self, person: int, mark: int) -> None:
        self.by[person] += 1
        self.total += mark

    @property
    def number(self) -> int:
        return self.by.total()

    @property
    def kept(self) -> int:
        """The sum as it is told: never the lowest or highest possible, for that would say what each said."""
        return min(max(self.total, self.number + 1), 5 * self.number - 1)

    def are_enough(self, least: int) -> bool:
        """Of so many people, none of whom speaks for most. Of two such groups together it is true again."""
        return len(self.by) >= least and 2 * max(self.by.values()) <= self.number


Cells = Mapping[Cell, Marks]


def together(cells: Cells, group: Iterable[Cell]) -> Marks:
    marks = Marks()
    for cell in group:
        marks.by.update(cells[cell].by)
        marks.total += cells[cell].total
    return marks


def divide(cells: Cells, least: int, by: str) -> list[list[Cell]]:
    """By departments and these by types, or the other way round; no groups at all where all are too few."""
    if not together(cells, cells).are_enough(least):
        return []
    first, second = (DEPARTMENT, TYPE) if by == Policy.FiguresBy.DEPARTMENT else (TYPE, DEPARTMENT)
    split = partial(_split, cells, least)
    return [part for group in split(cells, first) for part in split(group, second)]


def _split(cells: Cells, least: int, group: Iterable[Cell], along: int) -> list[list[Cell]]:
    """Those that are enough stay by themselves; the rest is one, with as many of the smallest as it takes."""
    parts = _gathered(group, lambda cell: cell[along])
    sums = [(together(cells, part), part) for part in parts]
    large = [(marks.number, part) for marks, part in sums if marks.are_enough(least)]
    large.sort(key=lambda sized: (-sized[0], str(sized[1])))
    rest = [cell for marks, part in sums if not marks.are_enough(least) for cell in part]
    while rest and large and not together(cells, rest).are_enough(least):
        rest += large.pop()[1]
    return [part for _number, part in large] + ([rest] if rest else [])


def _gathered(cells: Iterable[Cell], key: Callable[[Cell], Hashable]) -> list[list[Cell]]:
    found: defaultdict[Hashable, list[Cell]] = defaultdict(list)
    for cell in cells:
        found[key(cell)].append(cell)
    return list(found.values())
