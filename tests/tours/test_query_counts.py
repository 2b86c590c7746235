"""Pages of a tour ask as little of the database in a large company as in a small one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    make_changed_tour,
    make_checkin,
    make_promise,
    make_proposed_tour,
    make_signed_tour,
    make_tour,
)
from tours import services
from tours.models import Comment

TODAY = timezone.now().date()
AT_MOST = 8  # session and user included
LOGGED = 1  # whoever is no party is noted in the access log


def asked(client, path: str, data: dict | None = None, **more) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        reply = client.get(path) if data is None else client.post(path, data, **more)
    assert reply.status_code in (200, 302)
    # Where a transaction of ours begins, the tests, in one already, set a savepoint.
    return [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]


@pytest.mark.parametrize("who", ["alice", "bob", "carol", "heidi"])
def test_the_page_of_a_tour(cast, as_, who):
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=TODAY)
    client = as_(getattr(cast, who))
    asked(client, tour.get_absolute_url())
    for n in range(3):
        make_checkin(tour, TODAY + timedelta(days=90 * n))
    found = asked(client, tour.get_absolute_url())
    assert len(found) <= AT_MOST + LOGGED * (who == "heidi"), "\n".join(found)


@pytest.mark.parametrize("who", ["alice", "bob", "heidi"])
def test_the_page_of_a_proposal_with_a_history(cast, as_, who):
    tour = make_changed_tour(cast.alice, cast.bob)
    for version in tour.versions.all():
        Comment.objects.create(
            terms=version, author=cast.alice, kind="change", words="Later.", at=timezone.now()
        )
    found = asked(as_(getattr(cast, who)), tour.get_absolute_url())
    assert len(found) <= AT_MOST + LOGGED * (who == "heidi"), "\n".join(found)


def test_the_page_to_write_on(cast, as_):
    tour = make_tour(cast.alice, cast.bob)
    for _ in range(5):
        make_promise(tour.versions.get())
    found = asked(as_(cast.bob), reverse("terms_edit", args=[tour.pk]))
    assert len(found) <= AT_MOST, "\n".join(found)


def test_a_signature(cast, as_):
    tour = make_proposed_tour(cast.alice, cast.bob)
    path = reverse("terms_sign", args=[tour.pk, 1])
    for person in (cast.alice, cast.bob):
        found = asked(as_(person), path, {})
        assert len(found) <= AT_MOST, "\n".join(found)


@pytest.mark.parametrize("who", ["alice", "heidi"])
def test_what_changed(cast, as_, who):
    tour = make_changed_tour(cast.alice, cast.bob)
    found = asked(as_(getattr(cast, who)), reverse("terms_changes", args=[tour.pk, 2]))
    assert len(found) <= AT_MOST + LOGGED * (who == "heidi"), "\n".join(found)


@pytest.mark.parametrize("who", ["alice", "bob", "heidi"])
def test_the_page_of_a_running_tour_with_a_change_on_the_table(cast, as_, who):
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=TODAY, ends_on=TODAY + timedelta(days=400))
    later = TODAY + timedelta(days=500)
    services.extend(tour, later, "One more season.", actor=cast.bob, now=timezone.now())
    make_checkin(tour, TODAY + timedelta(days=90))
    found = asked(as_(getattr(cast, who)), tour.get_absolute_url())
    assert len(found) <= AT_MOST + LOGGED * (who == "heidi"), "\n".join(found)


@pytest.mark.parametrize("who", ["alice", "bob", "heidi"])
def test_the_page_of_a_tour_near_its_end(cast, as_, who):
    begun, end = TODAY - timedelta(days=300), TODAY + timedelta(days=60)
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=begun, ends_on=end)
    make_checkin(tour, TODAY + timedelta(days=30))
    found = asked(as_(getattr(cast, who)), tour.get_absolute_url())
    assert len(found) <= AT_MOST + LOGGED * (who == "heidi"), "\n".join(found)


def test_the_list_of_tours(cast, as_):
    for _ in range(10):
        make_proposed_tour(cast.alice, cast.bob)
    assert len(asked(as_(cast.bob), reverse("tours"))) <= 6
