"""Tables as data: the same on the page, in a spreadsheet and in the printed report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format

from alliance_site.dashboards.words import DASH, number, percent
from people.measures.rates import Rate


class Share(float):
    """A fraction that is read in per cent."""


@dataclass(frozen=True)
class Cell:
    """What stands in it: words, a number, a share or a day; None where nothing is defined, and then why.
    `url` leads to what is counted."""

    value: Any = None
    url: str = ""
    why: str = ""

    @property
    def shown(self) -> str:
        if self.value is None or self.value == "":
            return DASH
        if isinstance(self.value, Share):
            return percent(self.value)
        if isinstance(self.value, int | float):
            return number(self.value)
        return date_format(self.value) if isinstance(self.value, date) else str(self.value)


@dataclass(frozen=True)
class Head:
    """Of a column; `sort` is what the address says to sort by it."""

    label: Any
    sort: str = ""
    numbers: bool = True


@dataclass(frozen=True)
class Sheet:
    """`key` is what an export is asked for."""

    key: str
    title: Any
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]] = field(default_factory=list)
    note: Any = ""

    @property
    def labelled(self) -> list[list[tuple[Head, Cell]]]:
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]


def words(value: Any, url: str = "") -> Cell:
    return Cell(str(value), url)


def of_rate(rate: Rate, url: str = "") -> Cell:
    """Undefined is a dash, with its reason and nothing behind it."""
    if rate.reason:
        return Cell(None, why=str(rate.reason))
    return Cell(Share(rate.part / rate.whole), url)
