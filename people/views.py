"""Who is here, who one is, and who looked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from people import access, preferences
from people.days import ONE_DAY, today_for
from people.forms import PeopleFilter, SettingsForm
from people.listing import A_PAGE, MOST, ShortPaginator, manages
from people.models import Access, Employment, Person, Position
from people.prepared import prepared
from people.requests import SignedInRequest, form_page, visible_people


@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    today = today_for(request.user)
    form = PeopleFilter(request.GET.dict(), for_hr=request.user.is_hr)
    pages = ShortPaginator(form.asked_by(request.user, today)) if form.is_valid() else Paginator((), A_PAGE)
    context = {
        "form": form,
        "page": pages.get_page(request.GET.get("page")),
        "filtered": any(form.data.get(name) for name in form.fields),
        "most": MOST,
        "manages": manages(request.user, today),
    }
    return form_page(request, "people/people.html", context, form)


@require_safe
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    today = today_for(request.user, now)
    shown = next(iter(_person(pk, today, now)), None)
    if shown is None:
        raise Http404
    tours, visible = list(_tours(shown.pk, request.user, today)), visible_people(request)
    # All whom the page names, in one query; whoever manages the person is known already.
    named = [(tour.taken_over_by or {}).get("pk", tour.manager_id) for tour in tours]
    visible.look_for([shown.pk, *named])
    is_close = access.is_close(request.user, shown, shown.manager_id)
    sees_work = is_close or visible.sees_work(shown)
    if not (sees_work or shown in visible):
        raise Http404
    context = {"person": shown, "today": today, "sees_work": sees_work, "is_hr": request.user.is_hr}
    context["who_sees_leaving"] = access.who_sees_leaving()
    if sees_work:
        context["positions"] = list(_held(shown.positions.all()))
        context["reads_story"] = is_close
        context["employments"] = shown.employments.all()
        context["rows"] = [(tour, tour.status(today)) for tour in tours]
        # As who may draft one: with oneself or a report, where somebody manages the person.
        context["may_begin"] = bool(shown.manager_id) and request.user.pk in (shown.pk, shown.manager_id)
    return render(request, "people/person.html", context)


def _held(positions: Iterable[Position]) -> Iterator[Position]:
    """The newest first. What goes on from one line to the next in the same department and title, as where two
    departments were united, is one for who reads."""
    later: Position | None = None
    for each in positions:
        what = (each.department_id, each.title)
        if later and what == (later.department_id, later.title) and each.until == later.since - ONE_DAY:
            later.since = each.since
            continue
        if later:
            yield later
        later = each
    if later:
        yield later


@prepared
def _person(pk: int, today: date, now: datetime) -> QuerySet[Any]:
    positions = Position.objects.select_related("department").order_by("-since")
    employments = Employment.objects.order_by("-hired_on")
    along = (Prefetch("positions", positions), Prefetch("employments", employments))
    known = Person.objects.with_position(today).with_duties(now)
    found: QuerySet[Any] = known.filter(pk=pk).prefetch_related(*along)
    return found


@prepared
def _tours(person: int, reader: Person, today: date) -> QuerySet[Any]:
    known: Any = Person(pk=person).tours.known_to(reader, today).listed(reader, today)
    found: QuerySet[Any] = known.order_by("-first_day", "-pk")
    return found


@require_safe
def access_log(request: SignedInRequest) -> HttpResponse:
    looked = Access.objects.filter(person=request.user).select_related("viewer")
    page = Paginator(looked, A_PAGE).get_page(request.GET.get("page"))
    visible_people(request).look_for(look.viewer_id for look in page)
    return render(request, "people/access_log.html", {"page": page})


def my_settings(request: SignedInRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        preferences.choose(request.user, **form.cleaned_data)
        with translation.override(form.cleaned_data["language"] or translation.get_language()):
            messages.success(request, _("Your settings are saved."))
        return redirect("my_settings")
    context = {
        "form": form,
        "always": preferences.offered(request.user)[1],
        "employed": request.user.is_employed(today_for(request.user)),
    }
    return form_page(request, "people/settings.html", context, form)
