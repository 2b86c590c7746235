"""Two people at once, in two connections, against a real Postgres."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests.factories import NOW, make_line, make_person, make_proposed_tour
from tours import services
from tours.models import Tour
from tours.services import Refused

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Runs the acts in threads that start together; the refusals come back as results."""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def tour():
    alice, bob = make_person("Alice Ames"), make_person("Bob Brand")
    make_line(alice, bob)
    return make_proposed_tour(alice, bob)


@pytest.mark.parametrize("_again", range(10))
def test_two_who_sign_at_once_agree(tour, _again):
    terms = tour.versions.get()
    results = at_once(
        *(lambda who=who: services.sign(terms, actor=who, now=NOW) for who in (tour.employee, tour.manager))
    )
    assert not [r for r in results if isinstance(r, Refused)]
    tour.refresh_from_db()
    assert (tour.state, tour.in_force) == (Tour.State.AGREED, terms)


@pytest.mark.parametrize("_again", range(10))
def test_a_double_click_signs_once(tour, _again):
    terms = tour.versions.get()
    at_once(*[lambda: services.sign(terms, actor=tour.employee, now=NOW)] * 4)
    assert terms.signatures.count() == 1


@pytest.mark.parametrize("_again", range(10))
def test_signing_and_taking_back_at_once_never_mix(tour, _again):
    terms = tour.versions.get()
    services.sign(terms, actor=tour.manager, now=NOW)
    signed, revised = at_once(
        lambda: services.sign(terms, actor=tour.employee, now=NOW),
        lambda: services.revise(terms, actor=tour.manager, now=NOW),
    )
    tour.refresh_from_db()
    assert isinstance(signed, Refused) != isinstance(revised, Refused)
    assert (tour.state == Tour.State.AGREED) == isinstance(revised, Refused)
