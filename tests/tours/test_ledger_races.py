"""Two at once about one promise, in two connections, against a real Postgres."""

import pytest

from tests.factories import NOW, make_signed_tour
from tests.racing import at_once, rounds
from tours import services
from tours.services import Refused

pytestmark = pytest.mark.django_db(transaction=True)


def promised(alice, bob):
    return make_signed_tour(alice, bob, promises=[{}]).in_force.promises.get()


def entries(promise) -> list[str]:
    return sorted(entry.kind for entry in promise.entries.all())


@rounds(make=promised)
def test_a_wish_answered_twice_at_once_has_one_answer(promise):
    alice, bob = promise.terms.employee, promise.terms.manager
    services.ask_to_drop(promise, "It helps nobody.", actor=bob, now=NOW)
    results = at_once(
        lambda: services.answer_drop(promise, True, "", actor=alice, now=NOW),
        lambda: services.answer_drop(promise, False, "It helps me.", actor=alice, now=NOW),
        lambda: services.take_back_drop(promise, actor=bob, now=NOW),
    )
    assert sum(isinstance(result, Refused) for result in results) == 2
    assert len(entries(promise)) == 2


@rounds(make=promised)
def test_both_asking_at_once_make_one_wish(promise):
    results = at_once(
        *(
            lambda who=who: services.ask_to_drop(promise, "It helps nobody.", actor=who, now=NOW)
            for who in (promise.terms.employee, promise.terms.manager)
        )
    )
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert entries(promise) == ["asked"]


@rounds(make=promised)
def test_judging_and_agreeing_to_drop_never_mix(promise):
    alice, bob = promise.terms.employee, promise.terms.manager
    services.ask_to_drop(promise, "It helps nobody.", actor=bob, now=NOW)
    results = at_once(
        lambda: services.judge(promise, True, "", actor=alice, now=NOW),
        lambda: services.answer_drop(promise, True, "", actor=alice, now=NOW),
    )
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert entries(promise) in (["asked", "kept"], ["agreed", "asked"])
