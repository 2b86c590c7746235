"""One tour, in any of its versions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.days import today_for
from people.models import Person
from people.prepared import prepared, prepared_along
from people.requests import INVALID, SignedInRequest
from tours import access, services
from tours.access import Act
from tours.face import face
from tours.ledger import fetch_promises
from tours.models import Comment, Parting, Terms, Tour, TourQuerySet
from tours.models.states import GIVEN_UP
from tours.turns import turn_of
from tours.views.doors import known_tour, note_look, reads_terms, version_shown
from tours.what_comes_next import comes_next


@require_safe
def tour(request: SignedInRequest, pk: int) -> HttpResponse:
    return tour_page(request, pk)


@require_safe
def terms_version(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    return tour_page(request, pk, number)


def tour_page(
    request: SignedInRequest,
    pk: int,
    number: int | None = None,
    refused: str = "",
    read: Terms | None = None,
) -> HttpResponse:
    """With the version of that number, or the one that counts now; where something was `refused`, with
    what changed since the version that the person had `read`."""
    tour, seen = known_tour(request, pk)
    today, person = today_for(request.user), request.user
    reader, acts = access.reader(person, tour, today), access.acts(person, tour, today)
    versions = reader.versions
    reads = reads_terms(tour, seen, versions)
    shown = version_shown(tour, versions, reads, number)
    context = {
        "tour": tour,
        "terms": shown,
        "status": tour.status(today),
        "reads": reads,
        "refused": refused,
        "side": tour.side_of(person),
        "turn": turn_of(tour, person, today),
        "on_table": tour.on_table if reads and tour.on_table in versions else None,
        "withdraws": access.to_withdraw(person, tour),
        **_unproposed(tour, person, acts, today),
        "can": {act: act in acts and (shown == tour.on_table or act not in ON_THE_TABLE) for act in Act},
        "opens": access.opens(person, tour, seen),
        "who_sees": access.who_sees(access.What.TERMS if tour.proposed else access.What.DRAFT),
        "today": today,
        **_follow_up(tour, person, today),
        "next_step": comes_next(person, tour, today),
        "can_release": access.can_release(person, tour, today),
        "has_dates": access.has_dates(person, tour),
        **(_partings(tour, person, reader) if access.What.PARTINGS in seen and tour.ended_by else {}),
        **(_handed_over(tour, today) if access.follows(person, tour, today) else {}),
    }
    if reads:
        note_look(request, tour, shown, *versions[-1:])  # the page tells of the newest too
        context |= _for_readers(tour, shown, reader)
    if refused and read and tour.on_table in versions and tour.on_table != read:
        context["read"] = read
    return render(request, "tours/tour.html", context, status=INVALID if refused else 200)


def _unproposed(tour: Tour, person: Person, acts: set[Act], today: date) -> dict[str, Any]:
    """What the person has written and can write on no more, and whether they can go on with it under a new
    manager; or whom what somebody else has written keeps from going on."""
    left, kept = access.left_unproposed(person, tour, today), access.kept_back(person, tour, today)
    handed_over = access.is_handed_over(tour, today)
    return {
        "left_unproposed": left,
        "carries_on": bool(left and handed_over and Act.AMEND in acts and not tour.on_table),
        "kept_back": services.kept_back_by(kept, person) if kept and kept != left else "",
    }


fetch_comments, fetch_partings = (
    prepared_along(of, Prefetch(name, model.objects.select_related("author")))
    for of, name, model in ((Terms, "comments", Comment), (Tour, "partings", Parting))
)


def _for_readers(tour: Tour, shown: Terms, reader: access.Reader) -> dict[str, Any]:
    """What was said of the version shown, part by part."""
    versions = reader.versions
    fetch_comments(terms for terms in {shown, *versions[-1:]} if _is_remarked(terms))
    fetch_promises({shown, *versions})
    remarks: dict[str, list[Comment]] = {part or "whole": [] for part in Comment.Part.values}
    said = shown.comments.all() if _is_remarked(shown) else ()
    for comment in (comment for comment in said if reader.hears(comment.at)):
        remarks[comment.part or "whole"].append(comment)
    writing = tour.draft is not None and tour.draft == tour.negotiated
    answered = [terms for terms in versions[-1:] if writing and _is_remarked(terms)]
    asked = [comment for terms in answered for comment in _asked(terms)]
    return {
        "versions": versions,
        # A manager before reads up to what they agreed to; who has left hears of nothing since.
        "taken_over": tour.in_force is not None and tour.in_force not in versions and reader.until is None,
        "face": face(shown),
        "remarks": remarks,
        "asked": asked,
    }


def _is_remarked(terms: Terms) -> bool:
    """Nobody else sees a draft; and where nothing was said, what was is not asked for."""
    return terms.proposed_at is not None and terms.has_comments


def _partings(tour: Tour, person: Person, reader: access.Reader) -> dict[str, Any]:
    """What its two sides say about an early end, for these two."""
    fetch_partings([tour])
    return {
        "partings": [said for said in tour.partings.all() if reader.hears(said.at)],
        "can_add_words": access.can_add_words_on_end(person, tour),
        "who_sees_partings": access.who_sees(access.What.PARTINGS),
    }


def _follow_up(tour: Tour, person: Person, today: date) -> dict[str, Any]:
    """The next tour: whether the person may write it, or the one that is written already."""
    if not access.can_follow_up(person, tour, today):
        return {}
    newest = next(iter(_follow_ups(tour, person, today)), None) if tour.followed_up else None
    status = newest.status(today) if newest else None
    return {"can_follow_up": True, "follow_up": newest, "follow_up_status": status}


@prepared
def _follow_ups(tour: Tour, person: Person, today: date) -> TourQuerySet:
    """The newest alone."""
    known = tour.followups.exclude(state__in=GIVEN_UP).known_to(person, today)
    return known.select_related("in_force").order_by("-pk")[:1]


def _handed_over(tour: Tour, today: date) -> dict[str, Any]:
    """Whether somebody else manages by now, or nobody, and what stands on the table about that."""
    newer = tour.on_table
    return {
        "handed_over": access.is_handed_over(tour, today),
        "taken_up": newer if newer and newer.manager_id == tour.manager_now_id else None,
        "new_manager_sees": access.new_manager_sees(),
        "unmanaged": access.is_unmanaged(tour, today),
    }


#: What can be done with the version on the table alone, where it is shown.
ON_THE_TABLE = {Act.SIGN, Act.COMMENT, Act.ASK, Act.REVISE}


def _asked(terms: Terms) -> list[Comment]:
    """The changes asked for in a version: what the next should answer."""
    return [comment for comment in terms.comments.all() if comment.kind == Comment.Kind.CHANGE]
