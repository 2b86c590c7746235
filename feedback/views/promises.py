"""From what was agreed in a check-in to a promise of the tour, in one step."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance_site.forms import kept_as
from feedback import access
from feedback.forms.agreed import PromiseForm
from feedback.models import Action
from feedback.services.actions import promise_action
from feedback.views.actions import own_action
from people.days import today_for
from people.requests import SignedInRequest, form_page
from tours.access import What, manager_named, was_party, who_sees
from tours.models import Terms, Tour
from tours.services import add_promise, to_read
from tours.views.doors import face_by_now, is_done, known_tour


def tour_promise(request: SignedInRequest, pk: int) -> HttpResponse:
    return _promise(request, pk, None)


def action_promise(request: SignedInRequest, pk: int) -> HttpResponse:
    action = own_action(request, pk)
    return _promise(request, action.checkin.tour_id, action)


def _promise(request: SignedInRequest, pk: int, action: Action | None) -> HttpResponse:
    tour, _seen = known_tour(request, pk)
    person, today = request.user, today_for(request.user)
    is_party = tour.side_of(person) is not None
    late = request.method == "POST" and was_party(person, tour)  # then the service says so, and words stay
    if tour.in_force is None or not (is_party or late):
        raise Http404
    shown, manager = to_read(tour, today), manager_named(person, tour, today)
    typed = request.POST or None
    form = PromiseForm(typed, shown=shown, tour=tour, manager=manager, today=today, action=action)
    other = tour.other_than(person.pk) if is_party else tour.employee
    made: list[Terms] = []
    if is_done(request, form, lambda: made.append(_propose(request, tour, form, action))):
        said = _("Proposed, and signed by you. It counts once %(name)s has signed it too.")
        messages.success(request, said % {"name": other.name})
        return redirect("terms_changes", tour.pk, made[0].number)
    context = {
        "tour": tour,
        "action": action,
        "form": form,
        "face": face_by_now(form, tour, today),
        "may": access.can_promise(person, tour, today),
        "is_party": is_party,
        "other": other,
        "keep": kept_as("promise", tour.pk, shown.number if is_party else "", action.pk if action else ""),
        "who_sees": who_sees(What.TERMS),
    }
    return form_page(request, "feedback/promise.html", context, form)


def _propose(request: SignedInRequest, tour: Tour, form: PromiseForm, action: Action | None) -> Terms:
    given, words, now = form.promise, form.cleaned_data["words"], timezone.now()
    if action is None:
        return add_promise(tour, given, words, read=form.read, actor=request.user, now=now)
    return promise_action(action, tour, given, words, read=form.read, actor=request.user, now=now)
