"""A new manager, or the employee, stands by the terms as they are."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance_site.forms import kept_as
from people.days import today_for
from people.requests import SignedInRequest, form_page
from tours import access, services
from tours.access import Act
from tours.face import face_of_next
from tours.forms import WordsOnReadForm
from tours.views.doors import is_done, tour_in_force


def tour_reaffirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whoever says the words signs by it; the other side then reads them, and signs or answers."""
    tour, late = tour_in_force(request, pk, Act.REAFFIRM)
    assert tour.in_force
    today = today_for(request.user)
    shown, own = services.to_read(tour, today), request.user.pk == tour.employee_id
    other = tour.manager_now_name if own else tour.employee.name
    to_other = _("A few words to %(name)s") % {"name": other}
    form = WordsOnReadForm(
        request.POST or None,
        shown=shown,
        label=to_other if other else _("In a few words"),  # by now nobody manages them
        help_text=_("What you stand by, and what you want to talk about soon."),
    )

    def reaffirm() -> None:
        words, now = form.cleaned_data["words"], timezone.now()
        services.reaffirm(tour, words, read=form.read, actor=request.user, now=now)

    if is_done(request, form, reaffirm):
        said = _("Signed by you. The terms count between the two of you once %(name)s has signed them too.")
        messages.success(request, said % {"name": other})
        return redirect(tour)
    context = {
        "tour": tour,
        "late": late,
        "form": form,
        "own": own,
        "other": other,
        "face": face_of_next(services.next_statement(tour, today), tour.in_force.promises.all()),
        "who_sees": access.who_sees(access.What.TERMS),
        "today": today,
        "keep": kept_as("reaffirm", tour.pk, shown.number),
    }
    return form_page(request, "tours/reaffirm.html", context, form)
