"""Tables as spreadsheets read them, in which no cell is ever calculated."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO, StringIO
from itertools import chain, count
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from alliance_site.dashboards.retention.sheets import Cell, Head, Mean, Share, Sheet, words

BOM = "\ufeff"  #: without it some spreadsheets take the text for Latin-1
NOBODY_SEES = r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
#: A spreadsheet would calculate what begins so; one that takes semicolons or tabs for its commas, as many do
#: outside English, also what begins so behind one of these. The wide signs are those of East Asian keyboards.
HARMFUL = re.compile(rf"(^|[;\t\r\n])(?={NOBODY_SEES}*[=+\-@＝＋－＠])")
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  #: nor may a cell of a workbook hold it
BOLD = Font(bold=True)
READ = {Share: "0.0%", Mean: "0.0"}  #: how a number that is more than one is read
WIDEST = 60  #: characters
LONGEST_TAB = 31  #: characters
NOT_IN_A_TAB = re.compile(r"[\[\]:*?/\\]")


def harmless(text: str) -> str:
    """As text, whatever it begins with, even behind what nobody sees."""
    return HARMFUL.sub(r"\1'", UNSEEN.sub("", text))


def as_csv(sheets: Iterable[Sheet], about: Sequence[str] = ()) -> str:
    """One below the other, each under its title. Shares are fractions, days as 2026-03-16.

    What the figures are of, and why some are missing, stands beside the title: a line of its own would be one
    more to leave out.
    """
    out = StringIO()
    out.write(BOM)
    writer = csv.writer(out)
    for n, sheet in enumerate(sheets):
        if n:
            writer.writerow([])
        writer.writerow([harmless(each) for each in (str(sheet.title), *about, *sheet.remarks)])
        writer.writerow([harmless(str(head.label)) for head in sheet.heads])
        writer.writerows([_plain(cell) for cell in row] for row in sheet.rows)
    return out.getvalue()


def about_figures(lines: Sequence[Sequence[str]]) -> Sheet:
    """What they are of, for the end of a workbook: whoever goes on reckoning finds tables first."""
    title = _("About these figures")
    heads = [Head(title if n == 0 else "", numbers=False) for n in range(len(lines[0]))]
    return Sheet("about", title, heads, [[words(each) for each in line] for line in lines])


def as_xlsx(sheets: Iterable[Sheet]) -> bytes:
    """A sheet for each, under its title. What is a number stays one."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(_tab(sheet, book.sheetnames))
        page.freeze_panes = "B2"
        for n, width in enumerate(_widths(sheet), 1):
            page.column_dimensions[get_column_letter(n)].width = width
        page.append([_head(page, head) for head in sheet.heads])
        for row in sheet.rows:
            page.append([_cell(page, _value(cell), READ.get(type(cell.value))) for cell in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _tab(sheet: Sheet, taken: Sequence[str]) -> str:
    """As short as a tab must be, without what none may have, and called like no other, whatever the case."""
    words = " ".join(NOT_IN_A_TAB.sub(" ", UNSEEN.sub("", str(sheet.short or sheet.title))).split())
    others = {other.casefold() for other in taken}
    names = (
        _shortened(words.strip("'") or sheet.key, tail) for tail in chain([""], map(" {}".format, count(2)))
    )
    return next(name for name in names if name.casefold() not in others)


def _shortened(words: str, tail: str) -> str:
    """After a whole word, unless the first is too long already."""
    room = LONGEST_TAB - len(tail)
    if len(words) <= room:
        return words + tail
    return f"{words[:room].rpartition(' ')[0] or words[: room - 1]}…{tail}"


def _plain(cell: Cell) -> Any:
    if cell.value is None:
        return ""
    return harmless(cell.value) if isinstance(cell.value, str) else cell.value


def _value(cell: Cell) -> Any:
    if isinstance(cell.value, str):
        return harmless(cell.value)
    return float(cell.value) if type(cell.value) in READ else cell.value


def _head(page: Any, head: Head) -> Any:
    made = WriteOnlyCell(page, value=harmless(str(head.label)))
    made.font = BOLD
    return made


def _cell(page: Any, value: Any, read: str | None) -> Any:
    made = WriteOnlyCell(page, value=value)
    if read:
        made.number_format = read
    return made


def _widths(sheet: Sheet) -> Iterator[int]:
    for n, head in enumerate(sheet.heads):
        longest = max((len(row[n].shown) for row in sheet.rows[:200]), default=0)
        yield min(max(longest, len(str(head.label))) + 2, WIDEST)
