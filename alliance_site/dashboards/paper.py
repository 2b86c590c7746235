"""Tables and charts on paper, tagged, in the reader's language."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from alliance_site.dashboards.charts import Chart
from alliance_site.dashboards.charts_on_paper import as_svg
from alliance_site.dashboards.retention.sheets import Sheet, to_read
from people.files import attached
from people.requests import SignedInRequest
from tours.pdf import CannotBeSet, printable, typeset

log = logging.getLogger(__name__)

TEMPLATE = Path(settings.BASE_DIR) / "templates" / "dashboards" / "retention.typ"


@dataclass(frozen=True)
class Heading:
    """`days` stands at the foot of each page, too; `of` says of whom it is, in lines; `counted` as of when,
    in words."""

    title: str
    days: str
    of: Sequence[str]
    counted: str
    at: datetime


def as_pdf(heading: Heading, sheets: Iterable[Sheet], charts: Iterable[Chart] = ()) -> bytes:
    data = {
        "title": heading.title,
        "days": heading.days,
        "of": heading.of,
        "counted": heading.counted,
        "language": (get_language() or "en").split("-")[0],
        "direction": "rtl" if get_language_bidi() else "ltr",
        "charts": [
            {"title": chart.title, "summary": chart.summary, "svg": as_svg(chart)} for chart in charts
        ],
        "sheets": [_as_data(to_read(sheet)) for sheet in sheets],
    }
    return typeset(TEMPLATE, printable(data), int(heading.at.astimezone(UTC).timestamp()))


def _as_data(sheet: Sheet) -> dict[str, Any]:
    return {
        "title": str(sheet.title),
        "heads": [str(head.label) for head in sheet.heads],
        "numbers": [head.numbers for head in sheet.heads],
        "rows": [[sheet.shown(cell) for cell in row] for row in sheet.rows],
        "note": " ".join(sheet.notes),
        "reasons": [f"{mark} {why}" for why, mark in sheet.marks.items()],
    }


def taken_along(
    request: SignedInRequest, name: str, make: Callable[[], str | bytes], back: str
) -> HttpResponse:
    """A file of that name; or back to its page, where it cannot be set."""
    try:
        return attached(make(), name)
    except CannotBeSet:
        log.exception("%s could not be set as a PDF", name)
        messages.warning(request, _("This cannot be set as a PDF. Print the pages instead."))
        return redirect(back)
