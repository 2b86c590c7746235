"""HR takes tables along: one, or all of a view, as a spreadsheet reads them; and the whole on paper."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance_site.dashboards.forms import StayingForm, ToursForm
from alliance_site.dashboards.retention import report, view
from alliance_site.dashboards.retention.behind import LISTS
from alliance_site.dashboards.retention.lists import in_order
from alliance_site.dashboards.retention.lists import sheet as list_sheet
from alliance_site.dashboards.retention.report import Report
from alliance_site.dashboards.retention.sheets import Sheet
from alliance_site.dashboards.retention.view import View
from alliance_site.dashboards.words import number
from people.files import attached
from people.requests import SignedInRequest
from tours.pdf import CannotBeSet

log = logging.getLogger(__name__)

MOST = 150_000  #: lines of a list; check-ins of all years can be millions, which no worker has memory for


@require_safe
def retention_export(request: SignedInRequest, kind: str) -> HttpResponse:
    """`table` says which, nothing being all; `of` asks for the list behind a number instead. On paper there
    is the whole report alone."""
    table, of = request.GET.get("table", ""), request.GET.get("of", "")
    if (table and table not in report.TABLES) or (of and of not in LISTS):
        raise Http404
    listed = LISTS.get(of)
    form = StayingForm if table.startswith("staying") and kind != "pdf" else ToursForm
    _form, asked = (
        view.read(request, listed.form, of_today=listed.of_today) if listed else view.read(request, form)
    )
    if asked is None:
        return redirect(f"{reverse('retention')}?{request.GET.urlencode()}")  # which says what is wrong
    days = f"{asked.today}" if asked.of_today else f"{asked.period.first}-{asked.period.last}"
    if asked.followed:
        days = f"{asked.period.last}"
    if kind == "pdf":
        return _pdf(request, asked, f"retention-report-{days}.pdf")
    if of and (many := LISTS[of].rows(asked).count()) > MOST:
        return _too_many(request, asked, of, many)
    sheets = [_list(of, asked)] if of else report.sheets(Report(asked), [table] if table else ())
    content = report.SPREADSHEETS[kind](asked, sheets)
    return attached(content, f"retention-{of or table or 'report'}-{days}.{kind}")


def _list(of: str, asked: View) -> Sheet:
    listed = LISTS[of]
    rows = in_order(listed.rows(asked), listed.about)
    return list_sheet(listed.title, listed.about, rows.iterator(chunk_size=2000))


def _too_many(request: SignedInRequest, asked: View, of: str, many: int) -> HttpResponse:
    too_many = _("This list has %(count)s lines, too many for a file. Choose a department.")
    if not asked.of_today:
        too_many = _(
            "This list has %(count)s lines, too many for a file. Choose a shorter period or a department."
        )
    messages.warning(request, too_many % {"count": number(many)})
    return redirect(asked.behind(of))


def _pdf(request: SignedInRequest, asked: View, name: str) -> HttpResponse:
    try:
        return attached(report.pdf(Report(asked)), name)
    except CannotBeSet:
        log.exception("the report on retention could not be set as a PDF")
        messages.warning(request, _("This cannot be set as a PDF. Print the pages instead."))
        return redirect(f"{reverse('retention')}?{asked.address}")
