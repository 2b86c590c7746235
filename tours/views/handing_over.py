"""A new manager, or the employee, stands by the terms as they are."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from people.days import today_for
from people.requests import SignedInRequest
from tours import access, services
from tours.access import Act
from tours.forms import WordsForm
from tours.views.doors import INVALID, known_tour, note_look
from tours.views.reading import tour_page


def tour_reaffirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whoever says the words signs by it; the other side then reads them, and signs or answers."""
    tour, _seen = known_tour(request, pk)
    if Act.REAFFIRM not in access.acts(request.user, tour, today_for(request.user)):
        raise Http404
    note_look(request, tour)
    own = request.user.pk == tour.employee_id
    other = tour.manager_now_name if own else tour.employee.name
    form = WordsForm(
        request.POST or None,
        label=_("A few words to %(name)s") % {"name": other},
        help_text=_("What you stand by, and what you want to talk about soon."),
    )
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        try:
            services.reaffirm(tour, words, actor=request.user, now=timezone.now())
        except services.Refused as refusal:
            return tour_page(request, pk, refused=str(refusal))
        said = _("Signed by you. The terms count between the two of you once %(name)s has signed them too.")
        messages.success(request, said % {"name": other})
        return redirect(tour)
    context = {
        "tour": tour,
        "form": form,
        "own": own,
        "other": other,
        "who_sees": access.who_sees(access.What.TERMS),
        "today": today_for(request.user),
    }
    return render(request, "tours/reaffirm.html", context, status=INVALID if form.errors else 200)
