"""What the database refuses of expected roles, whoever asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import IntegrityError, InternalError

from feedback.models import Debrief, Expectation, Reply
from tests.factories import (
    make_debrief,
    make_expectation,
    make_reply,
)
from tests.feedback.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "no_missing_words")]

DAY = TODAY.date()
State = Expectation.State
ROLE, WHY, WORDS = "Head of Platypus Care", "Nobody else knows the pond.", "I back you for the spring round."


@pytest.fixture
def expectation(cast) -> Expectation:
    due_on = DAY + timedelta(days=14)
    return make_expectation(
        cast.alice, cast.bob, role=ROLE, why=WHY, stated_at=TODAY - timedelta(days=2), due_on=due_on
    )


@transaction.atomic
def at_once(act) -> None:
    """With the rules looked at that otherwise wait for the end of the transaction."""
    act()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class TestTheDatabase:
    def refuses(self, act, error=DatabaseError):
        with pytest.raises(error):
            at_once(act)

    def test_keeps_every_word(self, expectation):
        said = make_reply(expectation)
        debrief = make_debrief(expectation)
        rows = Expectation.objects.filter(pk=expectation.pk)
        for change in (
            {"role": "x"},
            {"why": "x"},
            {"by_when": DAY},
            {"stated_at": TODAY - timedelta(days=1)},
        ):
            self.refuses(lambda change=change: rows.update(**change), InternalError)
        self.refuses(lambda: Reply.objects.filter(pk=said.pk).update(words="x"), InternalError)
        self.refuses(said.delete, InternalError)
        self.refuses(lambda: Debrief.objects.update(words="x"), InternalError)
        self.refuses(debrief.delete, InternalError)
        self.refuses(lambda: Expectation.objects.all()._raw_delete("default"), DatabaseError)

    def test_lets_nobody_answer_who_was_not_asked(self, cast, expectation):
        expectation.manager = cast.carol
        self.refuses(lambda: make_reply(expectation), IntegrityError)
        expectation.manager = cast.carol
        self.refuses(lambda: make_debrief(expectation), IntegrityError)
        expectation.manager = cast.carol
        self.refuses(lambda: expectation.save(update_fields=["manager"]), IntegrityError)

    def test_closes_nothing_that_was_not_talked_about(self, expectation):
        make_debrief(expectation)
        rows = Expectation.objects.filter(pk=expectation.pk)
        self.refuses(lambda: rows.update(closed_at=TODAY), IntegrityError)
        Debrief.objects.update(took_place=True, heard_at=TODAY)
        at_once(lambda: rows.update(closed_at=TODAY))
        self.refuses(lambda: Debrief.objects.update(took_place=False, employee_words="x"), InternalError)
