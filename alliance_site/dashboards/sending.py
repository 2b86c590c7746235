"""HR's page about sending as such: how much goes, holding all of it, doubts by rule, returned letters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages as notes
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from alliance_site.dashboards.messages import INVALID, require_hr
from alliance_site.dashboards.volume import over_days, volume
from alliance_site.forms import InOurVoice, fields_only
from alliance_site.outbox import bounces, gate
from alliance_site.outbox.models import Gate
from alliance_site.outbox.services import DELIVER, nudge
from people.days import today_for
from people.requests import SignedInRequest

MOST_BOUNCES = 100
LONGEST_DOUBT = 60 * 24 * 30  #: minutes


class HoldForm(InOurVoice, forms.Form):
    because = forms.CharField(
        label=gettext_lazy("Why, for whoever of HR comes next"), max_length=300, required=False
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.helper = fields_only("because")


class ReleaseForm(forms.Form):
    """What was released is what was seen: not a hold that somebody has begun since."""

    since = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"])

    def clean_since(self) -> datetime:
        """In UTC, for a clock may be further from it than the database believes."""
        since: datetime = self.cleaned_data["since"]
        try:
            return since.astimezone(UTC)
        except OverflowError as error:
            raise forms.ValidationError(self.fields["since"].error_messages["invalid"]) from error


class DoubtForm(InOurVoice, forms.ModelForm):  # type: ignore[type-arg]
    doubt_minutes = forms.IntegerField(
        label=gettext_lazy("Settle an uncertain letter after so many minutes"),
        help_text=gettext_lazy("Empty: never; somebody of HR does it."),
        required=False,
        min_value=5,
        max_value=LONGEST_DOUBT,
    )

    class Meta:
        model = Gate
        fields = ("doubt_minutes", "doubt_verdict")
        labels = {"doubt_verdict": gettext_lazy("How")}

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.helper = fields_only("doubt_minutes", "doubt_verdict")


@require_safe
def sending(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    return _page(request)


@require_POST
def hold_all(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    form = HoldForm(request.POST)
    if not form.is_valid():
        return _page(request, hold_form=form)
    if gate.hold(timezone.now(), actor=request.user, because=form.cleaned_data["because"]):
        notes.success(request, _("All letters are held."))
    else:
        notes.warning(request, _("All letters were held already."))
    return redirect("sending")


@require_POST
def release_all(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    form = ReleaseForm(request.POST)
    if form.is_valid() and gate.release(form.cleaned_data["since"]):
        nudge(DELIVER)
        notes.success(request, _("Letters go out again."))
    else:
        notes.warning(request, _("That has changed in the meantime; look again."))
    return redirect("sending")


@require_POST
def doubts(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    form = DoubtForm(request.POST, instance=gate.the_gate())
    if not form.is_valid():
        return _page(request, doubt_form=form)
    form.instance.save(update_fields=["doubt_minutes", "doubt_verdict"])
    notes.success(request, _("Saved."))
    return redirect("sending")


def _page(request: SignedInRequest, **forms: Any) -> HttpResponse:
    held = Gate.objects.select_related("held_by").filter(pk=1).first() or Gate(pk=1)
    days = volume(today_for(request.user))
    context = {
        "gate": held,
        "hold_form": HoldForm(),
        "doubt_form": DoubtForm(instance=held),
        "bounces": list(bounces.standing()[:MOST_BOUNCES]),
        "days": days,
        "chart": over_days(days),
        **forms,
    }
    return render(request, "dashboards/sending.html", context, status=INVALID if forms else 200)
