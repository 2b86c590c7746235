"""An uploaded file, CSV or XLSX, made into lines of texts: the same for both from there on."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from io import BytesIO, StringIO
from typing import IO, Any
from xml.parsers.expat import ParserCreate
from zipfile import ZipFile

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from people.importing.problems import Problem, Unreadable
from people.importing.reading import DELIMITERS

log = logging.getLogger(__name__)

MOST_BYTES = 4 * 1024 * 1024
MOST_PEOPLE, MOST_COLUMNS = 10_000, 200  #: so that a page can wait for it
UNPACKED = 60 * 1024 * 1024  #: bytes of a workbook, which is a zip file
#: Characters of a workbook's cell, and of all: what many cells share stands in the file once.
LONGEST_CELL, MOST_TEXT = 32_767, 16 * 1024 * 1024
#: What a workbook's reader takes piece by piece, and how deep it lies; all else it builds up as a whole.
PIECES = {"xl/worksheets/": ("row", 3), "xl/sharedStrings": ("si", 2)}
MOST_AT_ONCE = 100_000  #: elements outside such pieces, or inside one
ZIPPED = b"PK\x03\x04"

Table = list[list[str]]


def tabled(content: bytes) -> Table:
    """With the heading as the first line. Raises Unreadable where it is neither, or too much."""
    lines = _of_workbook(content) if content.startswith(ZIPPED) else _of_text(content)
    table: Table = []
    for line in lines:
        if len(table) > MOST_PEOPLE:
            reason = _("There are more than %(most)s people in it: have it imported on the server.")
            raise Unreadable(Problem(reason % {"most": number_format(MOST_PEOPLE, force_grouping=True)}))
        if len(line) > MOST_COLUMNS:
            reason = _("There are more than %(most)s columns in it.")
            raise Unreadable(Problem(reason % {"most": MOST_COLUMNS}))
        table.append(line)
    if not table or not any(cell.strip() for cell in table[0]):
        raise Unreadable(Problem(_("The file is empty.")))
    return table


def _of_text(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    lines = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        yield from lines
    except csv.Error as error:
        reason = _("The line cannot be read: %(why)s.") % {"why": error}
        raise Unreadable(Problem(reason, lines.line_num)) from None


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 where it says so, or else what Windows writes in the west of Europe."""
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeError:
            continue
    raise Unreadable(Problem(_("This is neither a CSV nor an XLSX file.")))


def _delimiter(text: str) -> str:
    """What the heading has most of."""
    heading = text.partition("\n")[0]
    return max(DELIMITERS, key=heading.count)


def _of_workbook(content: bytes) -> Iterator[list[str]]:
    """Of its first sheet, as what was last calculated."""
    try:
        _refuse_bombs(content)
        sheet = load_workbook(BytesIO(content), read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()  # which some programs write wrongly
        yield from _rectangular(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True))
    except Exception as error:  # whatever a broken or hostile file makes its reader raise
        log.info("a workbook could not be read: %r", error)
        reason = _("This workbook cannot be read. Save the sheet as CSV, and try that.")
        raise Unreadable(Problem(reason)) from None


def _refuse_bombs(content: bytes) -> None:
    with ZipFile(BytesIO(content)) as packed:
        if sum(each.file_size for each in packed.infolist()) > UNPACKED:
            raise ValueError("unpacked it would be too large")
        for each in packed.infolist():
            if each.filename.endswith((".xml", ".rels")):
                piece = next((PIECES[folder] for folder in PIECES if each.filename.startswith(folder)), None)
                with packed.open(each) as part:
                    _weigh(part, piece)


def _weigh(part: IO[bytes], piece: tuple[str, int] | None) -> None:
    """Raises ValueError for what would take a thousand times its size in memory."""
    parser, depth, together = ParserCreate(), 0, 0

    def begin(name: str, _attributes: object) -> None:
        nonlocal depth, together
        depth += 1
        together = 0 if (name.rpartition(":")[2], depth) == piece else together + 1
        if together > MOST_AT_ONCE:
            raise ValueError("there is too much in one piece of it")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_entities: object) -> None:
        raise ValueError("no workbook has entities of its own")

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.StartDoctypeDeclHandler = refuse
    parser.ParseFile(part)


def _rectangular(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[str]]:
    """Each as wide as the heading; what stands beyond it only if there is something in it."""
    width, room = 0, MOST_TEXT
    for row in rows:
        cells = [_text(value) for value in row]
        room -= sum(map(len, cells))
        if room < 0:
            raise ValueError("there is too much in its cells")
        while len(cells) > width and not cells[-1]:
            cells.pop()
        width = width or len(cells)
        yield cells + [""] * (width - len(cells))


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        value = value.date() if value.time() == time() else value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and len(value) > LONGEST_CELL:
        raise ValueError("a cell is too long")
    return "" if value is None else " ".join(str(value).split())
