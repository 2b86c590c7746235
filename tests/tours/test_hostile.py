"""What somebody tries who has no right to it, or none any more."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from people.models import Access
from people.services import set_manager
from tests.factories import make_amended_tour, make_signed_tour
from tours import services

REASON = "What Narwhals Want"


@pytest.mark.parametrize(
    "name", ["terms_comment", "terms_ask_for_change", "tour_decline", "terms_revise", "terms_sign"]
)
def test_a_manager_before_learns_of_no_later_version_by_trying(cast, as_, name):
    tour = make_signed_tour(cast.alice, cast.dan)
    make_amended_tour(make_amended_tour(tour, cast.bob))
    reply = as_(cast.dan).post(reverse(name, args=[tour.pk, 1]), {"words": "Mine."}, follow=True)
    assert "ersion 2" not in reply.text
    assert "ersion 3" not in reply.text
    assert tour.versions.count() == 3


def test_who_has_agreed_does_not_read_what_a_new_manager_proposes(cast, as_):
    tour = make_signed_tour(cast.alice, cast.bob)
    set_manager(cast.alice, cast.carol, since=timezone.localdate())
    now = timezone.now()
    newer = services.amend(tour, REASON, actor=cast.carol, now=now)
    services.propose(newer, actor=cast.carol, now=now)
    services.comment(newer, REASON, actor=cast.alice, now=now)
    for name in ("terms_version", "terms_text", "terms_pdf", "terms_changes"):
        assert as_(cast.bob).get(reverse(name, args=[tour.pk, newer.number])).status_code == 404
    for who, reads in ((cast.bob, False), (cast.alice, True), (cast.carol, True), (cast.heidi, True)):
        pages = (tour.get_absolute_url(), reverse("tour_history", args=[tour.pk]))
        assert any(REASON in as_(who).get(page).text for page in pages) is reads
    assert as_(cast.bob).get(reverse("terms_version", args=[tour.pk, 1])).status_code == 200


def test_a_new_manager_who_goes_straight_to_the_draft_has_looked(cast, as_):
    tour = make_signed_tour(cast.alice, cast.dan)
    as_(cast.bob).post(reverse("tour_amend", args=[tour.pk]), {"words": "All of it."})
    assert Access.objects.get().viewer == cast.bob
