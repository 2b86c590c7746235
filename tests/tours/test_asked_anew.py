"""Whom a version asks to take a tour over reads what they may sign, whoever they were in it before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from people.models import Person
from people.services import set_manager
from tests.factories import MORNING as NOW
from tests.factories import TODAY, make_amended_tour, make_signed_tour
from tests.tours.test_handover import SPAN, reaffirm, sentences, standing
from tours import access, services
from tours.access import Act
from tours.models import Terms, Tour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]


@pytest.fixture
def tour(cast) -> Tour:
    """Version 1 was with Dan, version 2 with Bob has force."""
    tour = make_signed_tour(cast.alice, cast.dan, **SPAN)
    return make_amended_tour(tour, cast.bob, **SPAN, mission="What Bob and Alice agreed on.")


def reads(person: Person, tour: Tour) -> list[int]:
    """The versions that the person may read; lists name the tour to whom its page opens."""
    found = standing(tour)
    known = bool(access.sees(person, found, TODAY))
    assert Tour.objects.known_to(person, TODAY).filter(pk=tour.pk).exists() is known
    return [terms.number for terms in access.reader(person, found, TODAY).versions] if known else []


def ask(cast, tour: Tour, manager: Person) -> Terms:
    """Alice asks them while they manage her; then nobody does."""
    set_manager(cast.alice, manager, since=TODAY - timedelta(days=10))
    asked = reaffirm(tour, cast.alice)
    set_manager(cast.alice, None, since=TODAY)
    return asked


def test_a_former_manager_who_is_asked_anew_reads_what_they_may_sign(cast, as_, tour):
    asked = ask(cast, tour, cast.dan)
    assert Act.SIGN in access.acts(cast.dan, standing(tour), TODAY)
    assert reads(cast.dan, tour) == [1, 2, 3]
    assert "Sign version 3 of the tour with Alice Ames" in sentences(cast.dan)
    assert "Accept and sign version 3" in as_(cast.dan).get(asked.get_absolute_url()).text
    services.sign(asked, actor=cast.dan, now=NOW)
    assert Tour.objects.get().manager == cast.dan


def test_so_does_who_signed_one_that_was_answered_by_another(cast, tour):
    set_manager(cast.alice, cast.carol, since=TODAY - timedelta(days=10))
    services.revise(reaffirm(tour, cast.carol), actor=cast.alice, now=NOW)
    answer = Terms.objects.get(proposed_at=None)
    services.propose(answer, actor=cast.alice, now=NOW)
    set_manager(cast.alice, None, since=TODAY)
    assert reads(cast.carol, tour) == [1, 2, 3, 4]


def test_they_read_on_no_more_once_somebody_else_manages(cast, as_, tour):
    asked = ask(cast, tour, cast.dan)
    set_manager(cast.alice, cast.carol, since=TODAY)
    assert reads(cast.dan, tour) == [1]
    assert Act.SIGN not in access.acts(cast.dan, standing(tour), TODAY)
    assert as_(cast.dan).get(asked.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("who", "read"), [("dan", [1]), ("carol", [])])
def test_what_was_asked_before_others_agreed_opens_nothing_more(cast, tour, who, read):
    """Asked in version 3; version 4 with Bob took its place, and then nobody manages Alice."""
    ask(cast, tour, getattr(cast, who))
    set_manager(cast.alice, cast.bob, since=TODAY)
    newer = services.amend(tour, "It goes on with Bob.", actor=cast.bob, now=NOW)
    newer.mission = "Anew."
    services.save_draft(newer, revision=newer.revision, actor=cast.bob, now=NOW)
    services.propose(newer, actor=cast.bob, now=NOW)
    for actor in (cast.alice, cast.bob):
        services.sign(newer, actor=actor, now=NOW)
    set_manager(cast.alice, None, since=TODAY)
    assert reads(getattr(cast, who), tour) == read
