"""What has become of a promise: by dates, by what both have signed, by what the two sides said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import Error, IntegrityError, transaction

from people.services import set_manager
from tests.factories import DAY, NOW, make_entry, make_signed_tour
from tests.tours.standing import tour_on
from tours import access, services
from tours.ledger import Line, State, ledger, owed, told_promises
from tours.models import LedgerEntry, Promise, Side, Terms, Tour
from tours.services import Refused
from tours.waiting.ledger import promises as waiting

COMPANYS = {"what": "A seat in the architecture round.", "due_on": DAY + timedelta(days=60)}
HERS = {"what": "A talk in spring.", "due_on": DAY + timedelta(days=90), "owed_by": Side.EMPLOYEE}


@pytest.fixture
def tour(cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, promises=[COMPANYS, HERS])


@pytest.fixture
def companys(tour) -> Promise:
    return tour.in_force.promises.get(owed_by=Side.MANAGER)


@pytest.fixture
def hers(tour) -> Promise:
    return tour.in_force.promises.get(owed_by=Side.EMPLOYEE)


def read(tour: Tour, on=DAY) -> list[Line]:
    """Promises that came with the versions are those that are asked for, whatever has become of them."""
    found = tour_on(tour.pk, on)
    lines = ledger(found, on, access.Reader(found.proposed))
    told = Tour.objects.with_outlines(told_promises=told_promises()).with_standing(on).get(pk=tour.pk)
    told.find_in_force()
    assert [*map(in_full, ledger(told, on, access.Reader(told.proposed)))] == [*map(in_full, lines)]
    return lines


def in_full(line: Line) -> list[object]:
    promise = line.promise
    entries = [{**vars(entry), "author": entry.author.name, "_state": None} for entry in line.entries]
    facts = [getattr(promise, field.attname) for field in Promise._meta.concrete_fields]
    return [*facts, vars(promise)["carried"], entries, line.state, line.begun, line.left_out_by]


def states(tour: Tour, on=DAY) -> list[str]:
    return [line.state.value for line in read(tour, on)]


def amend(tour: Tour, change) -> Terms:
    """Newer terms with the promises changed, signed by both."""
    now = NOW + timedelta(hours=1)
    terms = services.amend(tour, actor=tour.manager, now=now)
    Terms.objects.filter(pk=terms.pk).update(reason="The market has changed.")
    change(terms.promises)
    terms.refresh_from_db()
    services.propose(terms, actor=tour.manager, now=now)
    for person in (terms.employee, terms.manager):
        services.sign(terms, actor=person, now=now)
    tour.refresh_from_db()
    return terms


@pytest.mark.parametrize(
    ("days", "state"),
    [(-15, "open"), (-14, "due"), (-1, "due"), (0, "due"), (1, "overdue"), (400, "overdue")],
)
def test_dates_say_whether_it_is_open_due_or_overdue(tour, days, state):
    assert states(tour, COMPANYS["due_on"] + timedelta(days=days))[0] == state


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (["kept"], "kept"),
        (["not_kept"], "not_kept"),
        (["kept", "not_kept"], "not_kept"),
        (["not_kept", "kept"], "kept"),
        (["done"], "overdue"),
        (["asked"], "overdue"),
    ],
)
def test_the_newest_verdict_counts_and_the_earlier_stay(tour, companys, said, state):
    for days, kind in enumerate(said):
        make_entry(companys, kind, at=NOW + timedelta(days=days))
    line = read(tour, COMPANYS["due_on"] + timedelta(days=1))[0]
    assert (line.state, [entry.kind for entry in line.entries]) == (state, said)


class TestAmendments:
    def test_what_is_left_out_is_dropped_by_agreement(self, tour):
        terms = amend(tour, lambda promises: promises.filter(owed_by=Side.MANAGER).delete())
        line = next(line for line in read(tour) if line.promise.owed_by == Side.MANAGER)
        assert (line.state, line.left_out_by) == (State.DROPPED, terms)
        assert line.acts(Side.EMPLOYEE) == set()

    def test_what_is_moved_to_a_later_day_is_due_then(self, tour, companys):
        later = COMPANYS["due_on"] + timedelta(days=100)
        make_entry(companys, "not_kept")
        amend(tour, lambda promises: promises.filter(owed_by=Side.MANAGER).update(due_on=later))
        assert states(tour, later - timedelta(days=30)) == ["overdue", "open"]
        line = read(tour, later)[-1]
        assert (line.state, line.verdict, len(line.entries)) == (State.DUE, None, 1)

    def test_what_stays_as_it_was_keeps_its_verdict(self, tour, companys):
        make_entry(companys, "kept")
        amend(tour, lambda promises: promises.filter(owed_by=Side.EMPLOYEE).update(what="Two talks."))
        assert states(tour) == ["kept", "open"]

    def test_terms_that_nobody_signed_change_nothing(self, tour, cast):
        terms = services.amend(tour, actor=cast.bob, now=NOW)
        terms.promises.all().delete()
        assert states(tour) == ["open", "open"]

    def test_a_verdict_on_other_words_is_refused(self, tour, companys, cast):
        amend(tour, lambda promises: promises.filter(owed_by=Side.MANAGER).update(what="Another thing."))
        with pytest.raises(Refused):
            services.judge(companys, True, "", actor=cast.alice, now=NOW)

    def test_the_same_words_in_newer_terms_are_the_same_promise(self, tour, companys, cast):
        amend(tour, lambda promises: promises.filter(owed_by=Side.EMPLOYEE).delete())
        services.judge(companys, True, "", actor=cast.alice, now=NOW)
        assert LedgerEntry.objects.get().terms == tour.in_force


class TestAfterTheEnd:
    def test_what_was_due_after_an_early_end_is_owed_no_more(self, tour, cast):
        ends = {"reason": "It is done.", "learnt": "", "actor": cast.bob, "now": NOW}
        services.end_early(tour, DAY + timedelta(days=70), **ends)
        assert states(tour, DAY + timedelta(days=100)) == ["overdue", "ended"]
        assert [p.owed_by for p in owed(DAY + timedelta(days=100))] == [Side.MANAGER]

    @pytest.mark.parametrize(("days", "who"), [(90, ["alice", "bob"]), (91, [])])
    def test_both_may_speak_for_ninety_days(self, tour, cast, days, who):
        on = tour.ends_on + timedelta(days=days)
        found = Tour.objects.with_versions().with_standing(on).get()
        cast_of = ("alice", "bob", "carol", "dan", "heidi", "mallory")
        assert [name for name in cast_of if access.ledger_side(getattr(cast, name), found, on)] == who
        assert owed(on).exists() == bool(who)

    @pytest.fixture
    def running(self, cast) -> Tour:
        """For a hundred days already, with one promise overdue, one due today, and one to come."""
        long_ago = {"starts_on": DAY - timedelta(days=100), "signed_at": NOW - timedelta(days=100)}
        due = [{"what": str(days), "due_on": DAY + timedelta(days=days)} for days in (-10, 0, 20)]
        return make_signed_tour(cast.alice, cast.bob, promises=due, **long_ago)

    @pytest.mark.parametrize("last_day", [-14, -1, 0, 19])
    def test_no_early_end_makes_a_promise_vanish_that_was_due_as_it_was_said(self, cast, running, last_day):
        ends = {"reason": "It is done.", "learnt": "", "actor": cast.bob, "now": NOW}
        services.end_early(running, DAY + timedelta(days=last_day), **ends)
        assert states(running, DAY + timedelta(days=1)) == ["overdue", "overdue", "ended"]
        assert {promise.what for promise in owed(DAY + timedelta(days=1))} == {"-10", "0"}
        promise = running.in_force.promises.get(what="-10")
        services.judge(promise, False, "It never came.", actor=cast.alice, now=NOW + timedelta(days=1))
        assert states(running, DAY + timedelta(days=1)) == ["not_kept", "overdue", "ended"]

    @pytest.mark.parametrize(("days", "open_still"), [(90, True), (91, False)])
    def test_the_ninety_days_run_from_the_day_on_which_an_early_end_was_said(
        self, cast, running, days, open_still
    ):
        ends = {"reason": "It is done.", "learnt": "", "actor": cast.bob, "now": NOW}
        services.end_early(running, DAY - timedelta(days=14), **ends)
        on = DAY + timedelta(days=days)
        found = Tour.objects.with_versions().with_standing(on).get()
        assert (access.ledger_side(cast.alice, found, on) is not None) == open_still
        assert owed(on).exists() == open_still

    def test_what_a_signed_follow_up_takes_along_is_owed_there(self, tour, cast):
        promise = tour.in_force.promises.get(owed_by=Side.MANAGER)
        begins = tour.ends_on + timedelta(days=1)
        again = COMPANYS | {"key": promise.key, "due_on": begins + timedelta(days=30)}
        span = {"starts_on": begins, "ends_on": begins + timedelta(days=400)}
        following = make_signed_tour(cast.alice, cast.bob, previous=tour, promises=[again], **span)
        assert states(tour, begins) == ["carried", "overdue"]
        assert states(following, begins) == ["open"]
        assert {p.terms.tour for p in owed(begins).filter(owed_by=Side.MANAGER)} == {following}


class TestJudging:
    @pytest.mark.parametrize("who", ["bob", "carol", "dan", "heidi", "mallory"])
    def test_nobody_judges_the_companys_promise_but_the_employee(self, cast, companys, who):
        with pytest.raises(Refused):
            services.judge(companys, True, "", actor=getattr(cast, who), now=NOW)

    def test_nobody_judges_the_employees_promise_but_the_manager(self, cast, hers):
        with pytest.raises(Refused):
            services.judge(hers, True, "", actor=cast.alice, now=NOW)
        services.judge(hers, True, "It was put off twice.", actor=cast.bob, now=NOW)
        assert LedgerEntry.objects.get().author == cast.bob

    def test_the_same_verdict_twice_is_one(self, cast, companys):
        for _ in range(2):
            services.judge(companys, True, "Thank you.", actor=cast.alice, now=NOW)
        assert LedgerEntry.objects.count() == 1

    @pytest.mark.parametrize(("days", "possible"), [(0, False), (60, False), (61, True)])
    def test_that_it_was_not_kept_is_said_from_the_day_after_it_was_due(self, cast, companys, days, possible):
        now = NOW + timedelta(days=days)
        if not possible:
            with pytest.raises(Refused, match="can be said from the day after"):
                services.judge(companys, False, "Nobody took it on.", actor=cast.alice, now=now)
            services.judge(companys, True, "Done already.", actor=cast.alice, now=now)
        else:
            services.judge(companys, False, "Nobody took it on.", actor=cast.alice, now=now)
        assert LedgerEntry.objects.count() == 1

    def test_nothing_is_judged_before_the_tour_has_begun(self, cast, tour, companys):
        the_day_before = NOW - timedelta(days=1)
        with pytest.raises(Refused, match="once the tour has begun"):
            services.judge(companys, True, "", actor=cast.alice, now=the_day_before)
        services.say_done(companys, "It is there.", actor=cast.bob, now=the_day_before)
        waits = {row[0] for row in waiting(cast.alice, DAY - timedelta(days=1))}
        assert "promise_judge" not in waits
        assert "promise_judge" in {row[0] for row in waiting(cast.alice, DAY)}

    def test_a_manager_before_is_not_told_whether_the_words_have_changed_since(self, tour, cast, hers):
        set_manager(cast.alice, cast.carol, since=DAY)
        terms = services.amend(tour, "Anew.", actor=cast.carol, now=NOW)
        terms.promises.update(what="Two talks in spring.")
        services.propose(terms, actor=cast.carol, now=NOW)
        for person in (cast.alice, cast.carol):
            services.sign(terms, actor=person, now=NOW)
        with pytest.raises(Refused, match="the tour has moved on"):
            services.judge(hers, True, "", actor=cast.bob, now=NOW)

    def test_in_a_hand_over_the_new_manager_judges_once_both_have_signed(self, tour, cast, hers):
        set_manager(cast.alice, cast.carol, since=DAY)
        for person in (cast.bob, cast.carol):
            with pytest.raises(Refused):
                services.judge(hers, True, "", actor=person, now=NOW)
        terms = services.reaffirm(tour, "I stand by it.", actor=cast.carol, now=NOW)
        services.sign(terms, actor=cast.alice, now=NOW)
        services.judge(hers, True, "", actor=cast.carol, now=NOW)
        assert states(tour) == ["open", "kept"]

    def test_who_has_left_judges_no_more_and_is_not_judged(self, cast, companys, hers):
        cast.alice.employments.update(left_on=DAY - timedelta(days=1), ending="resignation")
        for promise, person in ((companys, cast.alice), (hers, cast.bob)):
            with pytest.raises(Refused):
                services.judge(promise, True, "", actor=person, now=NOW)

    def test_the_company_is_judged_when_the_manager_has_left(self, cast, companys):
        cast.bob.employments.update(left_on=DAY - timedelta(days=1), ending="resignation")
        services.judge(companys, True, "Nobody minded.", actor=cast.alice, now=NOW)
        assert LedgerEntry.objects.exists()

    def test_only_whoever_owes_it_says_that_it_is_done(self, cast, companys, tour):
        with pytest.raises(Refused):
            services.say_done(companys, "See the calendar.", actor=cast.alice, now=NOW)
        services.say_done(companys, "See the calendar.", actor=cast.bob, now=NOW)
        assert states(tour) == ["open", "open"]
        with pytest.raises(Refused):
            services.say_done(companys, "Once more.", actor=cast.bob, now=NOW)


class TestDropping:
    @pytest.fixture(params=["alice", "bob"])
    def pair(self, request, cast):
        asks = getattr(cast, request.param)
        return asks, cast.bob if asks == cast.alice else cast.alice

    def test_it_is_dropped_once_the_other_side_agrees(self, tour, companys, pair):
        asks, answers = pair
        services.ask_to_drop(companys, "It helps nobody now.", actor=asks, now=NOW)
        assert states(tour)[0] == "open"
        with pytest.raises(Refused):
            services.answer_drop(companys, True, "", actor=asks, now=NOW)
        services.answer_drop(companys, True, "", actor=answers, now=NOW)
        assert states(tour)[0] == "dropped"
        for person in pair:
            with pytest.raises(Refused):
                services.judge(companys, True, "", actor=person, now=NOW)

    def test_refused_it_stays_and_can_be_asked_again(self, tour, companys, pair):
        asks, answers = pair
        services.ask_to_drop(companys, "It helps nobody now.", actor=asks, now=NOW)
        services.answer_drop(companys, False, "It helps me.", actor=answers, now=NOW)
        assert states(tour)[0] == "open"
        services.ask_to_drop(companys, "And now?", actor=answers, now=NOW)

    def test_it_is_taken_back_until_it_is_answered(self, tour, companys, pair):
        asks, answers = pair
        services.ask_to_drop(companys, "It helps nobody now.", actor=asks, now=NOW)
        with pytest.raises(Refused):
            services.take_back_drop(companys, actor=answers, now=NOW)
        services.take_back_drop(companys, actor=asks, now=NOW)
        with pytest.raises(Refused):
            services.answer_drop(companys, True, "", actor=answers, now=NOW)
        assert states(tour)[0] == "open"

    def test_what_is_judged_is_not_dropped(self, companys, cast):
        services.ask_to_drop(companys, "It helps nobody now.", actor=cast.bob, now=NOW)
        services.judge(companys, True, "It is done.", actor=cast.alice, now=NOW)
        with pytest.raises(Refused):
            services.answer_drop(companys, True, "", actor=cast.alice, now=NOW)

    def test_a_wish_outlives_newer_terms_with_the_same_words(self, tour, companys, cast):
        services.ask_to_drop(companys, "It helps nobody now.", actor=cast.bob, now=NOW)
        amend(tour, lambda promises: promises.filter(owed_by=Side.EMPLOYEE).delete())
        services.answer_drop(companys, True, "", actor=cast.alice, now=NOW)
        assert states(tour)[0] == "dropped"


class TestTheDatabase:
    """What no code of ours can do, however wrong."""

    def refuses(self, promise: Promise, kind: str, side: Side, **kw) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            make_entry(promise, kind, side, **kw)

    @pytest.mark.parametrize("kind", ["kept", "not_kept"])
    def test_no_side_judges_what_it_owes(self, companys, hers, kind):
        self.refuses(companys, kind, Side.MANAGER)
        self.refuses(hers, kind, Side.EMPLOYEE)

    def test_nobody_speaks_for_the_other_side(self, companys, cast):
        for author in (cast.bob, cast.carol, cast.heidi, cast.mallory):
            self.refuses(companys, "kept", Side.EMPLOYEE, author=author)

    def test_whose_promise_it_is_cannot_be_misstated(self, companys, cast):
        fields = {"terms": companys.terms, "key": companys.key, "author": cast.bob, "at": NOW}
        with pytest.raises(IntegrityError), transaction.atomic():
            LedgerEntry.objects.create(
                promise=companys, owed_by=Side.EMPLOYEE, kind="kept", side=Side.MANAGER, **fields
            )

    def test_nobody_agrees_to_their_own_wish(self, companys):
        wish = make_entry(companys, "asked", Side.MANAGER)
        self.refuses(companys, "agreed", Side.MANAGER, answers=wish)
        self.refuses(companys, "refused", Side.MANAGER, answers=wish)
        self.refuses(companys, "taken_back", Side.EMPLOYEE, answers=wish)
        make_entry(companys, "agreed", Side.EMPLOYEE, answers=wish)

    def test_a_wish_is_answered_once(self, companys):
        wish = make_entry(companys, "asked", Side.MANAGER)
        make_entry(companys, "refused", Side.EMPLOYEE, answers=wish)
        self.refuses(companys, "agreed", Side.EMPLOYEE, answers=wish)

    def test_an_answer_is_to_a_wish_about_the_same_promise(self, companys, hers):
        wish = make_entry(hers, "asked", Side.MANAGER)
        self.refuses(companys, "agreed", Side.EMPLOYEE, answers=wish)
        self.refuses(hers, "agreed", Side.EMPLOYEE)
        self.refuses(hers, "agreed", Side.EMPLOYEE, answers=make_entry(hers, "kept"))

    @pytest.mark.parametrize(("kind", "side"), [("not_kept", "employee"), ("done", "manager")])
    def test_not_kept_and_done_want_words(self, companys, kind, side):
        self.refuses(companys, kind, Side(side), words=" \n ")

    def test_nothing_in_it_changes(self, companys):
        entry = make_entry(companys, "kept")
        for change in (lambda: LedgerEntry.objects.update(words="Other."), entry.delete):
            with pytest.raises(Error), transaction.atomic():
                change()
