"""What is sent from a page that was overtaken: the reason is said, and nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_proposed_tour, make_signed_tour
from tours import services
from tours.models import Terms, Tour

NOW = timezone.now()
TODAY = NOW.date()
SPAN = {"starts_on": TODAY - timedelta(days=100), "ends_on": TODAY + timedelta(days=400)}
MOVED_ON = "the tour has moved on in the meantime"

pytestmark = pytest.mark.usefixtures("no_missing_words")


@pytest.fixture
def proposed(cast) -> Tour:
    return make_proposed_tour(cast.alice, cast.bob, **SPAN)


@pytest.fixture
def signed(cast) -> Tour:
    due = {"due_on": TODAY - timedelta(days=3)}
    return make_signed_tour(cast.alice, cast.bob, promises=[due], **SPAN)


def told(reply, why: str, *words: str) -> str:
    """The page again, with the reason and what was typed."""
    page = " ".join(reply.text.split())
    assert reply.status_code == 400
    assert 'role="alert"' in page
    for said in (why, *words):
        assert said in page
    return page


class TestWithdrawing:
    def url(self, tour: Tour, number: int = 1) -> str:
        return reverse("tour_withdraw", args=[tour.pk, number])

    def test_a_version_that_its_author_never_saw_is_not_withdrawn(self, cast, as_, proposed):
        bob = as_(cast.bob)
        assert bob.get(self.url(proposed)).status_code == 200
        services.revise(proposed.proposed[-1], actor=cast.alice, now=NOW)
        services.propose(Terms.objects.get(number=2), actor=cast.alice, now=NOW)
        reply = bob.post(self.url(proposed), {"words": "Narwhal"})
        told(reply, "You were reading version 1, but version 2 is on the table by now.", "Narwhal")
        assert Tour.objects.get().state == Tour.State.PROPOSED

    def test_what_was_declined_meanwhile_leaves_the_words_on_the_page(self, cast, as_, proposed):
        services.decline(proposed.proposed[-1], "No.", actor=cast.alice, now=NOW)
        told(as_(cast.bob).post(self.url(proposed), {"words": "Narwhal"}), MOVED_ON, "Narwhal")

    def test_the_page_of_the_tour_leads_to_the_version_that_it_shows(self, cast, as_, signed):
        draft = services.amend(signed, "The office moves.", actor=cast.bob, now=NOW)
        assert self.url(signed, 2) in as_(cast.bob).get(signed.get_absolute_url()).text
        services.propose(draft, actor=cast.bob, now=NOW)
        assert self.url(signed, 2) in as_(cast.bob).get(draft.get_absolute_url()).text
        reply = as_(cast.bob).post(self.url(signed, 2), {"words": "After all not."}, follow=True)
        assert "Withdrawn." in reply.text
        assert Tour.objects.get().in_force.number == 1

    def test_nobody_else_withdraws_and_nobody_a_draft_of_another(self, cast, as_, proposed, signed):
        for person in (cast.carol, cast.dan, cast.heidi, cast.mallory):
            assert as_(person).get(self.url(proposed)).status_code == 404
            assert as_(person).post(self.url(proposed), {"words": "Mine."}).status_code == 404
        services.amend(signed, "Mine alone.", actor=cast.bob, now=NOW)
        for number in (1, 2, 3):
            assert as_(cast.alice).get(self.url(signed, number)).status_code == 404
        assert as_(cast.alice).post(self.url(signed, 2), {"words": "Mine."}).status_code == 404
