"""The pages of one expected role: to state it, to answer, and its story."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Q
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance_site.forms import kept_as
from feedback.access import expectations as access
from feedback.access.expectations import Act
from feedback.forms.expectations import (
    DebriefForm,
    ExpectationForm,
    FromForm,
    HearForm,
    ReplyForm,
    SeenForm,
    ToForm,
)
from feedback.history import history
from feedback.models import Asking, Expectation
from feedback.models.expectations import untold_now
from feedback.named_roles import to_state
from feedback.services import expectations as services
from people.clicks import clicked
from people.days import today_for
from people.requests import SignedInRequest, form_page
from people.services import note_access
from tours.models import Policy
from tours.services import Refused


def expectation_new(request: SignedInRequest) -> HttpResponse:
    person, today = request.user, today_for(request.user)
    manager = person.manager_on(today)
    if manager is None:
        raise Http404
    initial, keep = _named(request)
    who_sees = access.who_sees_new(person, manager)
    form = ExpectationForm(
        request.POST or None, today=today, manager=manager, who_sees=who_sees, initial=initial
    )
    if form.is_valid():
        try:
            row = services.state_expectation(person, **form.cleaned_data, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("Stated. %(name)s has been asked to answer in writing by %(day)s.")
            said %= {"name": row.manager.name, "day": date_format(row.due_on)}
            messages.success(request, said, extra_tags=keep)
            return redirect(row)
    days = Policy.objects.on(today).expectation_answer_days
    context = {"form": form, "manager": manager, "days": days, "keep": keep, "named": initial}
    return form_page(request, "feedback/expectation_new.html", context, form)


def _named(request: SignedInRequest) -> tuple[dict[str, str], str]:
    """What the person has said in the check-in that the address names, and where the window keeps it."""
    source = FromForm(request.GET)
    initial = to_state(request.user, source.cleaned_data["checkin"]) if source.is_valid() else {}
    about = source.cleaned_data.values() if initial else ()
    return initial, kept_as("expectation", "new", *about)


@require_safe
def expectation(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


def expectation_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    found, today = _found(request, pk, Act.ANSWER), today_for(request.user)
    replies = list(found.replies.all())
    before = replies[-1] if found.answered_at else None
    form = ReplyForm(
        request.POST or None,
        before=before,
        seen=len(replies),
        today=today,
        row=found,
        who_sees=access.who_sees_answer(request.user, found),
    )
    if form.is_valid():
        try:
            services.answer_expectation(found, actor=request.user, **form.cleaned_data, now=timezone.now())
        except Refused as refusal:
            form.move_to(len(replies))
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Answered. %(name)s can read it now.") % {"name": found.employee.name}
            )
            return redirect(found)
    more = {"before": before, "keep": kept_as("expectation", Act.ANSWER, found.pk, len(replies))}
    what_came = services.answer_from_before(found, replies, request.user, today)
    return _form_page(request, Act.ANSWER, found, form, what_came=what_came, **more)


def expectation_debrief(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _found(request, pk, Act.DEBRIEF)
    debriefs = list(found.debriefs.all())
    form = DebriefForm(
        request.POST or None,
        today=today_for(request.user),
        said_gone=found.is_said_gone(debriefs),
        who_sees=access.who_sees_answer(request.user, found),
    )
    said = _("Recorded. %(name)s is asked whether you have talked.") % {"name": found.employee.name}
    keep = kept_as("expectation", Act.DEBRIEF, found.pk, len(debriefs))
    return _done_or_again(request, Act.DEBRIEF, found, form, services.record_debrief, said, keep=keep)


def expectation_hear(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _found(request, pk, Act.HEAR)
    pending = found.debriefs.filter(took_place__isnull=True).first()
    if pending is None and request.method == "POST":
        pending = found.debriefs.last()  # said from another window: what was typed here is shown again
    if pending is None:
        return redirect(found)
    who_sees = access.who_sees(request.user, found, _askings(found))
    managed = vars(found)["manager_now_id"] == found.manager_id
    otherwise = pending.gone_on is None
    form = HearForm(request.POST or None, who_sees=who_sees, seen_otherwise=otherwise, managed=managed)
    said = _("Noted. %(name)s can read it.") % {"name": found.manager.name}
    keep = kept_as("expectation", Act.HEAR, found.pk, pending.pk)
    more = {"pending": pending, "managed": managed, "keep": keep}
    return _done_or_again(request, Act.HEAR, found, form, services.hear_debrief, said, **more)


@clicked
def expectation_gone(request: SignedInRequest, pk: int) -> HttpResponse:
    said = _("Noted. The conversation about it is due now.")
    return _having_read(request, pk, Act.GONE, SeenForm(request.POST), services.say_gone, said)


@clicked
def expectation_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    return _act(
        request, pk, Act.WITHDRAW, services.withdraw_expectation, _("Withdrawn. Nobody is asked any more.")
    )


@clicked
def expectation_show_hr(request: SignedInRequest, pk: int) -> HttpResponse:
    return _act(request, pk, Act.SHOW_HR, services.show_to_hr, _("HR can read it now."))


@clicked
def expectation_pass_on(request: SignedInRequest, pk: int) -> HttpResponse:
    said = _("Passed on. Your manager can read it now, and owes you an answer.")
    return _having_read(request, pk, Act.PASS_ON, ToForm(request.POST), services.pass_on, said)


@clicked
def expectation_keep(request: SignedInRequest, pk: int) -> HttpResponse:
    said = _("Not passed on. Your manager is not told of it.")
    return _having_read(request, pk, Act.PASS_ON, ToForm(request.POST), services.keep, said)


def _having_read(
    request: SignedInRequest, pk: int, act: Act, form: Form, verb: Callable[..., object], said: str
) -> HttpResponse:
    """A click that brings along what its page has said."""
    if not form.is_valid():
        messages.warning(request, _("That is not one of the answers."))
        return redirect(_found(request, pk, act))
    return _act(request, pk, act, verb, said, **form.cleaned_data)


def _act(
    request: SignedInRequest, pk: int, act: Act, verb: Callable[..., object], said: str, **more: object
) -> HttpResponse:
    """What needs no more than a click."""
    found = _found(request, pk, act)
    try:
        verb(found, actor=request.user, now=timezone.now(), **more)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(found)


def _done_or_again(
    request: SignedInRequest,
    act: Act,
    found: Expectation,
    form: Form,
    verb: Callable[..., object],
    said: str,
    **more: object,
) -> HttpResponse:
    if form.is_valid():
        try:
            verb(found, actor=request.user, **form.cleaned_data, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect(found)
    return _form_page(request, act, found, form, **more)


def _form_page(
    request: SignedInRequest, act: Act, found: Expectation, form: Form, **more: object
) -> HttpResponse:
    today = today_for(request.user)
    if not form.is_bound and act not in access.acts(request.user, found, today):
        messages.warning(request, _("This is no longer possible: the matter has moved on in the meantime."))
        return redirect(found)
    context = {"expectation": found, "form": form, "today": today, **more}
    return form_page(request, f"feedback/expectation_{act}.html", context, form)


def _found(request: SignedInRequest, pk: int, act: Act | None = None) -> Expectation:
    """What the person may read; and if an act is named, only for whom it is meant."""
    rows = Expectation.objects.visible_to(request.user).with_state(today_for(request.user))
    stays_behind = Q(state_now=Expectation.State.MOVED) & untold_now()
    found = rows.filter(pk=pk).annotate(stays_behind=stays_behind).first()
    if found is None or (act and not access.is_for(act, request.user, found)):
        raise Http404
    return found


def _askings(found: Expectation) -> list[Asking]:
    return list(found.askings.select_related("manager"))


def _page(request: SignedInRequest, found: Expectation) -> HttpResponse:
    person, today = request.user, today_for(request.user)
    askings = _askings(found)
    until = access.reads_until(person, found, askings)
    replies = list(found.replies.select_related("manager"))
    debriefs = list(found.debriefs.select_related("manager"))
    acts = access.acts(person, found, today) if until is None else set()
    context = {
        "expectation": found,
        "today": today,
        "answers": len(replies),
        "what_came": services.answer_from_before(found, replies, person, today),
        "came": found.asks_what_came(today) and vars(found)["asked_on"] <= today,
        "story": history(found, askings, replies, debriefs, until),
        "until": until,
        # To a manager before it is over whatever became of it: they learn nothing of that.
        "over": until is not None or not found.is_alive,
        "own": person == found.employee,
        "can": dict.fromkeys(acts, True),
        # Of what was said before the role was open again, no talk is due any more.
        "debriefs": [debrief for debrief in debriefs if found.gone_at and debrief.at >= found.gone_at],
        "pending": next((debrief for debrief in debriefs if debrief.took_place is None), None),
        "who_sees": access.who_sees(person, found, askings),
    }
    if person.pk != found.employee_id and not any(a.manager_id == person.pk for a in askings):
        note_access(person, found.employee, f"role expectation {found.pk}", timezone.now())
    return render(request, "feedback/expectation.html", context)
