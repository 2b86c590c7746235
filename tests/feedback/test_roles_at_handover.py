"""Whose manager changes is told that what they said of an expected role stays behind; nobody else is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from alliance_site.outbox.models import Message
from feedback.models import Expectation
from feedback.services import expectations as services
from people.services import set_manager
from tests.factories import make_debrief, make_expectation, make_hook, make_signed_tour
from tests.feedback.conftest import TODAY
from tests.reminding import planned
from tours.reminders import handover

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "no_missing_words")]

DAY = TODAY.date()
STAYS = "What you said of a role that you expect stays with the manager whom you told."
LINK = f"{settings.SITE_URL}{reverse('ahead')}"


@pytest.fixture(autouse=True)
def _handed_over(cast) -> None:
    make_signed_tour(cast.alice, cast.bob)
    set_manager(cast.alice, cast.carol, since=DAY)


@pytest.fixture
def expectation(cast) -> Expectation:
    return make_expectation(cast.alice, cast.bob, role="Head of Ponds", due_on=DAY + timedelta(days=9))


def letters(after: int = 0) -> dict[str, Message]:
    """Those that are new so many days later, by first name."""
    known = list(Message.objects.values_list("pk", flat=True))
    planned(handover, TODAY + timedelta(days=after))
    new = Message.objects.exclude(pk__in=known).select_related("recipient")
    return {letter.recipient.get_short_name(): letter for letter in new}


def test_the_employee_reads_it_in_the_letter_of_the_hand_over_with_the_link(expectation):
    letter = letters()["Alice"]
    assert f"{STAYS} Carol Cole is told of it only if you pass it on." in letter.text
    assert f"Pass it on, or keep it to yourself: {LINK}" in letter.text
    assert STAYS in letter.html
    assert f'<a href="{LINK}"' in letter.html
    for part in (letter.text, letter.html):
        assert "The terms of your tour of duty with Bob Brand stay in force" in part
        assert "Head of Ponds" not in part


def test_again_in_each_of_these_letters_until_they_have_passed_it_on_or_not(cast, expectation):
    letters()
    assert STAYS in letters(15)["Alice"].text
    services.keep(expectation, actor=cast.alice, to=cast.carol.pk, now=TODAY)
    assert STAYS not in letters(30)["Alice"].text
    services.pass_on(expectation, actor=cast.alice, to=cast.carol.pk, now=TODAY)
    assert STAYS not in letters(37)["Alice"].text


def test_the_new_manager_gets_the_same_letter_with_such_a_role_and_without(cast):
    plain = letters()["Carol"]
    Message.objects.all().delete()
    make_expectation(cast.alice, cast.bob)
    now = letters()["Carol"]
    assert (now.subject, now.text, now.html) == (plain.subject, plain.text, plain.html)


def test_neither_a_subject_nor_the_chat_tells_it(cast, expectation):
    make_hook(cast.heidi, occasions=[handover.key])
    planned_now = handover_subjects()
    Message.objects.all().delete()
    services.withdraw_expectation(expectation, actor=cast.alice, now=TODAY)
    assert handover_subjects() == planned_now


def handover_subjects() -> set[tuple[str, str]]:
    letters()
    posts = Message.objects.exclude(channel=None)
    assert not any(STAYS in post.text for post in posts)
    return set(Message.objects.values_list("subject", "recipient__name"))


@pytest.mark.parametrize("of", ["nobody", "another", "withdrawn", "closed", "the new manager", "to be heard"])
def test_it_is_not_said_where_nothing_stays_behind(cast, of):
    if of == "another":
        make_expectation(cast.bob, cast.dan)
    if of == "withdrawn":
        make_expectation(cast.alice, cast.bob, withdrawn_at=TODAY)
    if of == "the new manager":
        make_expectation(cast.alice, cast.carol)
    if of == "to be heard":  # so the employee says first whether both have talked
        make_debrief(make_expectation(cast.alice, cast.bob))
    if of == "closed":
        row = make_expectation(cast.alice, cast.bob)
        make_debrief(row)
        services.hear_debrief(row, actor=cast.alice, took_place=True, words="", now=TODAY)
    assert STAYS not in letters()["Alice"].text


def test_one_that_was_told_is_enough(cast, expectation):
    make_expectation(cast.alice, cast.carol)
    assert STAYS in letters()["Alice"].text
