"""Tables as data: the same on the page, in a spreadsheet and in the printed report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliance_site.dashboards.words import Words
from alliance_site.tags import escaped, filled
from people.measures.rates import Rate
from people.numbers import DASH, Grouped, number, percent

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
MOST_TO_READ = 200  #: lines of a table, on paper and in a terminal


class Share(float):
    """A fraction that is read in per cent."""


class Mean(float):
    """Of marks, or half of those who stay: read with one decimal, also where that is 0."""


@dataclass(frozen=True)
class Cell:
    """What stands in it: words, a number, a share, a mean or a day; None where nothing is defined, and then
    why. `url` leads to what is counted."""

    value: Any = None
    url: str = ""
    why: str = ""

    @property
    def shown(self) -> str:
        if self.value is None or self.value == "":
            return DASH
        if isinstance(self.value, Share):
            return percent(self.value)
        if isinstance(self.value, Mean):
            return number_format(self.value, 1)
        if isinstance(self.value, int | float):
            return number(self.value)
        return date_format(self.value) if isinstance(self.value, date) else str(self.value)

    @property
    def linked(self) -> SafeString:
        shown = SafeString(escaped(self.shown))
        return filled('<a href="{}">{}</a>', self.url, shown) if self.url else shown


@dataclass(frozen=True)
class Head:
    """Of a column; `sort` is what the address says to sort by it."""

    label: Any
    sort: str = ""
    numbers: bool = True


@dataclass(frozen=True)
class Sheet:
    """`key` is what an export is asked for, `short` what a workbook calls it where the title is too long.
    `as_of` says of when it is, where that is not the period asked for; `means` of what, and how it is made,
    so far as there is anything to say; `note` mostly what was asked for and does not narrow it. `aside` says
    once more what is in columns of words, for where there is no room for these. `all` is a row of all others
    together, for the page alone: who adds up a file would count everybody twice."""

    key: str
    title: Any
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]] = field(default_factory=list)
    note: Any = ""
    short: Any = ""
    as_of: Any = ""
    means: Sequence[Any] = ()
    aside: Sequence[str] = ()
    all: Sequence[Cell] = ()

    @property
    def notes(self) -> list[str]:
        return [str(each) for each in (self.as_of, *self.means, self.note) if each]

    @property
    def reasons(self) -> list[str]:
        """Why there are dashes in it, each once."""
        return list(dict.fromkeys(cell.why for row in (self.all, *self.rows) for cell in row if cell.why))

    @cached_property
    def marks(self) -> dict[str, str]:
        """By reason, what stands for it: with a number, where dashes have several."""
        if len(self.reasons) < 2:
            return dict.fromkeys(self.reasons, DASH)
        return {why: f"{DASH}{n}".translate(RAISED) for n, why in enumerate(self.reasons, 1)}

    def shown(self, cell: Cell) -> str:
        """With the mark that the reason below the table has."""
        return self.marks[cell.why] if cell.why else cell.shown

    @property
    def remarks(self) -> list[str]:
        """What is to be said with it where it is taken along."""
        return [*self.notes, *self.reasons]

    @property
    def body(self) -> SafeString:
        """Its rows as HTML: made here, for a template takes several times as long over hundreds of cells."""
        tags = [('<th scope="row">', "</th>"), *((_opened(head), "</td>") for head in self.heads[1:])]
        told = [f"<tr>{self._row(row, tags)}</tr>" for row in self.rows]
        first = [f'<tr class="all">{self._row(self.all, tags)}</tr>'] if self.all else []
        return SafeString("\n".join([*first, *told]))

    def _row(self, row: Sequence[Cell], tags: Sequence[tuple[str, str]]) -> str:
        return "".join(
            f"{start}{self.marks[cell.why] if cell.why else cell.linked}{end}"
            for (start, end), cell in zip(tags, row, strict=True)
        )


def _opened(head: Head) -> SafeString:
    """Of a cell below that head; on a phone, where rows stand below each other, it says the label again."""
    if head.numbers:
        return format_html('<td class="num" data-label="{}">', head.label)
    return format_html('<td data-label="{}">', head.label)


def to_read(sheet: Sheet) -> Sheet:
    """Without its lines where nobody would read them to the end."""
    if len(sheet.rows) <= MOST_TO_READ:
        return sheet
    lines = _("It has %(count)s lines, too many to be read here: they are in the spreadsheets.")
    return replace(sheet, rows=[], note=lines % {"count": number(len(sheet.rows))})


def words(value: Any, url: str = "") -> Cell:
    return Cell(str(value), url)


def of_rate(rate: Rate) -> Cell:
    """Undefined is a dash, with its reason and nothing behind it."""
    if rate.reason:
        return Cell(None, why=str(rate.reason))
    return Cell(Share(rate.part / rate.whole))


def of_rest(said: Words, many: int, url: str) -> Cell:
    """Nothing where there is no rest."""
    return words(said.rest % {"count": Grouped(many)}, url) if many else Cell()
