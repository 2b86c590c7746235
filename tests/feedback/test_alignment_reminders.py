"""Who hears of an alignment exercise that was shared, and of its answer, and no longer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from alliance_site.outbox.facts import DECLINED, DONE
from alliance_site.outbox.models import Message
from feedback.models import Alignment
from feedback.reminders import alignment_answered, alignment_shared
from feedback.services import alignment as services
from people.models import Employment
from people.preferences import decline
from tests.factories import make_alignment
from tests.feedback.conftest import TODAY
from tests.reminding import planned, silenced

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "no_missing_words")]

WORDS = "We share the courage."


@pytest.fixture
def shared(cast) -> Alignment:
    return make_alignment(cast.alice, manager=cast.bob, shared_at=TODAY)


def after(days: float) -> datetime:
    return TODAY + timedelta(days=days)


def answer(shared: Alignment) -> None:
    assert shared.manager
    services.answer_alignment(shared, actor=shared.manager, words=WORDS, now=TODAY)


def leave(person) -> None:
    left_on = TODAY.date() - timedelta(days=1)
    Employment.objects.filter(person=person).update(left_on=left_on, ending="resignation")


def test_the_manager_hears_once_that_it_was_shared(shared):
    assert planned(alignment_shared, TODAY) == {("Bob", 0)}
    assert planned(alignment_shared, after(1)) == planned(alignment_shared, after(29)) == set()
    assert planned(alignment_answered, TODAY) == set()
    letter = Message.objects.get()
    assert letter.subject == "Alice Ames has shared with you what they admire"
    assert letter.path == reverse("alignment_shared", args=[shared.pk])
    assert "Read by you and Alice Ames, and by nobody else. HR never reads it." in letter.text


def test_the_employee_hears_once_that_it_was_answered(shared):
    planned(alignment_shared, TODAY)
    answer(shared)
    assert silenced(Message.objects.get(), TODAY) == DONE
    assert planned(alignment_answered, TODAY) == {("Alice", 0)}
    assert planned(alignment_answered, after(1)) == planned(alignment_shared, after(1)) == set()
    letter = Message.objects.get(occasion=alignment_answered.key)
    assert letter.subject == "Bob Brand has answered what you shared"
    assert letter.path == reverse("alignment_shared", args=[shared.pk])


def test_no_letter_carries_a_word_of_either(shared):
    planned(alignment_shared, TODAY)
    answer(shared)
    planned(alignment_answered, TODAY)
    for letter in Message.objects.all():
        whole = letter.subject + letter.text + letter.html
        for words in ("Grandmother", "courage", "Courage", shared.words, WORDS):
            assert words not in whole


def test_nobody_hears_of_what_is_in_the_making(cast):
    make_alignment(cast.alice)
    assert planned(alignment_shared, TODAY) == set()


def test_of_several_copies_the_newest_alone_is_told(cast, shared):
    planned(alignment_shared, TODAY)
    make_alignment(cast.alice, manager=cast.bob, shared_at=after(1))
    assert silenced(Message.objects.get(), after(1)) == DONE
    assert planned(alignment_shared, after(1)) == {("Bob", 0)}


def test_what_is_a_month_old_is_no_news(shared):
    assert planned(alignment_shared, after(31)) == set()
    answer(shared)
    assert planned(alignment_answered, after(31)) == set()


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_a_manager_does_not_hear_from_or_after_one_who_has_left(cast, shared, who):
    leave(getattr(cast, who))
    assert planned(alignment_shared, TODAY) == set()


def test_an_employee_who_has_left_does_not_hear_of_the_answer(cast, shared):
    answer(shared)
    leave(cast.alice)
    assert planned(alignment_answered, TODAY) == set()


def test_either_can_do_without_the_letter(cast, shared):
    for person, occasion in ((cast.bob, alignment_shared), (cast.alice, alignment_answered)):
        assert decline(person, occasion.key)
        planned(occasion, TODAY)
        answer(shared)
    told = {letter.occasion: silenced(letter, TODAY) for letter in Message.objects.all()}
    assert told[alignment_answered.key] == DECLINED
    assert len(told) == 2
