"""HR asks for the month's report by mail, or no longer does."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance_site.dashboards.models import MonthlyReport
from people.clicks import clicked
from people.days import today_for
from people.requests import SignedInRequest, require_hr


class WishForm(forms.Form):
    wanted = forms.BooleanField(required=False)


@clicked
def retention_monthly(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    form = WishForm(request.POST)
    if form.is_valid() and form.cleaned_data["wanted"]:
        since = {"since": today_for(request.user)}
        MonthlyReport.objects.get_or_create(reader=request.user, defaults=since)
        messages.success(request, _("A letter comes when a month is over, with its headline figures."))
    else:
        MonthlyReport.objects.filter(reader=request.user).delete()
        messages.success(request, _("No letter comes any more when a month is over."))
    return redirect(f"{reverse('retention')}?{request.GET.urlencode()}")  # to what was asked for there
