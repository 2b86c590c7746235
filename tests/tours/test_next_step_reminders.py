"""Who is told that an outcome waits to be confirmed, and no longer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from alliance_site.outbox.facts import DONE
from alliance_site.outbox.models import Message
from people.models import Employment
from tests import reminding
from tests.factories import make_amended_tour, make_early_end, make_next_step, make_signed_tour
from tours import services
from tours.models import Side, Tour
from tours.reminders import next_step_waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

NOW = timezone.now()
TODAY = NOW.date()


@pytest.fixture
def tour(cast) -> Tour:
    span = {"starts_on": TODAY - timedelta(days=300), "ends_on": TODAY + timedelta(days=40)}
    return make_signed_tour(cast.alice, cast.bob, **span)


def planned(days: int = 0) -> set[tuple[str, int]]:
    return reminding.planned(next_step_waiting, NOW + timedelta(days=days))


def test_the_other_side_hears_at_once_and_then_each_week(tour):
    make_next_step(tour, words="Narwhal", recorded_at=NOW)
    assert planned() == {("Alice", 0)}
    assert planned(6) == set()
    assert planned(7) == {("Alice", 1)}
    assert planned(14) == {("Alice", 2)}
    assert planned(21) == set()
    message = Message.objects.order_by("step").first()
    assert message.subject == "Confirm what you agreed on with Bob Brand"
    assert "Narwhal" not in message.text + message.html


def test_what_is_confirmed_or_recorded_otherwise_waits_no_more(cast, tour):
    step = make_next_step(tour, side=Side.EMPLOYEE, recorded_at=NOW)
    assert planned() == {("Bob", 0)}
    services.record_next_step(tour.pk, "move", "", seen=step.pk, actor=cast.bob, now=NOW)
    message = Message.objects.get()
    assert reminding.silenced(message, NOW) == DONE
    assert planned() == {("Alice", 0)}
    assert step.pk != tour.next_steps.last().pk


def test_after_the_end_with_newer_terms_or_with_somebody_gone_nobody_is_asked(cast):
    def ending(days: int = 40) -> Tour:
        span = {"starts_on": TODAY - timedelta(days=300), "ends_on": TODAY + timedelta(days=days)}
        tour = make_signed_tour(cast.alice, cast.bob, **span)
        make_next_step(tour, recorded_at=NOW)
        return tour

    ending(-3)
    make_early_end(ending(), TODAY - timedelta(days=1))
    make_amended_tour(ending(), ends_on=TODAY + timedelta(days=400), starts_on=TODAY - timedelta(days=300))
    assert planned() == set()
    ending()
    Employment.objects.filter(person=cast.bob).update(left_on=TODAY - timedelta(days=2), ending="resignation")
    assert planned() == set()
