"""HR's page of letters: what waits, went out, did not and why. Never what they say."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.contrib import messages as notes
from django.core.paginator import Paginator
from django.db.models import Count, Q, Value
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_safe

from alliance_site.dashboards.for_hr import SILENCE
from alliance_site.forms import DateInput, fields_only
from alliance_site.outbox.letters import NoAddress, message_id
from alliance_site.outbox.models import Gate, Heartbeat, Message, MessageQuerySet
from alliance_site.outbox.occasions import occasions
from alliance_site.outbox.services import LEADS, Verdict, settle
from people.clicks import clicked
from people.measures.periods import EARLIEST
from people.models import Person
from people.requests import INVALID, SignedInRequest, form_page, require_hr
from people.services import note_accesses

A_PAGE = 50
#: What it means when a part of the outbox has not come to its end for a while.
SILENT = {
    "plan": gettext_noop("Reminders are not being planned; the worker or its clock may have stopped."),
    "deliver": gettext_noop("Letters are not going out; the worker or the mail server may have stopped."),
}

SETTLED = {
    Verdict.ARRIVED: gettext_lazy("The letter is noted as arrived."),
    Verdict.AGAIN: gettext_lazy("The letter goes out again."),
    Verdict.HOLD: gettext_lazy("The letter is held until it is released."),
    Verdict.RELEASE: gettext_lazy("The letter is released, and goes out once it is due."),
}


class FilterForm(forms.Form):
    """The occasion is chosen here; the states are links, which keep it."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=Message.State, required=False, widget=forms.HiddenInput
    )
    occasion = forms.ChoiceField(label=gettext_lazy("Occasion"), required=False)
    person = forms.CharField(label=gettext_lazy("Name or e-mail address"), required=False, max_length=100)
    day = forms.DateField(label=gettext_lazy("Planned on"), required=False, widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["occasion"]
        assert isinstance(field, forms.ChoiceField)
        titles = [(key, each.title) for key, each in occasions().items() if not each.private]
        field.choices = [("", _("All")), *titles]
        self.helper = fields_only("state", "occasion", "person", "day")

    def rows(self) -> MessageQuerySet:
        """Those asked for, in whatever state."""
        asked, found = self.cleaned_data, Message.objects.known_to_hr()
        if asked["occasion"]:
            found = found.filter(occasion=asked["occasion"])
        if words := asked["person"]:
            of_them = Q(recipient__name__icontains=words) | Q(recipient__email__icontains=words)
            found = found.filter(of_them)
        if asked["day"] and not EARLIEST <= asked["day"] < date.max:  # no clock goes so far
            return found.none()
        if asked["day"]:
            ends = (make_aware(datetime.combine(asked["day"], end)) for end in (time.min, time.max))
            found = found.filter(created_at__range=tuple(ends))
        return found


class SinceForm(forms.Form):
    """What is meant is what was seen, and not what has come since."""

    since = forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"], required=False
    )

    def clean_since(self) -> datetime | None:
        """In UTC, for a clock may be further from it than the database believes."""
        since: datetime | None = self.cleaned_data["since"]
        try:
            return since and since.astimezone(UTC)
        except OverflowError as error:
            raise forms.ValidationError(self.fields["since"].error_messages["invalid"]) from error


class SettleForm(SinceForm):
    verdict = forms.ChoiceField(choices=[(verdict.value, verdict.value) for verdict in Verdict])


class Tally(NamedTuple):
    """How many messages are in a state."""

    state: Message.State
    number: int


@require_safe
def messages(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    form = FilterForm(request.GET)
    found = form.rows() if form.is_valid() else Message.objects.known_to_hr()
    state = form.cleaned_data.get("state") or None
    tallies = _tallies(found)
    rows = found.filter(state=state) if state else found
    rows = rows.select_related("recipient", "channel").defer("text", "html")
    paginator = Paginator(rows.order_by("-created_at", "id"), A_PAGE)
    paginator.count = sum(t.number for t in tallies if state in (None, t.state))
    page = paginator.get_page(request.GET.get("page"))
    if form.is_valid() and (words := form.cleaned_data["person"]):
        note_looks(request.user, words, page)
    beats = _beats()
    _number(page, all_of_them="held" in beats)
    context = {
        "form": form,
        "state": state,
        "tallies": tallies,
        "held_since": beats.pop("held", None),
        "silences": _silences(beats, timezone.now()),
        "page": page,
        "titles": {key: occasion.title for key, occasion in occasions().items()},
        "filters": request.GET.urlencode(),
        "together": [verdict.value for verdict, (before, _to) in LEADS.items() if page and state in before],
    }
    return form_page(request, "dashboards/messages.html", context, form)


def _number(page: Iterable[Message], *, all_of_them: bool) -> None:
    """By what the provider knows a letter: of what is in doubt, and while all is held."""
    with suppress(NoAddress):  # as a setting wants it, that letters come from; then none goes
        for row in page:
            if not row.channel_id and (all_of_them or row.state == Message.State.UNCERTAIN):
                row.message_id = message_id(row.letter or row.pk)  # type: ignore[attr-defined]


def note_looks(viewer: Person, words: str, page: Iterable[Message]) -> None:
    """At the letters of whoever is looked for by name, or at there being none: of some occasions either tells
    who has not answered yet."""
    named = Person.objects.filter(Q(name__icontains=words) | Q(email__icontains=words))
    people = {message.recipient for message in page} | set(named[:A_PAGE])
    note_accesses(viewer, [(person, "letters") for person in people], timezone.now())


@clicked
def message_settle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Retry a failed message; say of an uncertain one that it arrived, or send it again."""
    require_hr(request)
    message = get_object_or_404(Message.objects.known_to_hr(), pk=pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("That is not one of the answers."), status=INVALID, content_type="text/plain")
    verdict, message.settled_at = Verdict(form.cleaned_data["verdict"]), form.cleaned_data["since"]
    if settle(message, verdict, actor=request.user, now=timezone.now()):
        notes.success(request, SETTLED[verdict])
    else:
        notes.warning(request, _("This letter was settled in the meantime, or its text is no longer kept."))
    return redirect(f"{reverse('messages')}?{request.GET.urlencode()}")


def _tallies(rows: MessageQuerySet) -> list[Tally]:
    known = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    return [Tally(state, known.get(state, 0)) for state in Message.State]


def _beats() -> dict[str, datetime]:
    """When what came to its end, and since when all is held, if it is."""
    held = Gate.objects.filter(held_at__isnull=False).values_list(Value("held"), "held_at")
    return dict(Heartbeat.objects.values_list("name", "at").union(held))


def _silences(last: dict[str, datetime], now: datetime) -> list[tuple[str, datetime | None]]:
    return [
        (_(words), last.get(name))
        for name, words in SILENT.items()
        if name not in last or abs(now - last[name]) > SILENCE
    ]
