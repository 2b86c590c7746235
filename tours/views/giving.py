"""Giving a programme: to whom, asked once more, and how far it has come."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from people.clicks import clicked
from people.models import Person, PersonQuerySet
from people.requests import INVALID, SignedInRequest, visible_people
from tours import access, services
from tours.forms.programmes import CandidateFilter, GiveForm
from tours.giving import copying
from tours.giving.candidates import candidates, matching
from tours.giving.standing import Standing, look
from tours.giving.tallies import Progress, progress
from tours.models import Given, Giving, Programme, Revision
from tours.views.programmes import Preview, found_programme, preview, require_user

A_PAGE = 50


def programme_give(request: SignedInRequest, pk: int) -> HttpResponse:
    today = require_user(request)
    programme = found_programme(request, pk)
    if programme.retired_at:
        raise Http404
    asked = CandidateFilter(request.GET, for_hr=request.user.is_hr)
    found = candidates(request.user, today)
    found = matching(found, asked.cleaned_data, today) if asked.is_valid() else found.none()
    typed = request.POST if request.method == "POST" else None
    form = GiveForm(typed, programme=programme, found=found, today=today)
    context: dict[str, Any] = {"programme": programme, "revision": programme.newest, "form": form}
    if request.method == "POST":
        chosen = form.is_valid()
        if begun := _begun(request, form):
            return redirect(begun)
        if chosen:
            return _confirm_or_give(request, programme, form, context, today)
    return _choose(request, asked, found, context, today)


def _begun(request: SignedInRequest, form: GiveForm) -> Giving | None:
    """By what is sent twice: whoever has got it by now may match no more, nor be there to be ticked."""
    key = form.cleaned_data.get("key")
    return Giving.objects.filter(key=key, given_by=request.user).first() if key else None


def _choose(
    request: SignedInRequest,
    asked: CandidateFilter,
    found: PersonQuerySet,
    context: dict[str, Any],
    today: date,
) -> HttpResponse:
    page = Paginator(found.with_position(today).in_order(), A_PAGE).get_page(request.GET.get("page"))
    form = context["form"]
    context |= {
        "asked": asked,
        "page": page,
        "filtered": any(asked.data.get(name) for name in asked.fields),
        "ticked": set(request.POST.getlist("people")),
    }
    bad = asked.errors or form.errors
    return render(request, "tours/programme_give.html", context, status=INVALID if bad else 200)


def _confirm_or_give(
    request: SignedInRequest, programme: Programme, form: GiveForm, context: dict[str, Any], today: date
) -> HttpResponse:
    typed, people = form.cleaned_data, form.chosen
    key, read, revision = typed["key"], typed["read"], programme.newest
    if key and read and typed["count"] == len(people):
        start, now = typed["starts_on"], timezone.now()
        try:
            begun = services.give(revision, people, start, key=key, read=read, actor=request.user, now=now)
        except services.Refused as refusal:
            context["refused"] = str(refusal)
        else:
            return redirect(begun)
    looked = look(request.user, revision, people, typed["starts_on"], today)
    context |= {
        "typed": typed,
        "preview": _for_one(looked.example, revision, typed["starts_on"]),
        "read": revision.pk,
        "people": people,
        "key": key or uuid4(),
        "changed": bool(key) and typed["count"] != len(people),
        "ends_on": copying.last_day(typed["starts_on"], programme.newest.months),
        "ticked": typed["people"] if typed["whom"] != GiveForm.ALL else [],
        "cannot": [(reason.label, number) for reason, number in looked.reasons.most_common()],
        "nobody": looked.nobody,
        "unreached": Person.objects.filter(pk__in=people, email=None).count(),
    }
    status = INVALID if "refused" in context else 200
    return render(request, "tours/programme_confirm.html", context, status=status)


def _for_one(example: Standing | None, revision: Revision, starts_on: date) -> Preview | None:
    """The words that are given, as they are for one of those who get it."""
    return preview(revision, list(revision.pledges.all()), example, starts_on) if example else None


@require_safe
def giving(request: SignedInRequest, pk: int) -> HttpResponse:
    shown = _own_giving(request, pk)
    come = progress(shown)
    rows = shown.given.select_related("person", "tour").order_by("person__name", "pk")
    lists: dict[str, Any] = {"refused": rows.refused(), "given": rows.filter(outcome=Given.Outcome.GIVEN)}
    wanted = request.GET.get("show")
    wanted = wanted if wanted in lists else "refused" if come.refused else "given"
    paginator = Paginator(lists[wanted], A_PAGE)
    paginator.count = getattr(come, wanted)
    page = paginator.get_page(request.GET.get("page"))
    visible_people(request).look_for(row.person_id for row in page)
    context = {
        "giving": shown,
        "revision": shown.revision,
        "come": come,
        "unreached": rows.reached().filter(person__email=None).count(),
        "said": _said(come),
        "wanted": wanted,
        "page": page,
        "who_sees": access.who_sees_giving(),
    }
    return render(request, "tours/giving.html", context)


@require_safe
def giving_progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """For the page's own script."""
    come = progress(_own_giving(request, pk))
    said = {"settled": come.settled, "people": come.people, "finished": come.finished, "said": _said(come)}
    return JsonResponse(said)


@clicked
def giving_stop(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _own_giving(request, pk)
    stopped = services.stop_giving(found, actor=request.user, now=timezone.now())
    if stopped:
        text = ngettext(
            "Stopped: %(count)s person does not get it.",
            "Stopped: %(count)s people do not get it.",
            stopped,
        )
        messages.success(request, text % {"count": stopped})
    else:
        messages.warning(request, _("It was finished already."))
    return redirect(found)


def _own_giving(request: SignedInRequest, pk: int) -> Giving:
    related = ("revision__programme", "given_by", "stopped_by")
    found = get_object_or_404(Giving.objects.select_related(*related), pk=pk)
    if not access.sees_giving(request.user, found):
        raise Http404
    return found


def _said(come: Progress) -> str:
    if come.finished:
        return _("Done: %(given)s given, %(refused)s not.") % {"given": come.given, "refused": come.refused}
    return _("%(settled)s of %(people)s done.") % {"settled": come.settled, "people": come.people}
