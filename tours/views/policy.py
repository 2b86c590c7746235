"""The company's policy: everybody employed reads it, HR changes it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from people.days import today_for
from people.requests import INVALID, SignedInRequest
from tours import access, services
from tours.comparing import compare_policies
from tours.diff import Piece
from tours.forms.policy import PolicyForm
from tours.models import Policy, Tour

Changes = list[tuple[str, list[Piece]]]
A_PAGE = 20


def policy(request: SignedInRequest) -> HttpResponse:
    today = today_for(request.user)
    may_change = access.can_set_policy(request.user)
    if not access.can_read_policy(request.user, today) or (request.method == "POST" and not may_change):
        raise Http404
    newest = Policy.objects.newest()
    holds = newest if newest.pk and newest.holds_from <= today else Policy.objects.on(today)
    context = {
        "holds": holds,
        "planned": compare_policies(holds, newest) if newest.pk and newest.holds_from > today else None,
        "newest": newest,
        "today": today,
        "who_sees": access.who_sees_policy(),
    }
    if may_change:
        return _for_hr(request, context)
    return render(request, "tours/policy.html", context | _in_words(holds))


def _in_words(holds: Policy) -> dict[str, Any]:
    groups = [
        (title, [(capfirst(Policy.label(name)), holds.shown(name)) for name in names])
        for title, names in Policy.GROUPS[3:6]
    ]
    by_type = [
        {
            "kind": type_.label,
            "lead": holds.lead(type_).days,
            "months": holds.suggested_months(type_),
            "rhythm": holds.suggested_rhythm(type_).label,
            "open_ended": type_ is Tour.Type.FOUNDATIONAL,
        }
        for type_ in Tour.Type
    ]
    return {"groups": groups, "by_type": by_type}


def _for_hr(request: SignedInRequest, context: dict[str, Any]) -> HttpResponse:
    newest, today = context["newest"], context["today"]
    form = PolicyForm(request.POST or None, newest=newest, today=today)
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            context |= {"preview": form.instance, "changes": compare_policies(newest, form.instance)}
        else:
            based_on = form.cleaned_data["based_on"]
            try:
                services.set_policy(form.instance, based_on=based_on, actor=request.user, now=timezone.now())
            except services.Refused as refusal:
                context |= {"refused": str(refusal), "meanwhile": _meanwhile(form, based_on)}
            else:
                messages.success(request, _said(form.cleaned_data["holds_from"], today))
                return redirect("policy")
    context |= {"form": form, "keep": request.path, "history": _history(request)}
    if "preview" in request.POST:
        context["heading"] = _("This cannot be shown yet")
    wrong = form.is_bound and "preview" not in context
    return render(request, "tours/policy_change.html", context, status=INVALID if wrong else 200)


def _said(holds_from: date, today: date) -> str:
    if holds_from == today:
        return _("Saved. It holds from today on; what was proposed before stays as it was.")
    return _("Saved. It holds from %(day)s on; until then nothing changes.") % {
        "day": date_format(holds_from)
    }


def _meanwhile(form: PolicyForm, based_on: int) -> Changes:
    """What somebody else changed; what was typed here stays, and a second save from here then counts."""
    base = Policy.objects.filter(number=based_on).first() or Policy()
    newest = Policy.objects.newest()
    form.catch_up(base, newest)
    return compare_policies(base, newest)


def _history(request: SignedInRequest) -> dict[str, Any]:
    """The newest first, each with what it changed."""
    made = Policy.objects.select_related("made_by").order_by("-number")
    page = Paginator(made, A_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    before = Policy.objects.filter(number=rows[-1].number - 1).first() if rows else None
    older = [*rows[1:], before or Policy()]
    return {
        "page": page,
        "rows": [(new, compare_policies(old, new)) for new, old in zip(rows, older, strict=False)],
    }
