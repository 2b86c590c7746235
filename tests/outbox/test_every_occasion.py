"""Of every occasion: a missed night loses nothing, what was missed comes once, in its latest step, and
delivery asks about what waits alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from alliance_site.dashboards.models import MonthlyReport
from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import About, occasions
from alliance_site.outbox.planning import plan_occasion
from feedback.models import Kind
from people.models import Access, Import
from people.services import set_manager
from tests.conftest import Cast, make_cast
from tests.factories import (
    DAY,
    NOW,
    make_alignment,
    make_checkin,
    make_conversation,
    make_debrief,
    make_early_end,
    make_entry,
    make_expectation,
    make_line,
    make_next_step,
    make_proposed_tour,
    make_reply,
    make_signed_tour,
)
from tests.reminding import planned, silenced
from tours import services
from tours.models import Promise, Side, Tour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

RUNS = {"starts_on": DAY - timedelta(days=400), "ends_on": DAY + timedelta(days=400)}


def at(days: int) -> datetime:
    return NOW + timedelta(days=days)


def on(days: int) -> date:
    return DAY + timedelta(days=days)


def running(cast: Cast, **kw) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, **{**RUNS, **kw})


def address_changed(cast: Cast) -> None:
    Access.objects.create(person=cast.alice, viewer=cast.heidi, what=Access.ADDRESS, at=NOW)


def import_finished(cast: Cast) -> None:
    for days in range(3):
        Import.objects.create(at=at(days), file="hr.csv", rows=9, created=2, changed=1)


def proposed(cast: Cast) -> None:
    make_proposed_tour(cast.alice, cast.bob)


def remarked_on_each_of_three_days(cast: Cast) -> None:
    [terms] = make_proposed_tour(cast.alice, cast.bob).proposed
    for days in range(3):
        services.comment(terms, f"Thought {days}", actor=cast.alice, now=at(days), part="mission")


def change_asked_for_and_declined(cast: Cast) -> None:
    for act in (services.ask_for_change, services.decline):
        act(make_proposed_tour(cast.alice, cast.bob).proposed[0], "Not so.", actor=cast.alice, now=NOW)


def begins_in_20_days(cast: Cast) -> None:
    make_signed_tour(cast.alice, cast.bob, starts_on=on(20))


def ends_in_100_days(cast: Cast) -> None:
    running(cast, ends_on=on(100))


def reviewed_in_50_days(cast: Cast) -> None:
    running(cast, type=Tour.Type.FOUNDATIONAL, ends_on=None, review_on=on(50))


def next_step_recorded(cast: Cast) -> None:
    make_next_step(running(cast, ends_on=on(40)))


def agreed_to_part(cast: Cast) -> None:
    endless = running(cast, type=Tour.Type.FOUNDATIONAL, ends_on=None, review_on=on(50))
    make_next_step(endless, "part_well", confirmed_at=NOW)


def ended_early(cast: Cast) -> None:
    make_early_end(running(cast), DAY, Side.MANAGER)


def handed_over(cast: Cast) -> None:
    """To Dan, whom Carol manages."""
    running(cast)
    make_line(cast.dan, cast.carol)
    set_manager(cast.alice, cast.dan, since=DAY)


def promised(cast: Cast) -> None:
    """By each side, two things for the same day."""
    owed = [{"owed_by": side, "due_on": DAY} for side in Side]
    running(cast, promises=owed + owed)


def said_of_a_promise(cast: Cast) -> None:
    promise = Promise.objects.get(terms__tour=running(cast, promises=[{}]))
    make_entry(promise, "done")
    for days in (1, 2):
        make_entry(promise, "asked", Side.MANAGER, at=at(days))


def asked(kind: Kind) -> Callable[[Cast], object]:
    return lambda cast: make_checkin(running(cast), kind=kind)


def role_expected(cast: Cast) -> None:
    make_expectation(cast.alice, cast.bob)


def answered_on_each_of_three_days(cast: Cast) -> None:
    expectation = make_expectation(cast.alice, cast.bob)
    for days in range(3):
        make_reply(expectation, at=at(days), review_on=on(10 + days))


def role_gone_elsewhere(cast: Cast) -> None:
    make_debrief(make_expectation(cast.alice, cast.bob))


def kept_from_the_new_manager(cast: Cast) -> None:
    make_expectation(cast.alice, cast.bob)
    set_manager(cast.alice, cast.dan, since=DAY)


def said_to_be_gone(cast: Cast) -> None:
    make_expectation(cast.alice, cast.bob, gone_at=NOW)


def not_talked_about(cast: Cast) -> None:
    make_debrief(
        make_expectation(cast.alice, cast.bob), took_place=False, heard_at=NOW, employee_words="Not yet."
    )


def shared_on_each_of_three_days(cast: Cast) -> None:
    for days in range(3):
        make_alignment(cast.alice, manager=cast.bob, shared_at=at(days))


def shared_and_answered(cast: Cast) -> None:
    make_alignment(cast.alice, manager=cast.bob, manager_words="So do we.", answered_at=NOW)


def word_asked_for(cast: Cast) -> None:
    make_conversation(cast.alice, cast.bob)


def word_answered(cast: Cast) -> None:
    make_conversation(cast.alice, cast.bob, answer="declined", answered_at=NOW)


def report_asked_for(cast: Cast) -> None:
    MonthlyReport.objects.create(reader=cast.heidi, since=DAY)


class Missed(NamedTuple):
    key: str
    make: Callable[[Cast], object]
    days: int  #: after all that was made, when planning comes by for the first time
    said: set[tuple[str, int]]  #: then, and nothing else
    statements: int = 5  #: what is due; who they are, what to tell them, the messages, and how many were new


MISSED = [
    Missed("people.address_changed", address_changed, 29, {("Alice", 0)}),
    Missed("people.import_finished", import_finished, 8, {("Heidi", 0)}),
    Missed("tours.terms_waiting", proposed, 40, {("Alice", 2), ("Bob", 2)}),
    Missed("tours.comment", remarked_on_each_of_three_days, 40, {("Bob", 0)}),
    Missed("tours.off_the_table", change_asked_for_and_declined, 40, {("Bob", 2), ("Bob", 0)}),
    Missed("tours.tour_starts", begins_in_20_days, 24, {("Alice", 1), ("Bob", 1)}),
    Missed("tours.tour_ends", ends_in_100_days, 96, {("Alice", 4), ("Bob", 4)}),
    Missed("tours.tour_ends", reviewed_in_50_days, 70, {("Alice", 6), ("Bob", 6)}),
    Missed("tours.next_step_waiting", next_step_recorded, 30, {("Alice", 2)}),
    Missed("tours.outcome_unsigned", agreed_to_part, 30, {("Alice", 1), ("Bob", 1)}),
    Missed("tours.ended_early", ended_early, 30, {("Alice", 1)}),
    Missed("tours.handover", handed_over, 58, {("Alice", 5), ("Dan", 5)}, statements=6),
    Missed("tours.left_undone", proposed, 40, {("Bob", 0), ("Carol", 0)}),
    Missed("tours.left_undone", handed_over, 50, {("Carol", 0)}),
    Missed("tours.left_undone", ends_in_100_days, 60, {("Carol", 0)}),
    Missed("tours.promise_due", promised, 30, {("Alice", 2), ("Bob", 2)}),
    Missed("tours.promise_to_judge", promised, 30, {("Alice", 0), ("Bob", 0)}),
    Missed("tours.promise_word", said_of_a_promise, 10, {("Alice", 0)}),
    Missed("feedback.checkin_due", asked(Kind.REGULAR), 10, {("Alice", 2), ("Bob", 2)}),
    Missed("feedback.career_due", asked(Kind.CAREER), 10, {("Alice", 2), ("Bob", 2)}),
    Missed("feedback.checkin_lapsed", asked(Kind.REGULAR), 30, {("Alice", 0), ("Bob", 0)}),
    Missed("feedback.expectation_waiting", role_expected, 30, {("Bob", 3)}),
    Missed("feedback.expectation_answered", answered_on_each_of_three_days, 20, {("Alice", 0)}),
    Missed("feedback.expectation_review", answered_on_each_of_three_days, 30, {("Alice", 1), ("Bob", 1)}),
    Missed("feedback.role_gone", said_to_be_gone, 20, {("Bob", 1)}),
    Missed("feedback.role_stays", kept_from_the_new_manager, 20, {("Alice", 1)}),
    Missed("feedback.debrief_due", role_gone_elsewhere, 20, {("Alice", 1), ("Bob", 0)}),
    Missed("feedback.debrief_due", not_talked_about, 20, {("Bob", 2)}),
    Missed("feedback.alignment_shared", shared_on_each_of_three_days, 20, {("Bob", 0)}),
    Missed("feedback.alignment_answered", shared_and_answered, 20, {("Alice", 0)}),
    Missed("feedback.next_tour_due", asked(Kind.NEXT_TOUR), 10, {("Alice", 2), ("Bob", 2)}),
    Missed("feedback.close_out_due", asked(Kind.CLOSE_OUT), 10, {("Alice", 2), ("Bob", 2)}),
    Missed("feedback.conversation_asked", word_asked_for, 20, {("Bob", 2)}),
    Missed("feedback.conversation_answered", word_answered, 20, {("Alice", 0)}),
    Missed("dashboards.hr_letter", proposed, 45, {("Heidi", 0)}, statements=6),
    Missed("dashboards.monthly_report", report_asked_for, 115, {("Heidi", 0)}, statements=7),
]
each = pytest.mark.parametrize("missed", MISSED, ids=lambda missed: missed.key)


def test_here_is_every_occasion_that_comes_by_itself():
    due = {key for key, occasion in occasions().items() if occasion.due}
    assert {missed.key for missed in MISSED} == due


@each
def test_what_was_missed_for_days_comes_once_in_its_latest_step_and_is_true(cast, missed):
    occasion, now = occasions()[missed.key], at(missed.days)
    missed.make(cast)
    assert planned(occasion, now) == missed.said
    assert {(message.state, silenced(message, now)) for message in Message.objects.all()} == {("waiting", "")}
    assert planned(occasion, now) == planned(occasion, now + timedelta(days=1)) == set()


@each
def test_it_takes_as_many_statements_for_many_as_for_few_and_these_are_few(db, missed):
    occasion, taken, said = occasions()[missed.key], [], len(missed.said)
    for casts in (1, 4):
        with transaction.atomic():
            for n in range(casts):
                missed.make(make_cast(f"{n}.example.com"))
            with CaptureQueriesContext(connection) as statements:
                assert plan_occasion(occasion, at(missed.days)) == casts * said
            taken.append(len(statements))
            transaction.set_rollback(True)
    assert taken[0] == taken[1] <= missed.statements


def test_delivery_asks_each_occasion_about_what_waits_alone():
    """But for HR's letter of the week, which is about nothing in particular."""

    def statement(rows):
        try:
            return str(rows.query)
        except EmptyResultSet:
            return ""

    everything = {
        occasion.key
        for occasion in occasions().values()
        if occasion.due
        for all_of_it, of_nothing in zip(
            occasion.due(NOW, About()), occasion.due(NOW, About([])), strict=True
        )
        if statement(all_of_it) == statement(of_nothing)
    }
    assert everything == {"dashboards.hr_letter"}
