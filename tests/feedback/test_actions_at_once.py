"""Two who settle or add actions at once, and how many statements it takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from feedback import limits
from feedback.models import Action, CheckIn
from feedback.services.actions import agree_on_action, reopen_action, settle_action
from people.models import Person
from tests.factories import (
    make_action,
    make_checkin,
    make_revealed_checkin,
    make_signed_tour,
)
from tests.feedback.conftest import TODAY
from tests.racing import at_once, rounds
from tours.models import Side
from tours.services import Refused

DAY = TODAY.date()
WHAT = "Send the draft to Zanzibar."


@pytest.fixture
def revealed(tour) -> CheckIn:
    return make_revealed_checkin(tour, DAY - timedelta(days=30))


@pytest.fixture
def action(revealed) -> Action:
    return make_action(revealed, what=WHAT, due_on=DAY + timedelta(days=3))


def url(row: CheckIn | Action, name: str) -> str:
    return reverse(name, args=[row.pk])


def typed(what: str = WHAT, owner: str = "manager", due_on: object = "") -> dict[str, object]:
    return {"action-what": what, "action-owner": owner, "action-due_on": due_on}


def revealed_to(alice: Person, bob: Person) -> CheckIn:
    return make_revealed_checkin(make_signed_tour(alice, bob))


class TestAtOnce:
    pytestmark = pytest.mark.django_db(transaction=True)

    def agree(self, checkin: CheckIn, side: Side, what: str = WHAT) -> Action:
        actor = checkin.party(side)
        return agree_on_action(checkin, owner=side, what=what, due_on=None, actor=actor, now=TODAY)

    @rounds(make=revealed_to)
    def test_a_double_click_writes_it_down_once(self, both):
        at_once(*[lambda: self.agree(both, Side.EMPLOYEE)] * 3)
        assert both.actions.count() == 1

    @rounds(make=revealed_to)
    def test_the_last_place_goes_to_one_of_two(self, both):
        for n in range(limits.MOST_OPEN_ACTIONS - 1):
            make_action(both, what=f"Number {n}.")
        results = at_once(*(lambda side=side: self.agree(both, side) for side in Side))
        assert sum(isinstance(result, Refused) for result in results) == 1
        assert both.actions.count() == limits.MOST_OPEN_ACTIONS

    @rounds(make=revealed_to)
    def test_it_is_done_or_dropped_and_never_both(self, both):
        action = make_action(both)
        results = at_once(
            lambda: settle_action(action, actor=both.employee, now=TODAY),
            lambda: settle_action(action, actor=both.manager, now=TODAY, dropped_because="No need."),
        )
        assert sorted(results) == [False, True]
        action.refresh_from_db()
        assert (action.outcome == "dropped") == bool(action.why) == (action.settled_by == "manager")

    @rounds(make=revealed_to)
    def test_two_who_open_it_again_do_so_once(self, both):
        action = make_action(both, outcome="done", settled_by="manager", settled_at=TODAY)
        acts = (
            lambda who=who: reopen_action(action, actor=who, now=TODAY)
            for who in (both.employee, both.manager)
        )
        assert sorted(at_once(*acts)) == [False, True]


def test_pages_and_saves_take_as_few_queries_with_many_as_with_few(cast, as_, tour, revealed, statements):
    client = as_(cast.bob)

    def read() -> list[int]:
        return [len(statements(client, page, has=revealed.actions.latest("pk").what)) for page in pages]

    following = make_checkin(tour, DAY)
    pages = [revealed.get_absolute_url(), following.get_absolute_url(), tour.along_url]
    make_action(revealed)
    few = read()
    for n in range(15):
        make_action(revealed, list(Side)[n % 2], what=f"Number {n}.")
    first_tour = make_signed_tour(cast.alice, cast.bob, ends_on=DAY - timedelta(days=60))
    carried = make_revealed_checkin(first_tour, DAY - timedelta(days=60))
    for n in range(3):
        make_action(carried, what=f"Carried {n}.", at=TODAY + timedelta(hours=n))
    assert len(client.get(pages[1]).context["carried"]) == 19
    assert read() == few
    assert max(few) <= 8
    action = Action.objects.first()
    saves = [
        ("checkin_action", revealed, typed()),
        ("action_done", action, {"at": following.pk}),
        ("action_reopen", action, {"at": "tour"}),
        ("action_drop", action, {"why": "So."}),
    ]
    for name, row, data in saves:
        assert len(statements(client, url(row, name), data)) <= 8, name


def test_the_fullest_page_stays_light(cast, as_, tour, revealed):
    for n in range(limits.MOST_OPEN_ACTIONS):
        make_action(revealed, what=f"{n} " + "word " * 90, due_on=DAY)
    for url in (revealed.get_absolute_url(), tour.along_url):
        assert len(as_(cast.bob).get(url).content) <= 60_000
