"""What somebody has been told, inside the application: for that person alone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance_site.outbox import notices as told
from alliance_site.outbox.models import Message, MessageQuerySet
from alliance_site.outbox.occasions import occasions
from people.clicks import clicked
from people.requests import SignedInRequest

A_PAGE = 30


@dataclass(frozen=True)
class Line:
    notice: Message
    is_true: bool
    title: object

    @property
    def is_new(self) -> bool:
        return self.is_true and self.notice.read_at is None


class ReadForm(forms.Form):
    """Names what was on the page: what came since stays unread."""

    def __init__(self, data: QueryDict, *, mine: MessageQuerySet) -> None:
        super().__init__(data)
        self.fields["notice"] = forms.ModelMultipleChoiceField(mine)


@require_safe
def notices(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    page = Paginator(told.notices_of(request.user.pk, now), A_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    true = told.still_true(rows, now)
    titles = {key: occasion.title for key, occasion in occasions().items()}
    lines = [Line(row, row.pk in true, titles.get(row.occasion, "")) for row in rows]
    context = {
        "page": page,
        "lines": lines,
        "unread": [line.notice for line in lines if line.is_new],
        "days": told.KEPT.days,
    }
    return render(request, "dashboards/notices.html", context)


@require_safe
def notice(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """To what it is about, as long as it is true: whoever reads it there has read the notice."""
    now = timezone.now()
    mine = told.notices_of(request.user.pk, now).filter(pk=pk)
    found = get_object_or_404(mine)
    told.read(mine, now)
    if not told.still_true([found], now):
        messages.success(request, _("That is done by now, or no longer yours to do."))
        return redirect("notices")
    return redirect(found.path)


@clicked
def notices_read(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    form = ReadForm(request.POST, mine=told.notices_of(request.user.pk, now))
    if form.is_valid():
        told.read(form.cleaned_data["notice"], now)
    return redirect("notices")
