"""The role that an employee named in a check-in is offered to be stated, and answered in writing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from feedback.models import CheckIn, Expectation, Kind
from feedback.services import expectations as services
from people.models import Employment, ReportingLine
from people.services import set_manager
from tests.factories import (
    make_checkin,
    make_expectation,
    make_question,
    make_question_set,
    make_release,
    make_revealed_checkin,
    make_sheet,
    make_signed_tour,
)
from tests.feedback.conftest import TODAY
from tours.models import Side

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "no_missing_words")]

DAY = TODAY.date()
OFFER, LINE = "Have it answered in writing", "can ask for a written answer about the role they expect"
HERS, HIS = "Bob’s job, by summer", "An architect, one day"
PAIR: dict[str, Any] = {"employee_text": HERS, "manager_text": HIS}


@pytest.fixture
def tour(cast):
    return make_signed_tour(cast.alice, cast.bob)


@pytest.fixture(params=[Kind.CAREER, Kind.NEXT_TOUR])
def checkin(request, tour) -> CheckIn:
    return make_revealed_checkin(tour, DAY, kind=request.param, revealed_at=TODAY, **PAIR)


@pytest.fixture
def career(tour) -> CheckIn:
    return make_revealed_checkin(tour, DAY, kind=Kind.CAREER, revealed_at=TODAY, **PAIR)


def link(checkin: CheckIn) -> str:
    return f"{reverse('expectation_new')}?checkin={checkin.pk}"


def filled_in(client, url: str) -> dict[str, str]:
    initial = client.get(url).context["form"].initial
    return {name: initial[name] for name in ("role", "why") if name in initial}


def text(client, checkin: CheckIn) -> str:
    return client.get(checkin.get_absolute_url()).text


class TestTheOffer:
    def test_leads_to_the_role_as_the_employee_named_it(self, cast, as_, checkin):
        client = as_(cast.alice)
        page = text(client, checkin)
        assert OFFER in page
        assert f'href="{link(checkin)}"' in page
        assert filled_in(client, link(checkin)) == {"role": HERS}
        assert "What you said in the check-in is filled in" in client.get(link(checkin)).text
        typed = {"role": HERS, "by_when": "2027-06-01", "why": "I do it already.", "to": cast.bob.pk}
        stated = client.post(link(checkin), typed, follow=True).text
        assert "Bob Brand has been asked to answer in writing" in stated
        assert Expectation.objects.get().role == HERS
        assert f'data-keep="expectation new {checkin.pk} {cast.alice.pk}"' in stated  # to be forgotten

    def test_is_no_more_while_what_lives_says_it(self, cast, as_, career):
        client = as_(cast.alice)
        row = services.state_expectation(
            cast.alice, role="Head of Sales", by_when=DAY + timedelta(days=90), why="So.", now=TODAY
        )
        assert OFFER not in text(client, career)
        services.withdraw_expectation(row, actor=cast.alice, now=TODAY)
        assert OFFER in text(client, career)

    def test_is_made_beside_an_older_one_of_another_role(self, cast, as_, career):
        before = {"stated_at": TODAY - timedelta(days=200)}
        make_expectation(cast.alice, cast.bob, role="Architect", **before)
        assert OFFER in text(as_(cast.alice), career)
        make_expectation(cast.alice, cast.bob, role=HERS.upper(), **before)
        assert OFFER not in text(as_(cast.alice), career)

    @pytest.mark.parametrize("kind", [Kind.REGULAR, Kind.CLOSE_OUT])
    def test_is_of_no_other_kind(self, cast, as_, tour, kind):
        named = make_question_set(cast.heidi, make_question("role"), kind=kind)
        other = make_revealed_checkin(tour, DAY, kind=kind, question_set=named, revealed_at=TODAY, **PAIR)
        assert OFFER not in text(as_(cast.alice), other)
        assert LINE not in text(as_(cast.bob), other)
        assert filled_in(as_(cast.alice), link(other)) == {}

    @pytest.mark.parametrize("said", ["", "–"])
    def test_is_not_made_where_no_role_was_named(self, cast, as_, tour, said):
        silent = {"employee_text": said, "manager_text": HIS}
        found = make_revealed_checkin(tour, DAY, kind=Kind.CAREER, revealed_at=TODAY, **silent)
        assert OFFER not in text(as_(cast.alice), found)
        assert filled_in(as_(cast.alice), link(found)) == {}

    def test_is_not_made_where_nobody_is_there_to_answer(self, cast, as_, career):
        ReportingLine.objects.filter(person=cast.alice).delete()
        assert OFFER not in text(as_(cast.alice), career)

    def test_is_not_made_to_who_has_left(self, cast, as_, career):
        gone = {"left_on": DAY - timedelta(days=1), "ending": "resignation"}
        Employment.objects.filter(person=cast.alice).update(**gone)
        assert OFFER not in text(as_(cast.alice), career)

    def test_of_more_than_a_role_keeps_all_of_it_as_the_reason(self, cast, as_, tour):
        long = "Head of Sales, " + "because nobody else knows the north. " * 8
        found = make_revealed_checkin(
            tour, DAY, kind=Kind.CAREER, revealed_at=TODAY, employee_text=long, manager_text=HIS
        )
        said = filled_in(as_(cast.alice), link(found))
        assert len(said["role"]) == 200
        assert said["role"].startswith("Head of Sales, because")
        assert said["why"] == long


class TestTheManager:
    def test_reads_that_it_may_come(self, cast, as_, checkin):
        page = text(as_(cast.bob), checkin)
        assert f"Alice Ames {LINE}" in page
        assert OFFER not in page
        assert LINE not in text(as_(cast.alice), checkin)

    def test_reads_the_same_whatever_was_stated_to_another(self, cast, as_, career):
        def page() -> str:
            return re.sub(r'value="\w{64}"', "", text(as_(cast.bob), career))

        before = page()
        make_expectation(cast.alice, cast.dan, role=HERS, stated_at=TODAY)
        assert page() == before

    def test_is_not_given_the_words_of_either_side(self, cast, as_, career):
        set_manager(cast.bob, cast.carol, since=DAY)
        assert filled_in(as_(cast.bob), link(career)) == {}

    def test_has_their_own_answer_filled_in_for_nobody(self, cast, as_, tour):
        only_his = {"employee_text": "", "manager_text": HIS}
        found = make_revealed_checkin(tour, DAY, kind=Kind.CAREER, revealed_at=TODAY, **only_his)
        assert HIS not in as_(cast.alice).get(link(found)).text


class TestBeforeTheReveal:
    @pytest.mark.parametrize("state", ["drafts", "hers is in", "his is in"])
    def test_there_is_nothing_of_it_for_anybody(self, cast, as_, tour, state):
        found = make_checkin(tour, DAY, kind=Kind.CAREER)
        for side, said, handed_in in ((Side.EMPLOYEE, HERS, "hers is in"), (Side.MANAGER, HIS, "his is in")):
            make_sheet(found, side, text=said, submitted_at=TODAY if state == handed_in else None)
        for who in (cast.alice, cast.bob):
            page = text(as_(who), found)
            assert OFFER not in page
            assert LINE not in page
        assert filled_in(as_(cast.alice), link(found)) == {}


@pytest.mark.parametrize("key", ["", "x", "0", "-1", "9" * 30, "12345"])
def test_an_address_that_names_none_fills_in_nothing(cast, as_, key):
    assert filled_in(as_(cast.alice), f"{reverse('expectation_new')}?checkin={key}") == {}


def test_who_reads_a_released_one_is_offered_nothing(cast, as_, career):
    make_release(career, cast.carol)
    page = text(as_(cast.carol), career)
    assert HERS in page
    assert OFFER not in page
    assert LINE not in page


def test_the_page_takes_one_statement_more_for_the_offer(cast, as_, career, tour, statements):
    plain = make_revealed_checkin(tour, DAY + timedelta(days=1), revealed_at=TODAY, **PAIR)

    def taken(checkin: CheckIn, who) -> int:
        return len(statements(as_(who), checkin.get_absolute_url(), has=HERS))

    assert taken(career, cast.alice) == taken(plain, cast.alice) + 1
    assert taken(career, cast.bob) == taken(plain, cast.bob)
