"""Where an alliance is failing: the lists that HR counts, and who may read them."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alliance_site.dashboards.todo import todo
from people.models import Person
from people.services import end_employment, set_manager
from tests.factories import (
    MORNING,
    NOW,
    TODAY,
    make_amended_tour,
    make_early_end,
    make_line,
    make_next_step,
    make_person,
    make_position,
    make_proposed_tour,
    make_signed_tour,
    make_tour,
)
from tests.reminding import planned
from tours import failing, services
from tours.models import Terms, Tour
from tours.reminders import tour_ends
from tours.views.listing import SHOWN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]


def days(number: int) -> timedelta:
    return timedelta(days=number)


def told(person: Person) -> list[str]:
    return [item.sentence for item in todo(person, TODAY)]


def shown(as_, person: Person, which: str) -> str:
    reply = as_(person).get(reverse("tours") + f"?show={which}")
    assert reply.status_code == 200
    return reply.content.decode()


@pytest.mark.parametrize("which", SHOWN)
def test_each_list_says_which_tours_these_are(cast, as_, which):
    said = re.search(r'<p class="narrow">(.*?)<a', shown(as_, cast.heidi, which))
    assert said
    assert said[1].strip()


class TestEndingWithNothingAgreed:
    @pytest.fixture
    def tour(self, cast) -> Tour:
        return make_signed_tour(cast.alice, cast.bob, starts_on=TODAY - days(500), ends_on=TODAY + days(50))

    def listed(self, as_, person: Person, tour: Tour) -> bool:
        return tour.get_absolute_url() in shown(as_, person, "ending")

    def test_hr_counts_it_and_whoever_may_know_of_it_finds_it_listed(self, cast, as_, tour):
        assert "1 tour ends soon with nothing signed for the time after" in told(cast.heidi)
        for person in (cast.heidi, cast.carol, cast.alice, cast.bob):
            assert self.listed(as_, person, tour)
        assert not self.listed(as_, cast.mallory, tour)

    @pytest.mark.parametrize("outcome", ["new_tour", "extension", "foundational", "move", "part_well"])
    def test_whatever_both_decided_ends_it_alike_so_that_nobody_can_tell_what(self, cast, as_, tour, outcome):
        make_next_step(tour, outcome, confirmed_at=NOW)
        assert not any("ends soon" in sentence for sentence in told(cast.heidi))
        for person in (cast.heidi, cast.carol):
            assert not self.listed(as_, person, tour)

    @pytest.mark.parametrize(("outcome", "confirmed"), [("undecided", NOW), ("part_well", None)])
    def test_undecided_or_said_by_one_side_alone_does_not(self, cast, as_, tour, outcome, confirmed):
        make_next_step(tour, outcome, confirmed_at=confirmed)
        assert "1 tour ends soon with nothing signed for the time after" in told(cast.heidi)
        assert self.listed(as_, cast.carol, tour)


class TestEndedWithNothingAgreed:
    """Alice's last tour ended some days ago."""

    def tour(self, cast, ago: int = 10) -> Tour:
        return make_signed_tour(cast.alice, cast.bob, starts_on=TODAY - days(500), ends_on=TODAY - days(ago))

    def found(self) -> set[Tour]:
        return set(failing.ended_undecided(Tour.objects.all(), TODAY))

    @pytest.mark.parametrize(("ago", "counts"), [(-1, False), (0, False), (1, True), (90, True), (91, False)])
    def test_it_counts_from_the_day_after_for_three_months(self, cast, ago, counts):
        tour = self.tour(cast, ago)
        assert self.found() == ({tour} if counts else set())

    def test_a_next_tour_that_both_signed_ends_it_and_one_that_is_only_proposed_does_not(self, cast):
        tour = self.tour(cast)
        following = {"starts_on": TODAY - days(5), "ends_on": TODAY + days(300)}
        make_proposed_tour(cast.alice, cast.bob, **following)
        assert self.found() == {tour}
        make_signed_tour(cast.alice, cast.carol, **following)
        assert self.found() == set()

    def test_a_short_tour_within_it_is_no_next_one(self, cast):
        tour = self.tour(cast)
        make_signed_tour(cast.alice, cast.carol, starts_on=TODAY - days(90), ends_on=TODAY - days(30))
        assert tour in self.found()

    def test_one_that_was_ended_early_counts_too_and_the_one_before_it_no_more(self, cast):
        self.tour(cast, 40)
        later = make_signed_tour(cast.alice, cast.bob, starts_on=TODAY - days(39), ends_on=TODAY + days(300))
        make_early_end(later, TODAY - days(1))
        assert self.found() == {later}

    @pytest.mark.parametrize("outcome", ["new_tour", "move", "part_well"])
    def test_whatever_both_decided_ends_it_alike_so_that_the_list_does_not_tell_what(self, cast, outcome):
        make_next_step(self.tour(cast), outcome, confirmed_at=NOW)
        assert self.found() == set()

    @pytest.mark.parametrize(("outcome", "confirmed"), [("undecided", NOW), ("move", None)])
    def test_undecided_or_said_by_one_side_alone_does_not(self, cast, outcome, confirmed):
        tour = self.tour(cast)
        make_next_step(tour, outcome, confirmed_at=confirmed)
        assert self.found() == {tour}

    def test_who_has_left_has_no_next_tour_to_agree_on(self, cast):
        self.tour(cast)
        end_employment(cast.alice, last_day=TODAY - days(1), ending="resignation")
        assert self.found() == set()

    def test_hr_counts_it_and_finds_it_listed(self, cast, as_):
        tour = self.tour(cast)
        assert "1 tour has ended with nothing agreed about what follows" in told(cast.heidi)
        assert tour.get_absolute_url() in shown(as_, cast.heidi, "ended")
        assert tour.get_absolute_url() not in shown(as_, cast.mallory, "ended")


class TestReviewOverdue:
    def tour(self, cast, ago: int) -> Tour:
        return make_signed_tour(
            cast.alice,
            cast.bob,
            type=Tour.Type.FOUNDATIONAL,
            starts_on=TODAY - days(800),
            ends_on=None,
            review_on=TODAY - days(ago),
        )

    def found(self) -> set[Tour]:
        return set(failing.review_overdue(Tour.objects.all(), TODAY))

    @pytest.mark.parametrize(("ago", "counts"), [(13, False), (14, True), (400, True)])
    def test_it_counts_once_the_last_letter_has_gone(self, cast, ago, counts):
        tour = self.tour(cast, ago)
        assert self.found() == ({tour} if counts else set())

    def test_newer_terms_an_early_end_or_another_tour_end_it(self, cast):
        extended, ended, followed = (self.tour(cast, 30) for _ in range(3))
        later = services.extend(extended, TODAY + days(300), "On we go.", actor=cast.bob, now=NOW)
        services.sign(later, actor=cast.alice, now=NOW)
        make_early_end(ended, TODAY - days(1))
        assert self.found() == {followed}
        make_signed_tour(cast.alice, cast.bob, starts_on=TODAY, ends_on=TODAY + days(300))
        assert self.found() == set()

    def test_what_both_decided_or_somebody_gone_ends_it(self, cast):
        make_next_step(self.tour(cast, 30), "move", confirmed_at=NOW)
        assert self.found() == set()
        tour = self.tour(cast, 30)
        assert self.found() == {tour}
        end_employment(cast.alice, last_day=TODAY - days(1), ending="resignation")
        assert self.found() == set()

    @pytest.mark.parametrize("outcome", ["new_tour", "extension", "foundational", "move", "part_well"])
    def test_long_after_it_whatever_was_decided_is_told_alike_where_nothing_is_signed(self, cast, outcome):
        tour = self.tour(cast, 59)
        make_next_step(tour, outcome, confirmed_at=NOW)
        assert self.found() == set()
        late = TODAY + days(1)
        assert set(failing.review_overdue(Tour.objects.all(), late)) == {tour}
        make_signed_tour(cast.alice, cast.bob, starts_on=TODAY, ends_on=TODAY + days(300))
        assert set(failing.review_overdue(Tour.objects.all(), late)) == {tour}  # it has no last day yet
        make_amended_tour(tour, starts_on=TODAY - days(800), ends_on=TODAY + days(30))
        assert not failing.review_overdue(Tour.objects.all(), late).exists()

    @pytest.mark.parametrize("ago", [-7, 1, 700])
    @pytest.mark.parametrize("outcome", ["new_tour", "foundational", "move"])
    def test_once_the_next_tour_is_signed_both_are_asked_when_this_one_ends(self, cast, outcome, ago):
        tour = self.tour(cast, ago)
        make_next_step(tour, outcome, confirmed_at=NOW)
        make_signed_tour(cast.alice, cast.bob, starts_on=TODAY + days(8), ends_on=TODAY + days(300))
        assert told(cast.alice) == ["Agree with Bob Brand on the last day of the tour"]
        assert "Agree with Alice Ames on the last day of the tour" in told(cast.bob)
        make_amended_tour(tour, starts_on=TODAY - days(800), ends_on=TODAY + days(30))
        assert told(cast.alice) == []

    @pytest.mark.parametrize("outcome", [None, "part_well"])
    def test_who_leaves_soon_is_asked_neither_for_it_nor_for_a_last_day(self, cast, outcome):
        tour = self.tour(cast, 14)
        if outcome:
            make_next_step(tour, outcome, confirmed_at=NOW)
        assert told(cast.alice)
        end_employment(cast.alice, last_day=TODAY + days(16), ending="resignation")
        assert self.found() == set()
        for person in (cast.alice, cast.bob):
            assert not any("still holds" in each or "last day" in each for each in told(person))

    @pytest.mark.parametrize(("ahead", "ending"), [(16, "end_of_contract"), (800, "retirement")])
    def test_a_contract_that_runs_out_or_what_is_years_ahead_does_not_keep_from_it(self, cast, ahead, ending):
        tour = self.tour(cast, 14)
        end_employment(cast.alice, last_day=TODAY + days(ahead), ending=ending)
        assert self.found() == {tour}
        assert told(cast.alice)

    def test_nor_does_a_letter_come(self, cast):
        self.tour(cast, -30)
        assert planned(tour_ends, MORNING) == {("Alice", 3), ("Bob", 3)}
        end_employment(cast.alice, last_day=TODAY + days(60), ending="resignation")
        self.tour(cast, -30)
        assert planned(tour_ends, MORNING) == set()

    @pytest.mark.parametrize(("ahead", "told"), [(29, set()), (30, {("Alice", 3), ("Bob", 3)})])
    def test_of_a_contract_it_comes_where_that_lasts_to_the_review(self, cast, ahead, told):
        self.tour(cast, -30)
        end_employment(cast.alice, last_day=TODAY + days(ahead), ending="end_of_contract")
        assert planned(tour_ends, MORNING) == told

    def test_two_that_run_side_by_side_are_nobody_s_business_where_none_said_otherwise(self, cast):
        self.tour(cast, 3)
        make_signed_tour(cast.alice, cast.bob, starts_on=TODAY, ends_on=TODAY + days(300))
        assert told(cast.alice) == []

    def test_what_is_decided_is_asked_for_from_then_on(self, cast):
        make_next_step(self.tour(cast, -30), "part_well", confirmed_at=NOW)
        assert told(cast.alice) == ["Agree with Bob Brand on the last day of the tour"]

    def test_a_last_day_on_which_both_agreed_ends_it(self, cast):
        tour = self.tour(cast, 90)
        make_next_step(tour, "move", confirmed_at=NOW)
        assert self.found() == {tour}
        make_amended_tour(tour, starts_on=TODAY - days(800), ends_on=TODAY + days(30))
        assert self.found() == set()
        assert not any("last day of the tour" in sentence for sentence in told(cast.alice))

    def test_hr_counts_it_and_finds_it_listed(self, cast, as_):
        tour = self.tour(cast, 30)
        assert "1 open-ended tour should have been reviewed by now" in told(cast.heidi)
        assert tour.get_absolute_url() in shown(as_, cast.heidi, "review")

    def test_both_are_asked_to_review_it_from_a_week_ahead(self, cast):
        tour = self.tour(cast, -8)
        assert not any("still holds" in sentence for sentence in [*told(cast.alice), *told(cast.bob)])
        make_early_end(tour, TODAY)
        self.tour(cast, -7)
        assert "Review with Bob Brand what still holds of the tour" in told(cast.alice)
        assert "Review with Alice Ames what still holds of the tour" in told(cast.bob)

    @pytest.mark.parametrize("ago", [-7, 1, 700])
    @pytest.mark.parametrize(
        ("outcome", "sentence"),
        [
            ("extension", "Write the extension that you agreed on with {}"),
            ("new_tour", "Write the next tour that you agreed on with {}"),
            ("foundational", "Write the next tour that you agreed on with {}"),
            ("move", "Agree with {} on the last day of the tour"),
            ("part_well", "Agree with {} on the last day of the tour"),
            ("undecided", "Review with {} what still holds of the tour"),
        ],
    )
    def test_both_are_asked_on_for_what_they_decided_until_it_is_signed(self, cast, ago, outcome, sentence):
        make_next_step(self.tour(cast, ago), outcome, confirmed_at=NOW)
        assert told(cast.alice) == [sentence.format("Bob Brand")]
        assert sentence.format("Alice Ames") in told(cast.bob)

    def test_a_next_tour_that_is_proposed_waits_by_itself(self, cast):
        make_next_step(self.tour(cast, 3), "new_tour", confirmed_at=NOW)
        make_proposed_tour(cast.alice, cast.bob, starts_on=TODAY)
        assert not any("that you agreed on" in sentence for sentence in [*told(cast.alice), *told(cast.bob)])

    def test_whoever_has_come_after_one_of_the_two_hears_nothing_of_what_they_decided(self, cast):
        make_next_step(self.tour(cast, 3), "move", confirmed_at=NOW)
        set_manager(cast.alice, cast.carol, since=TODAY - days(2))
        for person in (cast.alice, cast.bob, cast.carol):
            assert not any("last day" in sentence or "still holds" in sentence for sentence in told(person))

    def test_after_a_reorganisation_whoever_manages_by_now_is_asked(self, cast):
        self.tour(cast, 3)
        set_manager(cast.alice, cast.carol, since=TODAY - days(2))
        assert "Review with Carol Cole what still holds of the tour" in told(cast.alice)
        assert "Review with Alice Ames what still holds of the tour" in told(cast.carol)
        assert not any("still holds" in sentence for sentence in told(cast.bob))

    def test_once_newer_terms_are_proposed_only_the_signature_waits(self, cast):
        tour = self.tour(cast, 3)
        services.extend(tour, TODAY + days(300), "On we go.", actor=cast.bob, now=timezone.now())
        assert told(cast.alice) == ["Read and sign version 2 of your tour with Bob Brand"]
        assert told(cast.bob) == []


class TestUnsigned:
    def found(self) -> set[Tour]:
        return set(failing.unsigned(Tour.objects.all(), TODAY))

    def proposed(self, cast, ago: int) -> Tour:
        tour = make_tour(cast.alice, cast.bob)
        at = timezone.make_aware(datetime.combine(TODAY - days(ago), time(12)))
        services.propose(tour.versions.get(), actor=cast.bob, now=at)
        return tour

    @pytest.mark.parametrize(("ago", "counts"), [(20, False), (21, True)])
    def test_it_counts_when_no_version_was_proposed_for_three_weeks(self, cast, ago, counts):
        tour = self.proposed(cast, ago)
        assert self.found() == ({tour} if counts else set())

    def test_a_change_that_nobody_writes_leaves_it_unsigned(self, cast):
        tour = self.proposed(cast, 30)
        services.ask_for_change(tour.versions.get(), "Later.", actor=cast.alice, now=timezone.now())
        assert self.found() == {tour}
        services.propose(tour.versions.get(number=2), actor=cast.bob, now=timezone.now())
        assert self.found() == set()

    def test_what_was_never_proposed_is_nobody_elses_business(self, cast):
        make_tour(cast.alice, cast.bob)
        Terms.objects.update(created_at=NOW - days(400))
        assert self.found() == set()

    def test_declined_withdrawn_signed_or_of_somebody_gone_it_waits_no_more(self, cast):
        declined, signed = self.proposed(cast, 30), self.proposed(cast, 30)
        services.decline(declined.versions.get(), "No.", actor=cast.alice, now=timezone.now())
        for person in (cast.alice, cast.bob):
            services.sign(signed.versions.get(), actor=person, now=timezone.now())
        assert self.found() == set()
        tour = self.proposed(cast, 30)
        assert self.found() == {tour}
        end_employment(cast.alice, last_day=TODAY - days(1), ending="resignation")
        assert self.found() == set()

    def test_hr_counts_it_and_finds_it_listed(self, cast, as_):
        tour = self.proposed(cast, 21)
        assert "1 tour has waited for signatures for three weeks or more" in told(cast.heidi)
        assert tour.get_absolute_url() in shown(as_, cast.heidi, "unsigned")


class TestPeopleWithoutATour:
    URL = "without_tour"

    def found(self) -> set[str]:
        return {person.get_short_name() for person in failing.without_tour(TODAY)}

    def test_whoever_is_managed_and_has_none_counts(self, cast):
        make_signed_tour(cast.alice, cast.bob, ends_on=TODAY + days(300))
        assert self.found() == {"Bob"}  # Carol and the others have no manager

    def test_what_is_proposed_counts_as_one_and_a_draft_that_nobody_saw_does_not(self, cast):
        make_tour(cast.alice, cast.bob)
        assert self.found() == {"Alice", "Bob"}
        make_proposed_tour(cast.alice, cast.bob)
        assert self.found() == {"Bob"}

    def test_one_that_is_over_or_was_declined_counts_for_nothing(self, cast):
        make_signed_tour(cast.alice, cast.bob, starts_on=TODAY - days(90), ends_on=TODAY - days(1))
        declined = make_proposed_tour(cast.alice, cast.bob)
        services.decline(declined.versions.get(), "No.", actor=cast.alice, now=timezone.now())
        assert "Alice" in self.found()

    def test_one_that_begins_after_the_last_day_of_the_employment_is_none(self, cast):
        make_signed_tour(cast.alice, cast.bob, starts_on=TODAY + days(30), ends_on=TODAY + days(300))
        assert "Alice" not in self.found()
        end_employment(cast.alice, last_day=TODAY + days(29), ending="resignation")
        assert "Alice" in self.found()

    def test_a_change_asked_for_leaves_a_tour_on_the_way(self, cast):
        tour = make_proposed_tour(cast.alice, cast.bob)
        services.ask_for_change(tour.versions.get(), "Later.", actor=cast.alice, now=timezone.now())
        assert "Alice" not in self.found()

    def test_who_has_left_or_is_managed_by_nobody_does_not_count(self, cast):
        end_employment(cast.alice, last_day=TODAY - days(1), ending="resignation")
        set_manager(cast.bob, None, since=TODAY)
        assert self.found() == set()

    def test_hr_counts_them_and_finds_them_listed_with_their_managers(self, cast, as_):
        make_position(make_person("Lone Lund"), "Sales")
        assert "2 people have a manager and no tour" in told(cast.heidi)
        text = as_(cast.heidi).get(reverse(self.URL)).content.decode()
        assert cast.alice.get_absolute_url() in text
        assert cast.bob.get_absolute_url() in text
        assert "Lone Lund" not in text


def test_many_take_no_more_queries_than_few(cast, as_, statements):
    def more(count: int) -> None:
        for _ in range(count):
            for _ in range(4):
                make_line(make_person(), cast.bob)
            lately = {"starts_on": TODAY - days(500), "ends_on": TODAY - days(10)}
            make_signed_tour(make_person(), cast.bob, **lately)
            make_signed_tour(
                make_person(),
                cast.bob,
                type=Tour.Type.FOUNDATIONAL,
                starts_on=TODAY - days(800),
                ends_on=None,
                review_on=TODAY - days(30),
            )
            make_proposed_tour(make_person(), cast.bob, starts_on=TODAY)

    pages = [reverse("tours") + f"?show={which}" for which in ("ended", "review", "unsigned")]
    pages += [reverse("without_tour"), reverse("home")]

    def asked() -> list[int]:
        shown = {reverse("home"): reverse("without_tour")}
        return [len(statements(as_(cast.heidi), page, has=shown.get(page, "Bob Brand"))) for page in pages]

    more(3)
    few = asked()
    more(10)
    assert asked() == few
    assert max(few[:-1]) <= 6
    assert few[-1] <= 10
