"""Pages of a tour ask little of the database, and as little where there is much as where there is little."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    TODAY,
    make_changed_tour,
    make_checkin,
    make_promise,
    make_proposed_tour,
    make_signed_tour,
    make_tour,
)
from tours import services
from tours.models import Comment

AT_MOST = 8  # session and user included
LOGGED = 1  # whoever is no party is noted in the access log


@pytest.mark.parametrize("who", ["alice", "bob", "carol", "heidi"])
def test_the_page_of_a_tour(cast, as_, statements, who):
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=TODAY)
    client = as_(getattr(cast, who))
    make_checkin(tour, TODAY)
    few = statements(client, tour.get_absolute_url(), has="Alice Ames")
    for n in range(1, 4):
        make_checkin(tour, TODAY + timedelta(days=90 * n))
    found = statements(client, tour.get_absolute_url(), has="Alice Ames")
    assert len(found) == len(few)
    assert len(found) <= AT_MOST + LOGGED * (who == "heidi"), "\n".join(found)


def test_what_nobody_said_is_not_asked_for(cast, as_, statements):
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=TODAY)
    silent = statements(as_(cast.alice), tour.get_absolute_url(), has="Alice Ames")
    Comment.objects.create(
        terms=tour.in_force, author=cast.bob, kind="comment", words="Well said.", at=timezone.now()
    )
    told = statements(as_(cast.alice), tour.get_absolute_url(), has="Well said.")
    assert len(told) == len(silent) + 1 <= AT_MOST


@pytest.mark.parametrize("who", ["alice", "bob", "heidi"])
def test_the_page_of_a_proposal_with_a_history(cast, as_, statements, who):
    tour = make_changed_tour(cast.alice, cast.bob)
    for version in tour.versions.all():
        Comment.objects.create(
            terms=version, author=cast.alice, kind="change", words="Later.", at=timezone.now()
        )
    found = statements(as_(getattr(cast, who)), tour.get_absolute_url(), has="Alice Ames")
    assert len(found) <= AT_MOST + LOGGED * (who == "heidi"), "\n".join(found)


def test_the_page_to_write_on(cast, as_, statements):
    tour, taken = make_tour(cast.alice, cast.bob), []
    for n in range(5):
        promise = make_promise(tour.versions.get(), what=f"Number {n}.")
        taken.append(len(statements(as_(cast.bob), reverse("terms_edit", args=[tour.pk]), has=promise.what)))
    assert set(taken) == {taken[0]}
    assert taken[0] <= AT_MOST


def test_a_signature(cast, as_, statements):
    tour = make_proposed_tour(cast.alice, cast.bob)
    path = reverse("terms_sign", args=[tour.pk, 1])
    for person in (cast.alice, cast.bob):
        found = statements(as_(person), path, {})
        assert len(found) <= AT_MOST, "\n".join(found)


@pytest.mark.parametrize("who", ["alice", "heidi"])
def test_what_changed(cast, as_, statements, who):
    tour = make_changed_tour(cast.alice, cast.bob)
    found = statements(as_(getattr(cast, who)), reverse("terms_changes", args=[tour.pk, 2]), has="Alice Ames")
    assert len(found) <= AT_MOST + LOGGED * (who == "heidi"), "\n".join(found)


@pytest.mark.parametrize("who", ["alice", "bob", "heidi"])
def test_the_page_of_a_running_tour_with_a_change_on_the_table(cast, as_, statements, who):
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=TODAY, ends_on=TODAY + timedelta(days=400))
    later = TODAY + timedelta(days=500)
    services.extend(tour, later, "One more season.", actor=cast.bob, now=timezone.now())
    make_checkin(tour, TODAY + timedelta(days=90))
    found = statements(as_(getattr(cast, who)), tour.get_absolute_url(), has="Alice Ames")
    assert len(found) <= AT_MOST + LOGGED * (who == "heidi"), "\n".join(found)


@pytest.mark.parametrize("who", ["alice", "bob", "heidi"])
def test_the_page_of_a_tour_near_its_end(cast, as_, statements, who):
    begun, end = TODAY - timedelta(days=300), TODAY + timedelta(days=60)
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=begun, ends_on=end)
    make_checkin(tour, TODAY + timedelta(days=30))
    found = statements(as_(getattr(cast, who)), tour.get_absolute_url(), has="Alice Ames")
    assert len(found) <= AT_MOST + LOGGED * (who == "heidi"), "\n".join(found)


def test_the_list_of_tours(cast, as_, statements):
    taken = []
    for _ in range(10):
        url = make_proposed_tour(cast.alice, cast.bob).get_absolute_url()
        taken.append(len(statements(as_(cast.bob), reverse("tours"), has=url)))
    assert set(taken) == {taken[0]}
    assert taken[0] <= 6
