"""Actions: written down after the reveal, ticked done, dropped, opened again."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance_site.forms import kept_as
from feedback import access
from feedback.forms.agreed import ActionForm, DropForm
from feedback.models import Action, CheckIn
from feedback.services import actions as services
from feedback.views.checkins import readable_by
from people.clicks import clicked
from people.days import today_for
from people.requests import SignedInRequest, form_page
from tours.models import Side
from tours.services import Refused


def checkin_action(request: SignedInRequest, pk: int) -> HttpResponse:
    """Writing one down."""
    found, person = readable_by(request.user, pk), request.user
    if not access.can_agree(person, found):
        raise Http404
    keep = kept_as("action", found.pk, found.actions.filter(author=person).count())
    typed = request.POST if request.method == "POST" else None
    form = ActionForm(typed, checkin=found, person=person, today=today_for(person))
    if form.is_valid():
        given = {**form.cleaned_data, "owner": Side(form.cleaned_data["owner"])}
        try:
            services.agree_on_action(found, **given, actor=person, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("Written down. It stays with both of you until it is done or dropped.")
            messages.success(request, said, extra_tags=keep)
            return redirect(f"{found.get_absolute_url()}#actions")
    context = {"checkin": found, "form": form, "keep": keep}
    return form_page(request, "feedback/action_new.html", context, form)


@clicked
def action_done(request: SignedInRequest, pk: int) -> HttpResponse:
    action = own_action(request, pk)
    if services.settle_action(action, actor=request.user, now=timezone.now()):
        messages.success(request, _("Done. Both of you see that you ticked it off."))
    else:
        messages.warning(request, services.action_settled_before())
    return redirect(_back(request, action))


def action_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    action = own_action(request, pk)
    line = access.who_sees_actions()
    form = DropForm(request.POST or None, who_sees=line)
    if request.method == "POST" and form.is_valid():
        why, now = form.cleaned_data["why"], timezone.now()
        if services.settle_action(action, actor=request.user, now=now, dropped_because=why):
            messages.success(request, _("Dropped. Both of you can read why."))
            return redirect(action.checkin)
        form.add_error(None, services.action_settled_before())
    keep = kept_as("drop", action.pk, action.reopened_at or "")
    context = {"action": action, "form": form, "today": today_for(request.user), "keep": keep}
    return form_page(request, "feedback/action_drop.html", context, form)


@clicked
def action_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    action = own_action(request, pk)
    if services.reopen_action(action, actor=request.user, now=timezone.now()):
        messages.success(request, _("Open again."))
    return redirect(_back(request, action))


def own_action(request: SignedInRequest, pk: int) -> Action:
    """For the two who agreed on it, as long as they are here."""
    person, today = request.user, today_for(request.user)
    rows = Action.objects.still_of(person, today).with_what_pages_say()
    action = rows.filter(pk=pk).first()
    if action is None or not access.can_settle(person, action) or not person.is_employed(today):
        raise Http404
    return action


def _back(request: SignedInRequest, action: Action) -> str:
    """To the page on which it was clicked: of a check-in, of the tour, or else where it was agreed."""
    pages = {
        "tour": f"{action.checkin.tour.along_url}#actions",
        "": f"{action.checkin.get_absolute_url()}#actions",
    }
    at = request.POST.get("at", "")
    agreed_in = action.checkin
    theirs = Q(employee=agreed_in.employee_id, manager=agreed_in.manager_id)
    carrying = CheckIn.objects.filter(Q(tour=agreed_in.tour_id) | theirs)
    later = carrying.filter(pk=at).first() if at.isdecimal() and len(at) < 19 else None
    return f"{later.get_absolute_url()}#actions" if later else pages.get(at, pages[""])
