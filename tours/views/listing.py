"""The list of tours, or of those that lack something."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.days import today_for
from people.requests import SignedInRequest, visible_people
from tours import access, failing
from tours.in_order import IN_ORDER, InOrder
from tours.ledger import with_long_overdue
from tours.models import Tour, TourQuerySet
from tours.views.by_team import ByTeam
from tours.views.doors import note_looks

#: What a list can be limited to.
SHOWN = {
    "ending": failing.ending,
    "undecided": TourQuerySet.undecided_near_the_end,
    "handover": TourQuerySet.handed_over,
    "unmanaged": TourQuerySet.unmanaged,
    "promises": with_long_overdue,
    "ended": failing.ended_undecided,
    "review": failing.review_overdue,
    "unsigned": failing.unsigned,
}

#: In which order such a list stands, where not as all tours: what is due first, or has waited the longest.
URGENT = {
    "ending": "comes_to",
    "undecided": "comes_to",
    "handover": "take_over_by",
    "ended": "last_day",
    "review": "review_day",
    "unsigned": "put_at",
}


@require_safe
def tours(request: SignedInRequest) -> HttpResponse:
    today = today_for(request.user)
    known = Tour.objects.known_to(request.user, today)
    wanted = request.GET.get("show", "")
    if show := SHOWN.get(wanted):
        known = show(known, today)
    of_promises = show is with_long_overdue
    if show and not request.user.is_hr:  # who may know of a tour need not know what it promises or becomes
        known = (known.kept_by if of_promises else known.followed_by)(request.user, today)
    order = (F(URGENT[wanted]).asc(), "pk") if wanted in URGENT else IN_ORDER
    known = known.order_by(*order)
    by_team = ByTeam(request, known, "employee", today) if show and request.user.is_hr else None
    # Only the keys are put in order, however many there are; the rest is read of those on the page.
    keys: Any = by_team.keys if by_team else known.values("pk") if show else InOrder(known)
    page = Paginator(keys, 50).get_page(request.GET.get("page"))
    on_page = Tour.objects.filter(pk__in=page.object_list)
    on_page = show(on_page, today) if show else on_page  # with what it tells of each
    listed = on_page.listed(request.user, today).order_by(*order)
    if of_promises:
        note_looks(request, listed)
    visible = visible_people(request)
    visible.look_for(access.manager_named(request.user, tour, today).pk for tour in listed)
    context = {
        "page": page,
        "rows": [(tour, tour.status(today)) for tour in listed],
        "can_draft": not visible.is_alone,  # with one's manager, or with a report
        "uses_programmes": request.user.is_hr or visible.manages,
        "show": show and wanted,
        **(by_team.context if by_team else {}),
        "today": today,
    }
    return render(request, "tours/list.html", context)
