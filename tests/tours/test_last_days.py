"""A tour that is open-ended, and the last day on which both agree after all."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from alliance_site.dashboards.todo import todo
from feedback.models import CheckIn, Kind
from feedback.planning import plan_checkins
from people.measures.periods import Period
from tests.factories import MORNING as NOW
from tests.factories import TODAY, make_amended_tour, make_next_step, make_signed_tour, make_tour
from tests.reminding import planned
from tests.tours.test_views import edit, typed
from tours import calendar, failing, services, statement
from tours.comparing import compare
from tours.face import face
from tours.measures.endings import endings
from tours.models import NextStep, Terms, Tour
from tours.reminders import left_undone, tour_ends
from tours.story import chapters

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]
LAST, REVIEW = TODAY + timedelta(days=40), TODAY + timedelta(days=100)
STARTS: dict[str, Any] = {"starts_on": TODAY - timedelta(days=500)}
NO_PROMISE = {"promise-TOTAL_FORMS": 0}


@pytest.fixture
def tour(cast) -> Tour:
    return make_signed_tour(
        cast.alice, cast.bob, type="foundational", ends_on=None, review_on=REVIEW, **STARTS
    )


def agreed(tour: Tour) -> Tour:
    """With a last day that both have signed."""
    make_amended_tour(tour, reason="She goes on to Lisbon.", ends_on=LAST, **STARTS)
    return Tour.objects.with_versions().select_related("in_force").with_standing(TODAY).get(pk=tour.pk)


def day_fields(ends_on: date | None, review_on: date | None) -> dict[str, str]:
    days = {"ends_on": ends_on, "review_on": review_on}
    return {name: day.isoformat() if day else "" for name, day in days.items()}


class TestWriting:
    @pytest.fixture
    def draft(self, cast, tour) -> Tour:
        services.amend(tour, "It should end.", actor=cast.bob, now=timezone.now())
        return tour

    def post(self, as_, cast, draft, ends_on: date | None, review_on: date | None, **more):
        days = day_fields(ends_on, review_on)
        return as_(cast.bob).post(edit(draft), typed(reason="It should end.", **days, **NO_PROMISE, **more))

    def test_it_begins_open_ended_and_a_change_offers_a_last_day_too(self, cast, as_, draft):
        first = make_tour(cast.alice, cast.bob, type="foundational", ends_on=None, review_on=REVIEW)
        assert "id_ends_on" not in as_(cast.bob).get(edit(first)).text
        page = as_(cast.bob).get(edit(draft)).text
        assert "id_ends_on" in page
        assert "id_review_on" in page
        assert "the last day, in place of a review." in page

    def test_a_last_day_stands_in_place_of_the_review_and_is_signed_as_any_change(self, cast, as_, draft):
        assert self.post(as_, cast, draft, LAST, REVIEW, propose=1).status_code == 302
        terms = Terms.objects.get(number=2)
        assert (terms.ends_on, terms.review_on) == (LAST, None)
        page = as_(cast.alice).get(draft.get_absolute_url()).text
        assert "as both agree, and no longer be open-ended." in page
        for person in (cast.bob, cast.alice):
            services.sign(terms, actor=person, now=timezone.now())
        assert Tour.objects.get(pk=draft.pk).ends_on == LAST

    @pytest.mark.parametrize(
        ("ends_on", "review_on", "said"),
        [
            (None, None, "Give a date."),
            (TODAY, REVIEW, "Choose a day after today."),
            (STARTS["starts_on"], REVIEW, "This must be after the start"),
            (None, TODAY, "Choose a day after today."),
        ],
    )
    def test_it_is_a_day_to_come_or_there_is_a_review(self, cast, as_, draft, ends_on, review_on, said):
        reply = self.post(as_, cast, draft, ends_on, review_on, propose=1)
        assert reply.status_code == 400
        assert said in reply.text

    def test_a_review_that_has_passed_is_in_nobodys_way_once_there_is_a_last_day(self, cast, as_, draft):
        assert self.post(as_, cast, draft, LAST, TODAY, propose=1).status_code == 302

    def test_what_a_last_day_leaves_behind_is_promised_by_then_or_soon_after(self, cast, as_, draft):
        due = {"promise-0-due_on": (LAST + timedelta(days=91)).isoformat(), "promise-TOTAL_FORMS": 1}
        days = day_fields(LAST, None)
        reply = as_(cast.bob).post(edit(draft), typed(reason="It ends.", **days, propose=1) | due)
        assert reply.status_code == 400

    def test_who_would_end_it_alone_is_told_that_both_can_agree_on_a_day(self, cast, as_, tour):
        page = reverse("tour_end_early", args=[tour.pk])
        assert "agree on its last day" in as_(cast.bob).get(page).text
        dated = make_signed_tour(cast.alice, cast.bob, **STARTS)
        assert (
            "agree on its last day" not in as_(cast.bob).get(reverse("tour_end_early", args=[dated.pk])).text
        )


class TestWhatIsSaid:
    def test_the_statement_and_its_text_name_the_last_day_and_no_review(self, tour):
        terms = agreed(tour).in_force
        assert face(terms).span.words.startswith("From ")
        assert "open-ended" not in face(terms).span.words
        assert f"To: {LAST.isoformat()}\n" in statement.canonical_text(terms)
        assert "Review:" not in statement.canonical_text(terms)

    def test_what_changed_is_a_last_day_more_and_a_review_less(self, tour):
        old, new = agreed(tour).versions.all()
        parts = {label: [piece.change for piece in pieces] for label, pieces in compare(old, new)}
        assert (parts["To"], parts["Reviewed on"]) == (["added"], ["removed"])
        same = {label: pieces for label, pieces in compare(new, new) if pieces}
        assert "Reviewed on" not in same
        assert [piece.change for piece in same["To"]] == ["same"]

    def test_the_story_and_the_page_of_the_tour_tell_it(self, cast, as_, tour):
        tour = agreed(tour)
        (turn,) = chapters([tour], cast.alice, TODAY)[0].turns
        assert turn.moved_end
        assert "It now goes to" in as_(cast.alice).get(reverse("story", args=[cast.alice.pk])).text
        assert "Runs until" in as_(cast.alice).get(tour.get_absolute_url()).text

    def test_so_it_does_where_the_last_day_is_that_of_the_review(self, cast, tour):
        make_amended_tour(tour, ends_on=REVIEW, **STARTS)
        (turn,) = chapters(Tour.objects.with_versions().select_related("in_force"), cast.alice, TODAY)[
            0
        ].turns
        assert turn.moved_end

    def test_the_story_tells_where_it_is_open_ended_once_more(self, cast, as_, tour):
        make_amended_tour(agreed(tour), ends_on=None, review_on=REVIEW, **STARTS)
        page = as_(cast.alice).get(reverse("story", args=[cast.alice.pk])).text
        assert "It is now open-ended, reviewed on" in page

    def test_the_calendar_has_its_end_in_place_of_the_review(self, cast, tour):
        agreed(tour)
        feed = calendar.feed(cast.alice, TODAY).decode()
        assert f"tour-{tour.pk}-end@" in feed
        assert f"tour-{tour.pk}-review@" not in feed


class TestWhatFollows:
    def test_reached_it_is_completed_and_counts_as_that(self, tour):
        tour = agreed(tour)
        assert tour.status(LAST) is Tour.Status.ACTIVE
        assert tour.status(LAST + timedelta(days=1)) is Tour.Status.COMPLETED
        found = endings(Period(LAST, LAST))
        assert (found.total, found.completion.value) == (1, 1)

    def test_the_window_of_the_last_day_is_open_and_both_look_back_at_its_end(self, cast, tour):
        tour = agreed(tour)
        assert set(Tour.objects.ending_with_nothing_agreed(TODAY)) == {tour}
        plan_checkins(timezone.now())
        assert tour.checkins.get(kind=Kind.CLOSE_OUT).slot == LAST
        assert tour.checkins.get(kind=Kind.NEXT_TOUR).lapses_on == LAST


class TestWhatWasAgreedBefore:
    """The outcome, confirmed while it was open-ended, outlives the last day for which it asks."""

    def decided(self, tour: Tour, outcome: NextStep.Outcome) -> Tour:
        make_next_step(tour, outcome, confirmed_at=NOW)
        return agreed(tour)

    def asked(self, cast) -> list[str]:
        said = [
            item.sentence for person in (cast.alice, cast.bob, cast.heidi) for item in todo(person, TODAY)
        ]
        return [each for each in said if "next" in each or "near their end" in each or "extension" in each]

    def listed(self, on: date) -> set[Tour]:
        every = Tour.objects.all()
        found = (failing.ending(every, on), failing.ended_undecided(every, on))
        return {tour for tours in found for tour in tours}

    @pytest.mark.parametrize("outcome", ["move", "part_well"])
    def test_where_nothing_is_left_to_sign_nobody_is_asked_anew(self, cast, as_, tour, outcome):
        tour = self.decided(tour, outcome)
        assert self.asked(cast) == []
        assert planned(tour_ends, NOW) == planned(left_undone, NOW) == set()
        plan_checkins(timezone.now())
        assert not CheckIn.objects.asked(TODAY).filter(kind=Kind.NEXT_TOUR).exists()
        assert self.listed(TODAY) == self.listed(LAST + timedelta(days=1)) == set()
        page = as_(cast.alice).get(tour.get_absolute_url()).text
        assert "There is nothing more to sign." in page
        assert "Nothing is recorded yet" not in page

    def test_a_new_tour_is_what_both_are_asked_to_write(self, cast, tour):
        self.decided(tour, "new_tour")
        assert [each for each in self.asked(cast) if "Write the next tour" not in each] == []
        assert self.listed(TODAY) == set()

    def test_the_extension_is_what_was_signed(self, cast, tour):
        tour = self.decided(tour, "extension")
        assert any("what comes next" in each for each in self.asked(cast))
        assert self.listed(TODAY) == {tour}

    def test_open_ended_terms_between_open_the_question_again(self, tour):
        make_next_step(tour, "move", confirmed_at=NOW)
        make_amended_tour(tour, ends_on=None, review_on=REVIEW, **STARTS)
        found = Tour.objects.with_newest_step()
        agreed(tour)
        assert self.listed(TODAY) == {tour}
        assert found.get(pk=tour.pk).next_step is None

    def test_so_does_the_manager_after(self, cast, tour):
        make_next_step(tour, "move", confirmed_at=NOW)
        make_amended_tour(tour, cast.carol, ends_on=LAST, **STARTS)
        assert self.listed(TODAY) == {tour}

    def test_what_both_confirm_after_that_counts_in_its_place(self, tour):
        tour = self.decided(tour, "move")
        make_next_step(tour, "undecided", confirmed_at=NOW)
        assert self.listed(TODAY) == {tour}
        assert Tour.objects.with_newest_step().get(pk=tour.pk).next_step.outcome == "undecided"
