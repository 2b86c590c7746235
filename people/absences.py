"""When somebody is away: their own page, which nobody else reads."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from people import access, services
from people.clicks import clicked
from people.days import today_for
from people.forms import AbsenceForm
from people.models import Absence
from people.requests import SignedInRequest, form_page


def absences(request: SignedInRequest) -> HttpResponse:
    person, today = request.user, today_for(request.user)
    if not access.can_be_away(person, today):
        raise Http404
    form = AbsenceForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            services.be_away(person, **form.cleaned_data)
        except services.Refused as refusal:
            form.add_error("since", str(refusal))
        else:
            messages.success(request, _("Noted. Check-ins on these days move within a few minutes."))
            return redirect("absences")
    context = {
        "form": form,
        "absences": person.absences.to_come(today),
        "today": today,
        "who_sees": access.who_sees_absences(),
    }
    return form_page(request, "people/absences.html", context, form)


@clicked
def absence_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is gone already, by a double click, is gone; somebody else's is nobody's business."""
    if not services.be_back(pk, request.user) and Absence.objects.filter(pk=pk).exists():
        raise Http404
    messages.success(request, _("Removed. Check-ins may be planned on these days again."))
    return redirect("absences")
