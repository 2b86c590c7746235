"""HR takes tables along: one, or all of a view, as a spreadsheet reads them; and the whole on paper."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance_site import replica
from alliance_site.dashboards.charts import Chart
from alliance_site.dashboards.forms import StayingForm, ToursForm
from alliance_site.dashboards.paper import taken_along
from alliance_site.dashboards.retention import report, view
from alliance_site.dashboards.retention.behind import LISTS, Listed
from alliance_site.dashboards.retention.lists import in_order
from alliance_site.dashboards.retention.lists import sheet as list_sheet
from alliance_site.dashboards.retention.report import Report
from alliance_site.dashboards.retention.sheets import Sheet
from alliance_site.dashboards.retention.view import View
from people.numbers import number
from people.requests import SignedInRequest

MOST = 150_000  #: lines of a list; check-ins of all years can be millions, which no worker has memory for


@require_safe
def retention_export(request: SignedInRequest, kind: str) -> HttpResponse:
    """`table` says which, nothing being all; `of` asks for the list behind a number instead."""
    table, of = request.GET.get("table", ""), request.GET.get("of", "")
    if (table and table not in report.TABLES) or (of and of not in LISTS):
        raise Http404
    listed = LISTS.get(of)
    form = StayingForm if table.startswith("staying") else ToursForm
    _form, asked = (
        view.read(request, listed.form, of_today=listed.of_today) if listed else view.read(request, form)
    )
    if asked is None:
        return redirect(f"{reverse('retention')}?{request.GET.urlencode()}")  # which says what is wrong
    days = f"{asked.today}" if asked.of_today else f"{asked.period.first}-{asked.period.last}"
    if asked.followed:
        days = f"{asked.period.last}"
    if listed and (why := too_many(listed, asked)):
        messages.warning(request, why)
        return redirect(asked.behind(of))

    def made() -> str | bytes:
        return report.taken(kind, asked, *chosen(Report(asked), table=table, of=of))

    return taken_along(
        request,
        f"retention-{of or table or 'report'}-{days}.{kind}",
        made if of else partial(replica.counted, made),
        f"{reverse('retention')}?{asked.address}",
    )


def chosen(found: Report, *, table: str = "", of: str = "") -> tuple[list[Sheet], Iterable[Chart]]:
    """The list behind a number, one table, or all with their charts."""
    if of:
        listed = LISTS[of]
        rows = in_order(listed.rows(found.asked), listed.about)
        return [list_sheet(listed.title, listed.about, rows.iterator(chunk_size=2000))], ()
    if table:
        return report.sheets(found, [table]), ()
    return report.sheets(found), report.charts(found)


def too_many(listed: Listed, asked: View) -> str:
    """Why it cannot be taken along, if it cannot."""
    if (many := listed.rows(asked).count()) <= MOST:
        return ""
    told = _("This list has %(count)s lines, too many for a file. Choose a department.")
    if not asked.of_today:
        told = _(
            "This list has %(count)s lines, too many for a file. Choose a shorter period or a department."
        )
    return told % {"count": number(many)}
