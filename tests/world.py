"""One of everything that a page can be about, belonging to Alice and Bob."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from alliance_site.outbox.models import Hook, Message
from feedback.models import Action, Alignment, CheckIn, Expectation, FirstConversation, Note, Release
from people.models import Absence, Person
from tests.conftest import Cast
from tests.factories import (
    make_absence,
    make_action,
    make_alignment,
    make_amended_tour,
    make_changed_tour,
    make_checkin,
    make_conversation,
    make_debrief,
    make_early_end,
    make_entry,
    make_expectation,
    make_former_name,
    make_giving,
    make_hook,
    make_line,
    make_message,
    make_next_step,
    make_note,
    make_person,
    make_pledge,
    make_programme,
    make_proposed_tour,
    make_release,
    make_revealed_checkin,
    make_signed_tour,
    make_summary,
    make_tour,
)
from tours.models import CalendarOrigin, Giving, NextStep, Programme, Promise, Side, Tour
from tours.models.calendars import make_feed


@dataclass(frozen=True)
class World:
    cast: Cast
    lea: Person  #: left the company last year
    nina: Person  #: manages Omar, and nobody else
    draft: Tour
    proposed: Tour
    changed: Tour  #: proposed twice
    tour: Tour  #: signed and active
    ended: Tour  #: early, by Bob
    ending: Tour  #: the same, inside the next-tour window
    promise: Promise  #: of the company in it, due in a week
    wished: Promise  #: of the company too; Alice has asked to drop it
    handed_over: Tour  #: signed with Dan, to be taken over by Bob
    checkin: CheckIn  #: open, nobody has answered
    revealed: CheckIn
    action: Action  #: Bob's, agreed in that one
    note: Note  #: Alice's, about it
    message: Message
    notice: Message
    hook: Hook  #: a channel of the company's chat
    calendar: str  #: the secret of Alice's calendar address
    expectation: Expectation  #: stated, and not answered yet
    alignment: Alignment  #: shared with Bob
    conversation: FirstConversation  #: Alice has asked Bob
    closing: Tour  #: about to end
    handed: Tour  #: Dan's before it was Bob's
    release: Release  #: of a check-in with Dan, to Bob
    step: NextStep  #: what Bob recorded about the time after it, for Alice to confirm
    gone: Expectation  #: the role went to somebody else; nobody has said yet whether both have talked
    programme: Programme
    absence: Absence  #: Alice's
    giving: Giving  #: by HR, to Alice, who waits for it

    def person(self, name: str) -> Person:
        return getattr(self if name in ("lea", "nina") else self.cast, name)


def make_world(cast: Cast) -> World:
    today = timezone.now().date()
    span = {"starts_on": today - timedelta(days=200), "ends_on": today + timedelta(days=400)}
    lea = make_person("Lea Lund", hired_on=date(2019, 1, 1), left_on=today - timedelta(days=300))
    make_line(lea, cast.mallory, since=date(2019, 1, 1), until=today - timedelta(days=300))
    nina = make_person("Nina Nye")
    make_line(make_person("Omar Orr"), nina)
    tour = _running(cast, today, span)
    assert tour.in_force
    promise, wished = tour.in_force.promises.filter(owed_by=Side.MANAGER)
    make_entry(wished, "asked")
    closing = make_signed_tour(cast.alice, cast.bob, **_ending(today, 300, 40))
    programme = make_programme(cast.heidi)
    make_pledge(programme.newest)
    make_former_name("Sales", "Selling")
    CalendarOrigin.objects.ours()
    return World(
        cast=cast,
        lea=lea,
        nina=nina,
        tour=tour,
        promise=promise,
        wished=wished,
        closing=closing,
        step=make_next_step(closing),
        programme=programme,
        giving=make_giving(programme, [cast.alice], cast.heidi, starts_on=today),
        message=make_message(cast.alice),
        notice=make_message(cast.alice, about=str(tour.pk), path="/", created_at=timezone.now()),
        hook=make_hook(cast.heidi),
        calendar=make_feed(cast.alice, timezone.now()),
        **_tours(cast, today, span),
        **_said(cast, tour, today),
    )


def _ending(today: date, since: int, days: int) -> dict[str, date]:
    return {"starts_on": today - timedelta(days=since), "ends_on": today + timedelta(days=days)}


def _running(cast: Cast, today: date, span: dict[str, date]) -> Tour:
    due = {"due_on": today + timedelta(days=7)}
    mine = {"owed_by": Side.EMPLOYEE, "due_on": today - timedelta(days=20)}
    return make_signed_tour(cast.alice, cast.bob, promises=[due, due, mine], **span)


def _tours(cast: Cast, today: date, span: dict[str, date]) -> dict[str, Any]:
    """In all other stages, and of a manager before."""
    handed = make_signed_tour(cast.alice, cast.dan, **span)
    with_dan = [make_revealed_checkin(handed, today - timedelta(days=days)) for days in (100, 150)]
    make_amended_tour(handed, cast.bob, **span)
    return {
        "handed": handed,
        "release": make_release(with_dan[0], cast.bob),
        "draft": make_tour(cast.alice, cast.bob, **span),
        "proposed": make_proposed_tour(cast.alice, cast.bob, **span),
        "changed": make_changed_tour(cast.alice, cast.bob, **span),
        "ended": make_early_end(make_signed_tour(cast.alice, cast.bob, **span), today, Side.MANAGER),
        "ending": make_signed_tour(cast.alice, cast.bob, **_ending(today, 200, 90)),
        "handed_over": make_signed_tour(cast.alice, cast.dan, **span),
    }


def _said(cast: Cast, tour: Tour, today: date) -> dict[str, Any]:
    """What the two say to each other along the way."""
    gone = make_expectation(cast.alice, cast.bob, role="Architect")
    make_debrief(gone)
    revealed = make_revealed_checkin(tour, due_on=today - timedelta(days=90))
    make_summary(revealed, "Bob asks for a seat in the round.")
    return {
        "gone": gone,
        "checkin": make_checkin(tour, due_on=today + timedelta(days=2)),
        "revealed": revealed,
        "action": make_action(revealed, due_on=today + timedelta(days=3)),
        "note": make_note(cast.alice, revealed),
        "absence": make_absence(cast.alice, today + timedelta(days=100), today + timedelta(days=110)),
        "expectation": make_expectation(cast.alice, cast.bob, due_on=today + timedelta(days=7)),
        "alignment": make_alignment(cast.alice, manager=cast.bob),
        "conversation": make_conversation(cast.alice, cast.bob, answer_by=today + timedelta(days=3)),
    }
