"""HR's page about sending as such: how much goes, holding all of it, doubts by rule, returned letters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages as notes
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from alliance_site.dashboards.messages import SinceForm
from alliance_site.dashboards.volume import over_days, volume
from alliance_site.forms import InOurVoice, fields_only, over_type
from alliance_site.outbox import bounces, gate, troubles
from alliance_site.outbox.models import Gate, Message
from alliance_site.outbox.services import DELIVER, nudge
from people.clicks import clicked
from people.days import today_for
from people.presence import still_here
from people.requests import INVALID, SignedInRequest, form_page, require_hr

MOST_BOUNCES = 100
LONGEST_DOUBT = 60 * 24 * 30  #: minutes


class HoldForm(InOurVoice, forms.Form):
    because = forms.CharField(label=gettext_lazy("Why, for colleagues in HR"), max_length=300, required=False)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.helper = fields_only("because")


class DoubtForm(InOurVoice, forms.ModelForm):  # type: ignore[type-arg]
    """With the rule as it was when somebody began to change it."""

    doubt_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes after which an uncertain letter is settled"),
        help_text=gettext_lazy("Empty: never; somebody in HR does it."),
        required=False,
        min_value=5,
        max_value=LONGEST_DOUBT,
    )
    seen_minutes = forms.IntegerField(required=False, widget=forms.HiddenInput())
    seen_verdict = forms.ChoiceField(choices=Gate.Doubt, widget=forms.HiddenInput())

    class Meta:
        model = Gate
        fields = ("doubt_minutes", "doubt_verdict")
        labels = {"doubt_verdict": gettext_lazy("How")}

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        seen = gate.rule_of(self.instance)
        self.initial.update(seen_minutes=seen.minutes, seen_verdict=seen.verdict)
        self.helper = fields_only("doubt_minutes", "doubt_verdict", "seen_minutes", "seen_verdict")

    def seen(self) -> gate.Rule:
        return gate.Rule(self.cleaned_data["seen_minutes"], self.cleaned_data["seen_verdict"])

    def catch_up(self, rule: gate.Rule) -> None:
        """Saved once more, what was typed takes the place of that one."""
        over_type(self, "seen_minutes", "" if rule.minutes is None else str(rule.minutes))
        over_type(self, "seen_verdict", rule.verdict)


@require_safe
def sending(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    return _page(request)


def hold_all(request: SignedInRequest) -> HttpResponse:
    """Asks first, and says what will happen."""
    require_hr(request)
    form, now = HoldForm(request.POST or None), timezone.now()
    if request.method == "POST" and form.is_valid():
        if gate.hold(now, actor=request.user, because=form.cleaned_data["because"]):
            notes.success(request, _("All letters are held."))
        else:
            notes.warning(request, _("All letters were held already."))
        return redirect("sending")
    context = {"form": form, "due": Message.objects.due(now).known_to_hr().count()}
    return form_page(request, "dashboards/sending_hold.html", context, form)


@clicked
def release_all(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    form = SinceForm(request.POST)
    if form.is_valid() and gate.release(form.cleaned_data["since"]):
        nudge(DELIVER)
        notes.success(request, _("Letters go out again."))
    else:
        notes.warning(request, _("That has changed in the meantime; look again."))
    return redirect("sending")


@clicked
def doubts(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    form = DoubtForm(request.POST)
    if not form.is_valid():
        return _page(request, doubt_form=form)
    if not gate.settle_doubts(form.seen(), gate.rule_of(form.instance)):
        holds = gate.rule_of(gate.the_gate())
        form.catch_up(holds)
        return _page(request, doubt_form=form, meanwhile=_in_words(holds))
    notes.success(request, _("Saved."))
    return redirect("sending")


def _in_words(rule: gate.Rule) -> str:
    if rule.minutes is None:
        return _("An uncertain letter is never settled by itself; somebody in HR does it.")
    words = ngettext(
        "An uncertain letter is settled after %(count)s minute, %(how)s.",
        "An uncertain letter is settled after %(count)s minutes, %(how)s.",
        rule.minutes,
    )
    return words % {"count": rule.minutes, "how": Gate.Doubt(rule.verdict).label}


def _page(request: SignedInRequest, **refused: Any) -> HttpResponse:
    held = Gate.objects.select_related("held_by").filter(pk=1).first() or Gate(pk=1)
    days = volume(today_for(request.user))
    context = {
        "gate": held,
        "delays": troubles.delays(),
        "hears_redis": troubles.hears_redis(),
        "doubt_form": DoubtForm(instance=held),
        "bounces": list(bounces.standing().filter(still_here(timezone.now(), "person"))[:MOST_BOUNCES]),
        "days": days,
        "chart": over_days(days),
        **refused,
    }
    return render(request, "dashboards/sending.html", context, status=INVALID if refused else 200)
