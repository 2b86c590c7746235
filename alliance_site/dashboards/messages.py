"""HR's page of letters: what waits, went out, did not and why. Never what they say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.contrib import messages as notes
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST, require_safe

from alliance_site.forms import fields_only
from alliance_site.outbox.models import Heartbeat, Message
from alliance_site.outbox.occasions import occasions
from alliance_site.outbox.services import Verdict, settle
from people.requests import SignedInRequest

INVALID = 400
A_PAGE = 50
SILENCE = timedelta(minutes=30)  # after which a missing heartbeat is said

#: What it means when a part of the outbox has not come to its end for a while.
SILENT = {
    "plan": gettext_noop("Reminders are not being planned; the worker or its clock may have stopped."),
    "deliver": gettext_noop("Letters are not going out; the worker or the mail server may have stopped."),
}


class FilterForm(forms.Form):
    """The occasion is chosen here; the states are links, which keep it."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=Message.State, required=False, widget=forms.HiddenInput
    )
    occasion = forms.ChoiceField(label=gettext_lazy("Occasion"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["occasion"]
        assert isinstance(field, forms.ChoiceField)
        titles = [(key, each.title) for key, each in occasions().items() if not each.private]
        field.choices = [("", _("All")), *titles]
        self.helper = fields_only("state", "occasion")


class SettleForm(forms.Form):
    verdict = forms.ChoiceField(choices=[(verdict.value, verdict.value) for verdict in Verdict])


class Tally(NamedTuple):
    """How many messages are in a state."""

    state: Message.State
    number: int


@require_safe
def messages(request: SignedInRequest) -> HttpResponse:
    _require_hr(request)
    now = timezone.now()
    form = FilterForm(request.GET)
    wanted = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    tallies = _tallies(wanted.get("occasion"))
    rows = Message.objects.known_to_hr().filter(**wanted).select_related("recipient").defer("text", "html")
    paginator = Paginator(rows.order_by("-created_at", "id"), A_PAGE)
    paginator.count = sum(t.number for t in tallies if wanted.get("state") in (None, t.state))
    context = {
        "form": form,
        "state": wanted.get("state"),
        "tallies": tallies,
        "silences": _silences(now),
        "page": paginator.get_page(request.GET.get("page")),
        "titles": {key: occasion.title for key, occasion in occasions().items()},
        "filters": request.GET.urlencode(),
    }
    return render(request, "dashboards/messages.html", context, status=INVALID if form.errors else 200)


@require_POST
def message_settle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Retry a failed message; say of an uncertain one that it arrived, or send it again."""
    _require_hr(request)
    message = get_object_or_404(Message.objects.known_to_hr(), pk=pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("That is not one of the answers."), status=INVALID, content_type="text/plain")
    verdict = Verdict(form.cleaned_data["verdict"])
    if not settle(message, verdict, actor=request.user, now=timezone.now()):
        notes.warning(request, _("This letter was settled in the meantime."))
    elif verdict is Verdict.AGAIN:
        notes.success(request, _("The letter goes out again."))
    else:
        notes.success(request, _("The letter is noted as arrived."))
    return redirect(f"{reverse('messages')}?{request.GET.urlencode()}")


def _require_hr(request: SignedInRequest) -> None:
    if not request.user.is_hr:
        raise Http404


def _tallies(occasion: str | None) -> list[Tally]:
    rows = Message.objects.known_to_hr()
    rows = rows.filter(occasion=occasion) if occasion else rows
    known = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    return [Tally(state, known.get(state, 0)) for state in Message.State]


def _silences(now: datetime) -> list[tuple[str, datetime | None]]:
    last = dict(Heartbeat.objects.values_list("name", "at"))
    return [
        (_(words), last.get(name))
        for name, words in SILENT.items()
        if name not in last or last[name] < now - SILENCE
    ]
