"""Figures about tours, against the same counted in plain Python."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from people.models import Position
from people.services import end_employment, set_position
from tests.factories import (
    DAY,
    NOW,
    make_amended_tour,
    make_entry,
    make_line,
    make_person,
    make_promise,
    make_signed_tour,
    make_terms,
    sign,
)
from tests.tours.test_ledger import amend
from tours import access, statement
from tours.ledger import State, ledger, long_overdue
from tours.measures.promises import Keeping, overdue_by_department, promise_keeping
from tours.models import Policy, Side, Terms, Tour

FIRST, LAST = DAY, DAY + timedelta(days=90)


def test_the_rate_is_kept_of_those_judged(cast):
    due = [{"due_on": DAY, "what": f"{n}"} for n in range(5)]
    tour = make_signed_tour(cast.alice, cast.bob, promises=due)
    for promise, kinds in zip(tour.in_force.promises.all(), ("K", "K", "N", "NK", ""), strict=True):
        for kind in kinds:
            make_entry(promise, {"K": "kept", "N": "not_kept"}[kind])
    found = promise_keeping(FIRST, LAST)
    assert found == {Side.MANAGER: Keeping(3, 1, people=1), Side.EMPLOYEE: Keeping()}
    assert found[Side.MANAGER].rate().value == 0.75
    assert found[Side.EMPLOYEE].rate().value is None


@pytest.mark.parametrize(("days", "counted"), [(-1, 0), (0, 1), (90, 1), (91, 0)])
def test_both_ends_of_the_period_count(cast, days, counted):
    tour = make_signed_tour(cast.alice, cast.bob, promises=[{"due_on": DAY + timedelta(days=days)}])
    make_entry(tour.in_force.promises.get(), "kept")
    assert promise_keeping(FIRST, LAST)[Side.MANAGER].kept == counted


def test_a_promise_counts_once_however_many_versions_have_it(cast):
    due = {"due_on": DAY + timedelta(days=10)}
    other = {"due_on": DAY + timedelta(days=20), "owed_by": Side.EMPLOYEE}
    tour = make_signed_tour(cast.alice, cast.bob, promises=[due, other])
    make_entry(tour.in_force.promises.get(owed_by=Side.MANAGER), "kept")
    make_entry(tour.in_force.promises.get(owed_by=Side.EMPLOYEE), "not_kept")
    later = LAST + timedelta(days=1)
    amend(tour, lambda promises: promises.filter(owed_by=Side.EMPLOYEE).update(due_on=later))
    assert promise_keeping(FIRST, LAST) == {Side.MANAGER: Keeping(1, 0, people=1), Side.EMPLOYEE: Keeping()}


def in_plain_python(first: date, last: date) -> dict[Side, Keeping]:
    """From the ledgers of all tours, as their pages show them."""
    counted = {side: [0, 0] for side in Side}
    people: dict[Side, set[int]] = {side: set() for side in Side}
    for tour in Tour.objects.with_versions():
        for line in ledger(tour, LAST, access.Reader(tour.proposed)):
            if first <= line.promise.due_on <= last and line.state in (State.KEPT, State.NOT_KEPT):
                counted[Side(line.promise.owed_by)][line.state is State.NOT_KEPT] += 1
                people[Side(line.promise.owed_by)].add(tour.employee_id)
    return {side: Keeping(kept, not_kept, len(people[side])) for side, (kept, not_kept) in counted.items()}


@pytest.mark.parametrize("seed", range(5))
def test_it_is_what_the_pages_of_all_tours_add_up_to(cast, seed):
    rng = Random(seed)
    for _ in range(3):
        promises = [
            {
                "due_on": DAY + timedelta(days=rng.randint(-20, 120)),
                "what": str(n),
                "owed_by": rng.choice(list(Side)),
            }
            for n in range(8)
        ]
        tour = make_signed_tour(cast.alice, cast.bob, promises=promises)
        for promise in tour.in_force.promises.all():
            for kind in rng.sample(["kept", "not_kept", "kept"], rng.randint(0, 3)):
                make_entry(promise, kind)
        if rng.random() < 0.7:
            gone = rng.sample(list(tour.in_force.promises.values_list("what", flat=True)), 3)
            amend(tour, lambda drafted, gone=gone: drafted.filter(what__in=gone[:2]).delete())
    assert promise_keeping(FIRST, LAST) == in_plain_python(FIRST, LAST)


class TestOfOneManager:
    """Whose promise it is, where a tour passes on and whoever takes over confirms what was promised."""

    DAN_BOB_DAN = ((-100, "dan"), (-50, "bob"), (-10, "dan"))  #: on which day both signed with whom

    def make(self, cast, due: int, hands) -> Tour:
        """The same promise in all of them, judged while the first have the tour."""
        promise = {"due_on": DAY + timedelta(days=due), "what": "A course."}
        (first, manager), *others = hands
        begins = DAY - timedelta(days=90)
        at = {"starts_on": begins, "signed_at": NOW + timedelta(days=first)}
        tour = make_signed_tour(cast.alice, getattr(cast, manager), promises=[promise], **at)
        promised = tour.versions.get().promises.get()
        make_entry(promised, "not_kept")
        for day, name in others:
            at = {"starts_on": begins, "signed_at": NOW + timedelta(days=day)}
            again = [{**promise, "key": promised.key}]
            tour = make_amended_tour(tour, getattr(cast, name), promises=again, **at)
        return tour

    def whose(self, cast) -> list[str]:
        period = DAY - timedelta(days=365), DAY + timedelta(days=365)
        found = {
            name: promise_keeping(*period, manager=getattr(cast, name).pk)[Side.MANAGER].not_kept
            for name in ("dan", "bob", "carol")
        }
        assert sum(found.values()) == promise_keeping(*period)[Side.MANAGER].not_kept == 1
        return [name for name, number in found.items() if number]

    @pytest.mark.parametrize(
        ("due", "name"),
        [(-101, "dan"), (-51, "dan"), (-50, "bob"), (-11, "bob"), (-10, "dan"), (300, "dan")],
    )
    def test_it_is_of_whoever_had_the_tour_when_it_fell_due(self, cast, due, name):
        self.make(cast, due, self.DAN_BOB_DAN)
        assert self.whose(cast) == [name]

    def test_a_version_that_only_one_has_signed_makes_it_nobody_elses(self, cast):
        tour = self.make(cast, -11, self.DAN_BOB_DAN[:1])
        promised = tour.in_force.promises.get()
        tour.manager = cast.bob
        terms = make_terms(tour, starts_on=promised.terms.starts_on)
        make_promise(terms, due_on=promised.due_on, what=promised.what, key=promised.key)
        proposed = {"proposed_at": NOW, "proposed_by": cast.bob, "talk_on": terms.window_opens(Policy())}
        Terms.objects.filter(pk=terms.pk).update(**proposed)
        statement.seal(terms.pk)
        sign(terms, Side.MANAGER, signed_at=NOW - timedelta(days=50))
        assert self.whose(cast) == ["dan"]

    def test_what_newer_terms_leave_out_stays_with_who_promised_it(self, cast):
        tour = self.make(cast, 20, self.DAN_BOB_DAN[:1])
        make_amended_tour(tour, cast.bob, signed_at=NOW - timedelta(days=50))
        assert self.whose(cast) == ["dan"]


class TestOverdueByDepartment:
    def make(self, employee, manager, *days: int) -> Tour:
        due = [{"due_on": DAY + timedelta(days=each), "what": str(n)} for n, each in enumerate(days)]
        return make_signed_tour(employee, manager, promises=due)

    def test_only_what_is_overdue_by_more_than_two_weeks_counts(self, cast):
        self.make(cast.alice, cast.bob, 0, 1, 2, 40)
        (team,) = overdue_by_department(DAY + timedelta(days=16))
        assert (team.department, team.company, team.employees, team.tours) == ("Engineering", 2, 0, 1)

    def test_it_goes_by_the_position_on_the_day(self, cast):
        tour = self.make(cast.alice, cast.bob, 0)
        sales = Position.objects.get(person=cast.mallory).department
        set_position(cast.alice, sales, "", since=DAY + timedelta(days=30))
        for days, name in ((29, "Engineering"), (30, "Sales")):
            assert [t.department for t in overdue_by_department(DAY + timedelta(days=days))] == [name]
        assert tour.employee == cast.alice

    def test_who_has_no_team_comes_where_their_number_is(self, cast):
        lone = make_person()
        make_line(lone, cast.bob)
        self.make(lone, cast.bob, 0, 0, 0)
        self.make(cast.alice, cast.bob, 0)
        assert [(t.department, t.company) for t in overdue_by_department(DAY + timedelta(days=30))] == [
            (None, 3),
            ("Engineering", 1),
        ]

    def test_what_is_settled_is_not_counted(self, cast):
        tour = self.make(cast.alice, cast.bob, 0, 1)
        kept, dropped = tour.in_force.promises.all()
        make_entry(kept, "kept")
        make_entry(dropped, "agreed", Side.MANAGER, answers=make_entry(dropped, "asked"))
        assert overdue_by_department(DAY + timedelta(days=60)) == []

    def test_what_is_said_to_be_done_is_not_overdue_and_waits_for_a_verdict(self, cast):
        tour = self.make(cast.alice, cast.bob, 0, 1)
        done, silent = tour.in_force.promises.all()
        make_entry(done, "done")
        day = DAY + timedelta(days=60)
        (team,) = overdue_by_department(day)
        assert (team.company, team.tours, team.to_judge) == (1, 1, 1)
        assert list(long_overdue(day)) == [silent]
        make_entry(done, "kept")
        (team,) = overdue_by_department(day)
        assert (team.company, team.to_judge) == (1, 0)

    def test_a_team_with_nothing_but_verdicts_to_come_is_listed_and_counts_no_tour_as_overdue(self, cast):
        (promise,) = self.make(cast.alice, cast.bob, 0).in_force.promises.all()
        make_entry(promise, "done")
        (team,) = overdue_by_department(DAY + timedelta(days=60))
        assert (team.company, team.employees, team.tours, team.to_judge) == (0, 0, 0, 1)

    def test_a_wish_to_drop_it_says_nothing_of_what_became_of_it(self, cast):
        (promise,) = self.make(cast.alice, cast.bob, 0).in_force.promises.all()
        make_entry(promise, "asked")
        assert list(long_overdue(DAY + timedelta(days=60))) == [promise]

    def test_what_nobody_can_settle_any_more_with_who_has_left_alarms_nobody(self, cast):
        self.make(cast.alice, cast.bob, 0)
        day = DAY + timedelta(days=60)
        end_employment(cast.alice, last_day=day - timedelta(days=1), ending="resignation")
        assert overdue_by_department(day) == []
