"""Tables as a terminal reads them: numbers below their heads, and what is to be said below each table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from alliance_site.dashboards.retention.sheets import Sheet, to_read
from alliance_site.dashboards.spreadsheets import UNSEEN
from people.numbers import DASH, FROM_LEFT

WIDTH = 100  #: of a line, where the numbers leave the words in front at least …
LEAST, WIDE = 16, 40  #: … so much; and where there is room, as much as they like to have
SOME = 20  #: to which a cell or a word in a head may widen its column


def as_table(title: str, about: Iterable[str], sheets: Iterable[Sheet]) -> str:
    """All of them below each other, as far as somebody would read them."""
    lines = [title, *(line for each in about for line in wrap(each, WIDTH))]
    return printed([*lines, *(line for sheet in sheets for line in as_text(to_read(sheet)))])


def printed(lines: Iterable[str]) -> str:
    return UNSEEN.sub("", "\n".join(lines))  # which a terminal would obey


def as_text(sheet: Sheet) -> Iterator[str]:
    """Without the columns of words behind the first, for which there is no room beside numbers."""
    yield from ("", *wrap(str(sheet.title), WIDTH))
    if sheet.rows:
        yield from _body(sheet)
    marked = (*((mark, why) for why, mark in sheet.marks.items()), *((DASH, each) for each in sheet.aside))
    for remark in (*sheet.notes, *map(" ".join, marked)):
        yield from wrap(remark, WIDTH, subsequent_indent="  ")


def _body(sheet: Sheet) -> Iterator[str]:
    behind = range(1, len(sheet.heads))
    numbers = [n for n in behind if sheet.heads[n].numbers] or behind
    heads = [str(sheet.heads[n].label) for n in (0, *numbers)]
    # What is not seen takes a column of a terminal all the same.
    rows = [[sheet.shown(row[n]).replace(FROM_LEFT, "") for n in (0, *numbers)] for row in sheet.rows]
    widths = _widths(heads, rows)
    for row in (heads, *rows):
        yield from _lines(row, widths)


def _widths(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """As narrow as the longest word of the head and the longest cell allow, and apart by as much as there is
    room for; the first takes what is left."""
    columns = list(zip(*rows, strict=True))[1:]
    narrow = [
        max(*(min(len(words), SOME) for words in (*cells, *head.split())), 1)
        for head, cells in zip(heads[1:], columns, strict=True)
    ]
    longest = max(LEAST, *(len(cell) for cell in (heads[0], *(row[0] for row in rows))))
    room = WIDTH - sum(narrow)
    gap = 2 if room - 2 * len(narrow) >= min(longest, WIDE) else 1
    first = min(longest, max(room - gap * len(narrow), LEAST))
    return [first, *(width + gap for width in narrow)]


def _lines(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """One, or as many as its longest cell takes, all of them down to the last."""
    apart = [0, *[1] * (len(row) - 1)]
    cells = [wrap(cell, width - gap) for cell, width, gap in zip(row, widths, apart, strict=True)]
    high = max(map(len, cells))
    for words, *numbers in zip(*([""] * (high - len(cell)) + cell for cell in cells), strict=True):
        shown = "".join(f"{number:>{width}}" for number, width in zip(numbers, widths[1:], strict=True))
        yield f"{words:<{widths[0]}}{shown}".rstrip()
