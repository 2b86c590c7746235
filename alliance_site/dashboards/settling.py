"""HR settles at once all the letters that a filter shows: asks first, and says how many.

A mail server that refused everybody for an hour, or a restored database, is no matter of single clicks.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages as notes
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliance_site.dashboards.messages import A_PAGE, FilterForm, SinceForm, note_looks
from alliance_site.outbox.models import Message, MessageQuerySet
from alliance_site.outbox.occasions import occasions
from alliance_site.outbox.services import LEADS, Verdict, settle_all, speechless
from people.requests import SignedInRequest, require_hr

#: What may be done with all letters of a state at once, in the words of the link to it.
TOGETHER = {
    Verdict.ARRIVED: gettext_lazy("All of these arrived"),
    Verdict.AGAIN: gettext_lazy("Send all of these again"),
    Verdict.HOLD: gettext_lazy("Hold all of these"),
    Verdict.RELEASE: gettext_lazy("Release all of these"),
}


class AllForm(FilterForm):
    """The filter, and what is to become of all that it shows."""

    verdict = forms.ChoiceField(choices=list(TOGETHER.items()))

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if "verdict" in asked and asked.get("state") not in LEADS[Verdict(asked["verdict"])][0]:
            raise forms.ValidationError(_("That is not one of the answers."))
        return asked

    def rows(self) -> MessageQuerySet:
        """But what stays as it is."""
        return self._shown().exclude(self._stays())

    def staying(self) -> int:
        """How many stay as they are, for there are no words left to send."""
        return self._shown().filter(self._stays()).count()

    def _shown(self) -> MessageQuerySet:
        return super().rows().filter(state=self.cleaned_data["state"])

    def _stays(self) -> Q:
        return speechless() if self.cleaned_data["verdict"] == Verdict.AGAIN else Q(pk__in=[])


def messages_settle(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    asked, form, now = AllForm(request.GET), SinceForm(request.POST or None), timezone.now()
    filters = request.GET.copy()
    filters.pop("verdict", None)
    back = reverse("messages", query=filters)
    if not asked.is_valid():
        notes.warning(request, _("That is not one of the answers."))
        return redirect(back)
    verdict, rows = Verdict(asked.cleaned_data["verdict"]), asked.rows()
    if form.is_valid() and (seen_at := form.cleaned_data["since"]):
        _tell(request, settle_all(rows, verdict, actor=request.user, seen_at=seen_at, now=now), rows)
        return redirect(back)
    if words := asked.cleaned_data["person"]:
        note_looks(request.user, words, rows.select_related("recipient")[:A_PAGE])
    context: dict[str, Any] = {"verdict": verdict.value, "title": TOGETHER[verdict], "number": rows.count()}
    context |= {"back": back, "now": now, "narrowed": _narrowed(asked), "staying": asked.staying()}
    return render(request, "dashboards/messages_settle.html", context)


def _tell(request: SignedInRequest, number: int, rows: MessageQuerySet) -> None:
    words = ngettext("Done, for %(count)s letter.", "Done, for %(count)s letters.", number)
    notes.success(request, words % {"count": number})
    if rows.exists():
        notes.warning(
            request,
            _("What is still listed is new, or has to be written again first: try once more."),
        )


def _narrowed(asked: AllForm) -> list[Any]:
    """To which letters, in words."""
    said = asked.cleaned_data
    occasion = occasions().get(said["occasion"])
    state = Message.State(said["state"]).label
    return [each for each in (state, occasion and occasion.title, said["person"], said["day"]) if each]
