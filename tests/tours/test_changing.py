"""What happens to a tour in force: newer terms, a new manager, an early end, the next tour."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from people.services import set_manager
from tests.factories import (
    DAY,
    NOW,
    make_entry,
    make_promise,
    make_proposed_tour,
    make_signed_tour,
    make_tour,
    propose,
)
from tests.tours.standing import tour_on
from tours import access, services
from tours.access import Act
from tours.models import Parting, Side, Terms, Tour
from tours.services import Refused


@pytest.fixture
def tour(cast) -> Tour:
    """In force for two years."""
    return make_signed_tour(cast.alice, cast.bob)


def acts(person, tour: Tour, on: date = DAY) -> set[Act]:
    found = tour_on(tour.pk, on)
    return access.acts(person, found, on)


def amended(tour: Tour, actor, **words) -> Terms:
    """Proposed by the actor, with these words."""
    terms = services.amend(tour, actor=actor, now=NOW)
    for name, value in {"reason": "The market has changed.", **words}.items():
        setattr(terms, name, value)
    services.save_draft(terms, revision=0, actor=actor, now=NOW)
    services.propose(terms, actor=actor, now=NOW)
    return terms


class TestAmending:
    @pytest.mark.parametrize("who", ["alice", "bob"])
    def test_the_old_terms_stay_in_force_until_both_have_signed_the_newer(self, cast, tour, who):
        old, newer = tour.in_force, amended(tour, getattr(cast, who), mission="Another mission.")
        services.sign(newer, actor=cast.alice, now=NOW)
        tour.refresh_from_db()
        assert tour.in_force == old
        services.sign(newer, actor=cast.bob, now=NOW)
        tour.refresh_from_db()
        assert (tour.in_force, tour.state) == (newer, Tour.State.AGREED)

    def test_only_the_two_may(self, cast, tour):
        for actor in (cast.carol, cast.dan, cast.heidi, cast.mallory):
            with pytest.raises(Refused):
                services.amend(tour, actor=actor, now=NOW)
        assert tour.versions.count() == 1

    def test_one_change_at_a_time(self, cast, tour):
        services.amend(tour, actor=cast.alice, now=NOW)
        with pytest.raises(Refused):
            services.amend(tour, actor=cast.bob, now=NOW)
        assert tour.versions.count() == 2

    def test_a_draft_of_a_change_is_its_writers_alone(self, cast, tour):
        services.amend(tour, actor=cast.alice, now=NOW)
        found = Tour.objects.with_versions().with_standing(DAY).get()
        assert access.What.DRAFT in access.sees(cast.alice, found, DAY)
        assert access.What.DRAFT not in access.sees(cast.bob, found, DAY)

    def test_a_declined_change_leaves_the_terms_in_force(self, cast, tour):
        newer = amended(tour, cast.bob, mission="More on call.")
        services.decline(newer, "Not with two children.", actor=cast.alice, now=NOW)
        tour = Tour.objects.with_versions().get()
        assert (tour.state, tour.in_force.number, tour.on_table) == (Tour.State.AGREED, 1, None)
        with pytest.raises(Refused):
            services.sign(newer, actor=cast.alice, now=NOW)
        assert Act.AMEND in acts(cast.bob, tour)

    def test_a_draft_that_nobody_saw_is_withdrawn_without_a_trace(self, cast, tour):
        draft = services.amend(tour, actor=cast.bob, now=NOW)
        services.withdraw(draft, "", actor=cast.bob, now=NOW)
        assert not Terms.objects.filter(pk=draft.pk).exists()

    def test_a_window_that_both_know_of_does_not_move_with_other_words(self, cast, tour):
        newer = amended(tour, cast.bob, mission="Other words.")
        newer.refresh_from_db()
        assert newer.talk_on == tour.in_force.talk_on

    def test_a_short_tour_that_starts_later_opens_its_window_with_its_start(self, cast):
        soon, end = DAY + timedelta(days=1), DAY + timedelta(days=90)
        tour = make_signed_tour(cast.alice, cast.bob, starts_on=soon, ends_on=end)
        later = DAY + timedelta(days=30)
        assert tour.in_force.talk_on < later
        newer = amended(tour, cast.bob, starts_on=later)
        newer.refresh_from_db()
        assert newer.talk_on == later

    @pytest.mark.parametrize("days", [-1, 1])
    def test_a_tour_that_has_begun_keeps_its_first_day(self, cast, tour, days):
        with pytest.raises(Refused, match="Newer terms keep its first day"):
            amended(tour, cast.bob, starts_on=DAY + timedelta(days=days))

    def test_a_longer_tour_has_a_later_window(self, cast, tour):
        newer = amended(tour, cast.bob, ends_on=tour.in_force.ends_on + timedelta(days=100))
        newer.refresh_from_db()
        assert newer.talk_on == tour.in_force.talk_on + timedelta(days=100)

    def test_a_promise_stays_the_same_promise(self, cast):
        tour = make_tour(cast.alice, cast.bob)
        first = make_promise(tour.versions.get())
        first.refresh_from_db()
        propose(tour.versions.get())
        services.revise(tour.versions.get(), actor=cast.alice, now=NOW)
        assert tour.versions.get(number=2).promises.get().key == first.key


class TestHandOver:
    @pytest.fixture
    def tour(self, cast) -> Tour:
        """Alice has a new manager since a week ago."""
        tour = make_signed_tour(cast.alice, cast.bob)
        set_manager(cast.alice, cast.carol, since=DAY - timedelta(days=7))
        return tour

    def test_a_tour_is_handed_over_where_somebody_else_manages(self, cast, tour):
        make_signed_tour(cast.bob, cast.carol)
        found = Tour.objects.handed_over(DAY).get()
        assert (found, found.successor_id) == (tour, cast.carol.pk)
        assert found.successor_since == DAY - timedelta(days=7)
        assert not Tour.objects.handed_over(tour.ends_on + timedelta(days=1)).exists()

    def test_the_new_manager_reaffirms_and_the_employee_signs(self, cast, tour):
        newer = services.reaffirm(tour, "I stand by this.", actor=cast.carol, now=NOW)
        tour.refresh_from_db()
        assert tour.manager == cast.bob
        services.sign(newer, actor=cast.alice, now=NOW)
        tour.refresh_from_db()
        assert (tour.manager, tour.in_force) == (cast.carol, newer)
        assert newer.mission == tour.versions.get(number=1).mission
        assert not Tour.objects.handed_over(DAY).exists()

    def test_the_former_manager_reads_what_they_agreed_to_and_no_more(self, cast, tour):
        newer = services.reaffirm(tour, "", actor=cast.carol, now=NOW)
        services.sign(newer, actor=cast.alice, now=NOW)
        found = Tour.objects.with_versions().with_standing(DAY).get()
        assert [terms.number for terms in access.reader(cast.bob, found, DAY).versions] == [1]
        assert [terms.number for terms in access.reader(cast.carol, found, DAY).versions] == [1, 2]
        assert found in Tour.objects.known_to(cast.bob, DAY)

    def test_who_agreed_changes_nothing_any_more(self, cast, tour):
        assert acts(cast.bob, tour) == set()
        assert acts(cast.carol, tour) == {Act.AMEND, Act.REAFFIRM}
        assert acts(cast.alice, tour) == {Act.AMEND, Act.REAFFIRM, Act.END_EARLY}

    def test_the_database_lets_no_tour_name_a_manager_whom_its_terms_do_not(self, cast, tour):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tour.objects.filter(pk=tour.pk).update(manager=cast.carol)


class TestEarlyEnd:
    def end(self, tour: Tour, actor, on: date = DAY) -> None:
        services.end_early(tour, on, reason="I move abroad.", learnt="Much.", actor=actor, now=NOW)

    def test_one_side_says_why_and_the_other_may_add_its_words(self, cast, tour):
        self.end(tour, cast.alice, DAY + timedelta(days=30))
        services.add_words_on_end(tour, reason="A pity.", learnt="", actor=cast.bob, now=NOW)
        assert set(tour.partings.values_list("side", "author")) == {
            (Side.EMPLOYEE, cast.alice.pk),
            (Side.MANAGER, cast.bob.pk),
        }
        tour.refresh_from_db()
        assert tour.status(DAY + timedelta(days=30)) == Tour.Status.ACTIVE
        assert tour.status(DAY + timedelta(days=31)) == Tour.Status.ENDED_EARLY

    def test_words_are_added_once(self, cast, tour):
        self.end(tour, cast.alice)
        with pytest.raises(Refused):
            services.add_words_on_end(tour, reason="More.", learnt="", actor=cast.alice, now=NOW)

    def test_only_the_two_may(self, cast, tour):
        for actor in (cast.carol, cast.dan, cast.heidi, cast.mallory):
            with pytest.raises(Refused):
                self.end(tour, actor)

    def limits(self, cast, **kw) -> list[int]:
        """The first and the last day that can be chosen, in days from today."""
        found = services.early_end_limits(make_signed_tour(cast.alice, cast.bob, **kw), DAY)
        return [(day - DAY).days for day in found]

    def test_the_last_day_lies_at_most_two_weeks_back_and_half_a_year_ahead(self, cast):
        since = {"starts_on": DAY - timedelta(days=300), "signed_at": NOW - timedelta(days=300)}
        assert self.limits(cast, **since) == [-14, 180]
        assert self.limits(cast, **since, ends_on=DAY + timedelta(days=20)) == [-14, 19]
        assert self.limits(cast, **since, ends_on=DAY) == [-14, -1]

    def test_nor_does_it_lie_before_the_start_or_the_signing_of_what_is_in_force(self, cast):
        old = {"signed_at": NOW - timedelta(days=300)}
        assert self.limits(cast, **old, starts_on=DAY - timedelta(days=3))[0] == -3
        assert self.limits(cast, **old, starts_on=DAY + timedelta(days=3))[0] == 0
        late = {"starts_on": DAY - timedelta(days=300), "signed_at": NOW - timedelta(days=5)}
        assert self.limits(cast, **late)[0] == -5
        assert self.limits(cast, **{**late, "signed_at": NOW}, ends_on=DAY) == [-1, -1]

    @pytest.mark.parametrize("days", [-15, -400, 181])
    def test_a_day_further_off_is_refused(self, cast, days):
        long_ago = {"starts_on": DAY - timedelta(days=500), "signed_at": NOW - timedelta(days=500)}
        tour = make_signed_tour(cast.alice, cast.bob, **long_ago)
        with pytest.raises(Refused):
            self.end(tour, cast.bob, DAY + timedelta(days=days))
        self.end(tour, cast.bob, DAY - timedelta(days=14))

    @pytest.mark.parametrize("days", [-1, 181])
    def test_the_day_is_of_the_tour_and_near(self, cast, tour, days):
        with pytest.raises(Refused):
            self.end(tour, cast.bob, DAY + timedelta(days=days))

    def test_what_was_being_agreed_on_is_over_with_it(self, cast, tour):
        newer = amended(tour, cast.bob, mission="Another.")
        self.end(tour, cast.alice)
        with pytest.raises(Refused):
            services.sign(newer, actor=cast.alice, now=NOW)

    def test_the_database_wants_words_of_the_side_that_ended_it(self, tour):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tour.objects.update(state=Tour.State.ENDED_EARLY, ended_on=DAY, ended_by=Side.MANAGER)

    def test_the_database_lets_nobody_speak_for_the_other_side(self, cast, tour):
        words = {"reason": "Because.", "at": NOW, "terms": tour.in_force}
        with pytest.raises(IntegrityError), transaction.atomic():
            Parting.objects.create(tour=tour, side=Side.EMPLOYEE, author=cast.bob, **words)


class TestFollowUp:
    NEAR_END = NOW + timedelta(days=700)

    def test_the_next_tour_begins_with_the_words_of_this_one_and_is_linked(self, cast, tour):
        following = services.follow_up(tour, tour.type, actor=cast.alice, now=self.NEAR_END)
        terms = following.versions.get()
        assert (following.previous, following.state) == (tour, Tour.State.DRAFT)
        assert (terms.mission, terms.starts_on) == (tour.in_force.mission, tour.ends_on + timedelta(days=1))

    def test_not_before_the_window_opens(self, cast, tour):
        with pytest.raises(Refused):
            services.follow_up(tour, tour.type, actor=cast.bob, now=NOW)

    def test_promises_neither_kept_nor_dropped_are_carried_over(self, cast):
        days = [DAY + timedelta(days=days) for days in (30, 40, 50, 720)]
        named = ("Kept.", "Not kept.", "Overdue.", "Still to come.")
        promises = [{"what": what, "due_on": day} for what, day in zip(named, days, strict=True)]
        tour = make_signed_tour(cast.alice, cast.bob, promises=promises)
        kept, broken, *_open = tour.in_force.promises.all()
        make_entry(kept, "kept")
        make_entry(broken, "not_kept")
        following = services.follow_up(tour, tour.type, actor=cast.bob, now=self.NEAR_END)
        carried = following.versions.get().promises.all()
        assert [promise.what for promise in carried] == list(named[1:])
        assert {p.key for p in carried} < {p.key for p in tour.in_force.promises.all()}


def test_a_proposal_of_a_manager_who_no_longer_manages_can_only_be_cleared_away(cast):
    tour = make_proposed_tour(cast.alice, cast.bob)
    set_manager(cast.alice, cast.carol, since=DAY)
    assert acts(cast.bob, tour) == {Act.WITHDRAW}
    assert acts(cast.alice, tour) == {Act.DECLINE}
    with pytest.raises(Refused):
        services.sign(tour.versions.get(), actor=cast.alice, now=NOW)
