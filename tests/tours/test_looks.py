"""Whoever is no party leaves a trace of every look, which the employee can read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from people.models import Access, Person
from people.services import set_manager
from tests.factories import TODAY, make_promise, make_signed_tour, make_tour
from tests.tours.test_query_counts import AT_MOST, LOGGED
from tests.tours.test_views import typed
from tours import services
from tours.models import Tour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]


def looks(person: Person) -> list[tuple[str, str]]:
    """Who looked at what of theirs, oldest first."""
    rows = Access.objects.filter(person=person).order_by("pk").select_related("viewer")
    return [(row.viewer.get_short_name(), row.what) for row in rows if row.viewer]


class TestANewManagerWhoWritesTheNextTour:
    @pytest.fixture
    def before(self, cast) -> Tour:
        """With Bob, about to end; Carol manages Alice since."""
        tour = make_signed_tour(
            cast.alice,
            cast.bob,
            starts_on=TODAY - timedelta(days=500),
            ends_on=TODAY + timedelta(days=30),
            promises=[{"what": "A mentor."}],
        )
        set_manager(cast.alice, cast.carol, since=TODAY)
        return tour

    @pytest.fixture
    def draft(self, cast, before) -> Tour:
        return make_tour(cast.alice, cast.carol)

    def test_it_is_noted_that_the_page_to_write_on_shows_the_tours_before(self, cast, as_, before, draft):
        text = as_(cast.carol).get(reverse("terms_edit", args=[draft.pk])).content.decode()
        assert before.in_force.mission in text
        assert looks(cast.alice) == [("Carol", f"tour {before.pk}")]

    def test_it_is_noted_that_words_of_one_are_taken_over(self, cast, as_, before, draft):
        taken = typed(take=f"mission:{before.in_force.pk}")
        assert as_(cast.carol).post(reverse("terms_edit", args=[draft.pk]), taken).status_code == 302
        assert draft.versions.get().mission.endswith(before.in_force.mission)
        assert looks(cast.alice) == [("Carol", f"tour {before.pk}")]

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_it_is_noted_that_the_next_tour_begins_with_the_one_before(self, cast, as_, before, method):
        client = as_(cast.carol)
        reply = getattr(client, method)(reverse("tour_follow_up", args=[before.pk]), {"type": "rotational"})
        assert reply.status_code in (200, 302)
        assert looks(cast.alice) == [("Carol", f"tour {before.pk}")]

    def test_the_two_who_agreed_leave_no_trace(self, cast, as_, before, draft):
        for tour in (make_tour(cast.alice, cast.carol, created_by=cast.alice), draft):
            as_(cast.alice).get(reverse("terms_edit", args=[tour.pk]))
        as_(cast.alice).get(reverse("tour_follow_up", args=[before.pk]))
        set_manager(cast.alice, cast.bob, since=TODAY)
        own = make_tour(cast.alice, cast.bob)
        as_(cast.bob).get(reverse("terms_edit", args=[own.pk]))
        as_(cast.bob).get(reverse("tour_follow_up", args=[before.pk]))
        assert looks(cast.alice) == []

    def test_many_tours_before_take_no_more_queries(self, cast, as_, draft, statements):
        for n in range(3):
            tour = make_signed_tour(cast.alice, cast.bob, starts_on=TODAY - timedelta(days=900 + n))
            assert tour.in_force
        make_promise(draft.versions.get())
        found = statements(as_(cast.carol), reverse("terms_edit", args=[draft.pk]), has="A seat in")
        assert len(found) <= AT_MOST + LOGGED, "\n".join(found)
        assert len(looks(cast.alice)) == 3


class TestVersionsThatNameSomebodyElse:
    @pytest.fixture
    def tour(self, cast) -> Tour:
        """Agreed by Alice and Heidi of HR; Bob manages Alice since, and has proposed it in his own name."""
        tour = make_signed_tour(cast.alice, cast.heidi, starts_on=TODAY, ends_on=TODAY + timedelta(days=400))
        services.reaffirm(tour, "I stand by it.", actor=cast.bob, now=timezone.now())
        return tour

    def pages(self, tour: Tour) -> dict[str, str]:
        """By name, those on which version 2 is read."""
        return {
            "tour": tour.get_absolute_url(),
            "version": reverse("terms_version", args=[tour.pk, 2]),
            "text": reverse("terms_text", args=[tour.pk, 2]),
            "changes": reverse("terms_changes", args=[tour.pk, 2]),
            "compared": reverse("tour_changes", args=[tour.pk]) + "?from=1&to=2",
        }

    @pytest.mark.parametrize("name", ["tour", "version", "text", "changes", "compared"])
    def test_hr_who_was_the_manager_before_leaves_a_trace_as_all_of_hr(self, cast, as_, tour, name):
        assert as_(cast.heidi).get(self.pages(tour)[name]).status_code == 200
        assert looks(cast.alice) == [("Heidi", f"tour {tour.pk}")]

    def test_but_not_of_the_version_that_they_agreed_to_themselves(self, cast, as_, tour):
        for url in (reverse("terms_text", args=[tour.pk, 1]), tour.along_url):
            assert as_(cast.heidi).get(url).status_code == 200
        assert looks(cast.alice) == []

    @pytest.mark.parametrize("name", ["tour", "version", "text", "changes", "compared"])
    def test_the_employee_leaves_none(self, cast, as_, tour, name):
        assert as_(cast.alice).get(self.pages(tour)[name]).status_code == 200
        assert looks(cast.alice) == []

    @pytest.mark.parametrize("name", ["tour", "version", "text"])
    def test_who_has_taken_over_leaves_none_of_what_they_signed(self, cast, as_, tour, name):
        services.sign(tour.versions.get(number=2), actor=cast.alice, now=timezone.now())
        assert as_(cast.bob).get(self.pages(tour)[name]).status_code == 200
        assert looks(cast.alice) == []

    @pytest.mark.parametrize("name", ["changes", "compared"])
    def test_but_of_what_was_agreed_with_the_manager_before(self, cast, as_, tour, name):
        services.sign(tour.versions.get(number=2), actor=cast.alice, now=timezone.now())
        as_(cast.bob).get(self.pages(tour)[name])
        as_(cast.bob).get(reverse("terms_version", args=[tour.pk, 1]))
        assert looks(cast.alice) == [("Bob", f"tour {tour.pk}")] * 2
