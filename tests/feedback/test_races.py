"""Two people, or one with two fingers, at once: in connections of their own, against a real Postgres."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alliance_site.outbox.models import Message
from alliance_site.outbox.planning import plan_occasion
from feedback.models import Expectation, FirstConversation
from feedback.reminders import conversation_asked
from feedback.services import alignment, conversations, expectations
from tests.factories import (
    DAY,
    NOW,
    make_alignment,
    make_conversation,
    make_debrief,
    make_expectation,
    make_line,
    make_person,
)
from tests.racing import at_once, rounds
from tours.services import Refused

pytestmark = pytest.mark.django_db(transaction=True)


def answer(row: Expectation, words: str = "Yes.") -> None:
    expectations.answer_expectation(
        row,
        actor=row.manager,
        seen=0,
        verdict="backed",
        condition="",
        words=words,
        review_on=DAY + timedelta(days=90),
        now=NOW,
    )


@rounds()
def test_a_double_click_states_answers_and_hears_once(alice, bob):
    said = {"role": "Architect", "by_when": DAY, "why": "I do it already."}
    at_once(*[lambda: expectations.state_expectation(alice, now=NOW, **said)] * 3)
    row = alice.expectations.get()
    at_once(*[lambda: answer(row)] * 3)
    assert row.replies.count() == 1
    gone = {"gone_on": DAY, "talk_on": DAY, "words": "It went outside."}
    at_once(*[lambda: expectations.record_debrief(row, actor=bob, now=NOW, **gone)] * 3)
    assert row.debriefs.count() == 1
    heard = {"took_place": True, "words": ""}
    results = at_once(*[lambda: expectations.hear_debrief(row, actor=alice, now=NOW, **heard)] * 3)
    assert results == [None] * 3
    row.refresh_from_db()
    assert row.closed_at == NOW


@rounds(make=make_expectation)
def test_two_windows_of_the_manager_do_not_both_answer_first(expectation):
    results = at_once(lambda: answer(expectation), lambda: answer(expectation, words="No, but."))
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert expectation.replies.count() == 1


@rounds(make=make_expectation)
def test_answering_and_withdrawing_never_mix(expectation):
    answered, withdrawn = at_once(
        lambda: answer(expectation),
        lambda: expectations.withdraw_expectation(expectation, actor=expectation.employee, now=NOW),
    )
    expectation.refresh_from_db()
    assert withdrawn is None
    assert expectation.withdrawn_at == NOW
    assert (
        isinstance(answered, Refused)
        == (expectation.answered_at is None)
        == (not expectation.replies.exists())
    )


@rounds(make=make_expectation)
def test_answering_and_passing_on_never_mix(expectation):
    alice, carol = expectation.employee, make_person("Carol Cole")
    alice.reporting_lines.all().delete()
    make_line(alice, carol)
    answered, passed = at_once(
        lambda: answer(expectation),
        lambda: expectations.pass_on(expectation, actor=alice, to=carol.pk, now=NOW),
    )
    expectation.refresh_from_db()
    assert passed is None
    assert expectation.manager == carol
    assert isinstance(answered, Refused) == (not expectation.replies.exists())


@rounds(make=make_expectation)
def test_both_may_say_at_once_that_it_went_elsewhere_and_one_said_it_first(expectation):
    said, later = {"gone_on": DAY, "talk_on": DAY, "words": "Outside."}, NOW + timedelta(seconds=1)
    alice, bob = expectation.employee, expectation.manager
    results = at_once(
        lambda: expectations.say_gone(expectation, actor=alice, seen=0, now=later),
        lambda: expectations.record_debrief(expectation, actor=bob, now=NOW, **said),
    )
    expectation.refresh_from_db()
    assert results == [None, None]
    assert expectation.gone_at in (NOW, later)
    assert expectation.debriefs.get().at == NOW


@rounds(make=make_expectation)
def test_a_withdrawn_and_a_closed_one_are_not_the_same(expectation):
    make_debrief(expectation)
    alice = expectation.employee
    results = at_once(
        lambda: expectations.withdraw_expectation(expectation, actor=alice, now=NOW),
        lambda: expectations.hear_debrief(expectation, actor=alice, took_place=True, words="", now=NOW),
    )
    expectation.refresh_from_db()
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert (expectation.closed_at is None) != (expectation.withdrawn_at is None)


@rounds()
def test_one_first_conversation_is_asked_and_one_answer_stands(alice, bob):
    at_once(*[lambda: conversations.ask_for_conversation(alice, bob, words="A word.", now=NOW)] * 3)
    row = FirstConversation.objects.get(author=alice)
    results = at_once(
        lambda: conversations.answer_conversation(row, actor=bob, answer="accepted", words="Noon", now=NOW),
        lambda: conversations.answer_conversation(row, actor=bob, answer="declined", words="", now=NOW),
    )
    assert sorted(results) == [False, True]


@rounds()
def test_what_is_unsaid_while_letters_are_planned_leaves_nothing_that_counts(alice, bob):
    row = make_conversation(alice, bob)
    at_once(
        lambda: conversations.unask(row, actor=alice),
        lambda: plan_occasion(conversation_asked, NOW),
        lambda: conversations.answer_conversation(row, actor=bob, answer="declined", words="", now=NOW),
    )
    assert not FirstConversation.objects.exists()
    # A letter that was written at that very moment is known to nobody, and goes at delivery.
    assert not Message.objects.known_to_hr().exists()


@rounds()
def test_an_exercise_is_begun_and_shared_once(alice, bob):
    blank = make_alignment(alice)
    said = alignment.said(blank)
    blank.delete()
    at_once(*[lambda: alignment.save_alignment(alice, said, basis=0, now=NOW)] * 3)
    assert alice.alignments.get().version == 1
    at_once(*[lambda: alignment.share_alignment(alice, to=bob.pk, basis=1, now=NOW)] * 3)
    assert alice.alignments.get().shared_at == NOW
