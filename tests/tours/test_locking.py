"""One who waits for a tour finds it as the one before left it."""

import pytest
from django.db import transaction

from tests.factories import NOW, make_line, make_person, make_signed_tour
from tests.racing import meanwhile
from tours import services
from tours.models import Tour
from tours.services.locking import locked

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_act_that_waits_while_the_tour_gets_a_new_manager_finds_it_again():
    alice, bob, carol = make_person("Alice Ames"), make_person("Bob Brand"), make_person("Carol Cole")
    make_line(alice, carol)
    tour = make_signed_tour(alice, bob)
    newer = services.reaffirm(tour, "I stand by this.", actor=carol, now=NOW)

    def wait_for_it() -> Tour:
        with transaction.atomic():
            return locked(tour.pk, alice, NOW)

    found = meanwhile(lambda: services.sign(newer, actor=alice, now=NOW), wait_for_it)
    assert found.manager == carol
