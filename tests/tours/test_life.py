"""The whole cast does what it may and may not with tours, in any order; the rules hold after every step."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from people.models import Person
from people.prepared import prepared
from people.services import Refused as NotInCompany
from people.services import end_employment, set_manager
from tests.factories import make_hr, make_line, make_person, make_promise
from tests.tours.facts import Facts, broken, look, misdated, misworded
from tests.tours.standing import tour_on
from tours import access, services
from tours.access import Act
from tours.ledger import LedgerAct, Line, ledger, owed
from tours.models import Comment, NextStep, Promise, Side, Tour
from tours.services import Refused
from tours.turns import turn_in_list, turn_of

NAMES = ("Alice", "Bob", "Carol", "Dan", "Heidi", "Mallory")
MOST_TOURS = 3
BEGIN = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)

#: Asked after every step: to put them together took longer than all else.
OWED = prepared(owed)
NEWEST_STEPS = prepared(lambda: Tour.objects.with_newest_step())
UNDECIDED = prepared(lambda: Tour.objects.without_outcome())

actors = st.sampled_from(NAMES)
#: The two it is mostly about, so that much comes about; and now and then anybody.
mostly = st.one_of(st.sampled_from(("Alice", "Bob")), st.sampled_from(("Alice", "Bob", "Carol")), actors)
numbers = st.integers(0, 5)
outcomes = st.sampled_from([NextStep.Outcome.MOVE, NextStep.Outcome.PART_WELL, NextStep.Outcome.UNDECIDED])


class Life(RuleBasedStateMachine):
    """Bob manages Alice, Carol manages Bob and Dan; Heidi is HR; Mallory is a stranger."""

    @initialize(stage=st.sampled_from([0, 1, 2, 3, 3, 4, 5, 5]))
    def begin(self, stage: int) -> None:
        self.now, self.words = BEGIN, 0
        self.people = {name: make_person(f"{name} of the cast") for name in NAMES}
        make_line(self.people["Alice"], self.people["Bob"])
        make_line(self.people["Bob"], self.people["Carol"])
        make_hr(self.people["Heidi"])
        self.left: set[str] = set()
        self.facts = Facts()
        if stage:
            self.draft("Bob", "transformational")
            self.write("Bob", 0, proposing=stage > 1)
        for name in ("Alice", "Bob") if stage > 2 else ():
            self.sign(name, 0, 0)
        if stage > 3:  # in the time in which both say what comes next
            in_force = Tour.objects.get(pk__in=self.facts.tours).in_force
            assert in_force
            assert in_force.talk_on
            self.now += timedelta(days=(in_force.talk_on - self.today).days)
            self.stand("", "wait")
        if stage > 4:
            self.record_what_comes_next("Bob", 0, NextStep.Outcome.MOVE, 0, said=False)

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    # What is done

    @rule(name=mostly, type_=st.sampled_from(["transformational", "foundational"]))
    def draft(self, name, type_):
        if len(self.facts.tours) < MOST_TOURS:
            self.attempt_anew(name, type_)

    @precondition(lambda self: self.facts.tours)
    @rule(name=mostly, which=numbers, proposing=st.booleans())
    def write(self, name, which, proposing):
        tour, actor = self.tour(which), self.people[name]
        terms = tour.latest
        terms.mission = terms.company_gain = terms.employee_gain = terms.reason = self.marked()

        def save():
            services.save_draft(terms, revision=terms.revision, actor=actor, now=self.now)
            self.promise(terms)
            if proposing:
                services.propose(terms, actor=actor, now=self.now)

        self.attempt(Act.EDIT, tour, name, save)

    def promise(self, terms):
        """In the words of this version, if it has no promises yet: of both sides, soon and later."""
        if not terms.promises.exists():
            for side, days in zip([*Side, *Side], (3, 30, 200, 550), strict=True):
                make_promise(terms, side, what=self.marked(), due_on=self.today + timedelta(days=days))

    @precondition(lambda self: self.facts.tours)
    @rule(name=mostly, which=numbers, older=st.sampled_from([0, 0, 0, 1, 2]))
    def sign(self, name, which, older):
        tour, actor = self.tour(which), self.people[name]
        terms = self.version(tour, older)
        if actor.pk in self.facts.versions[terms.pk].signers:
            services.sign(terms, actor=actor, now=self.now)  # twice is the same as once
            assert look() == self.facts
            return
        stale = not terms.proposed_at or terms != self.version(tour, 0)
        self.attempt(Act.SIGN, tour, name, lambda: services.sign(terms, actor=actor, now=self.now), stale)

    @precondition(lambda self: self.facts.tours)
    @rule(
        name=mostly,
        which=numbers,
        older=st.sampled_from([0, 0, 1]),
        act=st.sampled_from([Act.COMMENT, Act.ASK, Act.REVISE, Act.DECLINE, Act.WITHDRAW]),
        part=st.sampled_from(Comment.Part.values),
    )
    def answer(self, name, which, older, act, part):
        tour, actor = self.tour(which), {"actor": self.people[name], "now": self.now}
        terms, words = self.version(tour, older), self.marked()
        doing = {
            Act.COMMENT: lambda: services.comment(terms, words, **actor, part=part),
            Act.ASK: lambda: services.ask_for_change(terms, words, part=part, **actor),
            Act.REVISE: lambda: services.revise(terms, **actor),
            Act.DECLINE: lambda: services.decline(terms, words, **actor),
            Act.WITHDRAW: lambda: services.withdraw(terms, words, **actor),
        }
        self.attempt(act, tour, name, doing[act], stale=terms != self.version(tour, 0))

    @precondition(lambda self: any(tour.in_force for tour in self.facts.tours.values()))
    @rule(name=mostly, which=numbers, how=st.sampled_from(["amend", "extend", "reaffirm"]))
    def change(self, name, which, how):
        tour, actor = self.running(which), {"actor": self.people[name], "now": self.now}
        words, later = self.marked(), services.extend_from(tour, self.today) + timedelta(days=30)
        doing = {
            "amend": lambda: services.amend(tour, words, **actor),
            "extend": lambda: services.extend(tour, later, words, **actor),
            "reaffirm": lambda: services.reaffirm(tour, words, **actor),
        }
        act = Act.REAFFIRM if how == "reaffirm" else Act.AMEND
        draft = tour.draft
        written = draft is not None and draft.revision > 0 and draft.is_own_draft
        lost = written and (how != "amend" or draft.created_by_id != self.people[name].pk)
        self.attempt(act, tour, name, doing[how], stale=lost)

    @precondition(lambda self: any(tour.in_force for tour in self.facts.tours.values()))
    @rule(name=mostly, which=numbers, ahead=st.sampled_from([-400, -15, -14, -3, 0, 0, 7, 60]))
    def end_early(self, name, which, ahead):
        tour, actor = self.running(which), {"actor": self.people[name], "now": self.now}
        first, last = services.early_end_limits(tour, self.today)
        day = self.today + timedelta(days=ahead)
        words = {"reason": self.marked(), "learnt": ""}
        self.attempt(
            Act.END_EARLY,
            tour,
            name,
            lambda: services.end_early(tour, day, **words, **actor),
            stale=not first <= day <= last,
        )

    @precondition(lambda self: self.facts.promises)
    @rule(name=mostly, which=numbers, how=st.sampled_from(["kept", "not kept", "done"]))
    def speak_of_a_promise(self, name, which, how):
        open_first = sorted(self.facts.promises, key=lambda promise: (promise.settled, promise.pk))
        promise = Promise.objects.get(pk=open_first[which % len(open_first)].pk)
        tour, actor = self.fetch(promise.terms.tour_id), {"actor": self.people[name], "now": self.now}
        act, words = LedgerAct.SAY_DONE if how == "done" else LedgerAct.JUDGE, self.marked()
        line = next(line for line in self.ledger(tour) if line.promise.pk == promise.pk)
        may = act in line.acts(access.ledger_side(self.people[name], tour, self.today))

        def speak():
            if act is LedgerAct.SAY_DONE:
                services.say_done(promise, words, **actor)
            else:
                services.judge(promise, how == "kept", words, **actor)

        self.try_it(may, name, speak, act)

    @precondition(lambda self: any(tour.in_force for tour in self.facts.tours.values()))
    @rule(
        name=mostly, which=numbers, outcome=outcomes, stale=st.sampled_from([0, 0, 0, 1]), said=st.booleans()
    )
    def record_what_comes_next(self, name, which, outcome, stale, said):
        tour, actor = self.running(which), self.people[name]
        newest, words = self.facts.newest_step(tour.pk), self.marked() if said else ""
        seen = newest.pk - stale if newest else 0
        again = newest and (newest.outcome, newest.words, newest.recorder) == (outcome, words, actor.pk)
        may = access.can_record_next_step(actor, tour, self.today)
        by = {"seen": seen, "actor": actor, "now": self.now}
        self.try_it(
            may and bool(newest is None or again or not stale),
            name,
            lambda: services.record_next_step(tour.pk, outcome, words, **by),
            "record",
        )

    @precondition(lambda self: self.facts.steps)
    @rule(name=mostly, which=numbers)
    def confirm_what_comes_next(self, name, which):
        step = self.facts.steps[sorted(self.facts.steps, reverse=True)[which % len(self.facts.steps)]]
        tour, actor = self.fetch(self.facts.versions[step.terms].tour), self.people[name]
        newest = step == self.facts.newest_step(tour.pk)
        may = newest and (step.confirmer is not None or tour.side_of(actor) != step.side)
        self.try_it(
            may and access.can_record_next_step(actor, tour, self.today),
            name,
            lambda: services.confirm_next_step(tour.pk, step.pk, actor=actor, now=self.now),
            "confirm",
        )

    @precondition(lambda self: any(tour.ended_by for tour in self.facts.tours.values()))
    @rule(name=mostly, which=numbers)
    def add_words(self, name, which):
        ended = [tour for tour in self.facts.tours.values() if tour.ended_by]
        tour, actor = self.fetch(ended[which % len(ended)].pk), self.people[name]
        words = {"reason": self.marked(), "learnt": "", "actor": actor, "now": self.now}
        may = access.can_add_words_on_end(actor, tour)
        self.try_it(may, name, lambda: services.add_words_on_end(tour, **words), "words")

    # What happens

    @rule(name=st.sampled_from(["Bob", "Carol", "Dan", ""]))
    def reorganise(self, name):
        try:
            with transaction.atomic():
                set_manager(self.people["Alice"], self.people.get(name), since=self.today)
        except NotInCompany:
            return
        self.stand("", "reorganise")

    @rule(name=st.sampled_from(["Alice", "Bob", "Dan"]), really=st.sampled_from([False, False, False, True]))
    def leave(self, name, really):
        if really and name not in self.left:
            end_employment(self.people[name], last_day=self.today, ending="resignation")
            self.now += timedelta(days=1)
            self.left.add(name)
        self.stand("", "leave")

    @rule(days=st.sampled_from([1, 1, 7, 7, 40, 40, 200, 900]))
    def wait(self, days):
        self.now += timedelta(days=days)
        self.stand("", "wait")

    @precondition(lambda self: self.facts.tours)
    @rule(name=actors, which=numbers)
    def open_page(self, name, which):
        """Whoever may not know gets 404; and no word of a draft is on anybody else's page."""
        tour, person = self.tour(which), self.people[name]
        draft = self.facts.draft(tour.pk)
        writes = draft is not None and draft.writer == person.pk
        shown = any(version.proposed for version in self.facts.of(tour.pk))
        parties = {pk for v in self.facts.of(tour.pk) if v.proposed for pk in (v.employee, *v.signers)}
        parties.add(tour.manager_id)  # who was only asked reads no longer than they could agree
        client = Client()
        with time_machine.travel(self.now, tick=False):
            client.force_login(person)
            page, along = client.get(tour.get_absolute_url()), client.get(tour.along_url)
            lists = client.get(reverse("tours")).text + client.get(reverse("home")).text
        pages = page.text + along.text + lists
        if writes or (shown and (person.pk in parties or name == "Heidi")):
            assert page.status_code == 200
        if name == "Mallory" or not (shown or writes):
            assert page.status_code == 404
        assert (along.status_code == 200) is (f'href="{tour.along_url}"' in page.text)
        assert [words for words in self.facts.unseen_by(person.pk) if words in pages] == []
        known = (
            Tour.objects.known_to(person, self.today).listed(person, self.today).filter(pk=tour.pk).first()
        )
        if known:  # a list says of it what its page says
            assert turn_in_list(known, person, self.today) == turn_of(tour, person, self.today)

    # How it is watched

    def attempt(self, act: Act, tour: Tour, name: str, do, stale: bool = False) -> None:
        """Services and `access.acts` agree on whether it may be done; a version that is not the newest
        is refused whatever one may. Whoever may sign, may read what."""
        acts = access.acts(self.people[name], tour, self.today)
        if Act.SIGN in acts:
            assert tour.on_table in access.reader(self.people[name], tour, self.today).versions
        may = act in acts and not stale
        self.try_it(may, name, do, act)

    def try_it(self, may: bool, name: str, do, what: str) -> None:
        try:
            with transaction.atomic():
                do()
            done = True
        except Refused:
            done = False
        assert done == may, (
            f"{name} may{'' if may else ' not'} {what}, and it was{'' if done else ' not'} done"
        )
        if done:
            assert name not in {*self.left, "Heidi", "Mallory"}, f"{name} {what}"
        else:
            assert look() == self.facts, "refused, and yet something changed"
        self.stand(name, what)

    def attempt_anew(self, name: str, type_: str) -> None:
        actor, alice = self.people[name], self.people["Alice"]
        line = alice.reporting_lines.current(self.today).first()
        may = line is not None and actor.pk in (alice.pk, line.manager_id)
        if line and self.left & {"Alice", Person.objects.get(pk=line.manager_id).get_short_name()}:
            may = False
        try:
            with transaction.atomic():
                services.draft_tour(alice, type_, actor=actor, now=self.now)
        except Refused:
            assert not may
        else:
            assert may or look() == self.facts  # a draft begun the same way is only found again
        self.stand(name, "draft")

    def stand(self, name: str, what: str) -> None:
        """After every step: the rules of the domain, and who has said what."""
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        before, self.facts = self.facts, look()
        assert broken(self.facts, before) == []
        assert misdated() == []
        actor = self.people[name].pk if name else None
        assert {said.author for said in self.facts.said - before.said} <= {actor}
        self._force(before, actor, what)
        self._drafts(before, actor, what)
        self._promises()
        self._steps(before, actor)

    def _force(self, before: Facts, actor: int | None, what: str) -> None:
        """Terms come into force by the second signature, on the newest version, and in no other way."""
        for pk, tour in self.facts.tours.items():
            old = before.tours.get(pk)
            if old is None or old.in_force == tour.in_force:
                continue
            assert tour.in_force
            force = self.facts.versions[tour.in_force]
            assert what == Act.SIGN
            assert actor in force.signers
            assert len(before.versions[force.pk].signers) == 1
            assert force.number == max(v.number for v in self.facts.of(pk))
            assert old.in_force is None or force.number > before.versions[old.in_force].number

    def _drafts(self, before: Facts, actor: int | None, what: str) -> None:
        """Nobody is given a pen but by oneself, or by the other side's asking for a change."""
        for pk, version in self.facts.versions.items():
            if pk not in before.versions:
                other = version.writer in (version.employee, version.manager) and what == Act.ASK
                assert version.writer == actor or other
            elif version.proposed and not before.versions[pk].proposed:
                assert version.proposer == actor == version.writer

    def _promises(self) -> None:
        """What pages and letters say of promises is what dates and words come to."""
        here = {promise.pk for promise in self.facts.promises if promise.can_be_settled(self.today)}
        assert {promise.pk for promise in OWED(self.today)} == here
        assert misworded() == []
        for pk in {promise.tour for promise in self.facts.promises}:
            found = {line.promise.pk for line in self.ledger(self.fetch(pk)) if line.is_open}
            assert found == {p.pk for p in self.facts.promises if p.tour == pk and p.is_open()}

    def _steps(self, before: Facts, actor: int | None) -> None:
        """What both agreed on for the time after counts until they agree on something else."""
        for pk, step in self.facts.steps.items():
            if step.confirmer and not (pk in before.steps and before.steps[pk].confirmer):
                assert step.confirmer == actor
        undecided = {tour.pk for tour in UNDECIDED()}
        for tour in NEWEST_STEPS():
            agreed = self.facts.agreed_step(tour.pk)
            if agreed:
                assert tour.next_step == NextStep(pk=agreed.pk)
            assert (tour.pk in undecided) == (agreed is None or agreed.outcome == "undecided")

    @property
    def today(self):
        return self.now.date()

    def tour(self, which: int) -> Tour:
        return self.fetch(sorted(self.facts.tours)[which % len(self.facts.tours)])

    def running(self, which: int) -> Tour:
        agreed = [tour.pk for tour in self.facts.tours.values() if tour.in_force]
        return self.fetch(agreed[which % len(agreed)])

    def fetch(self, pk: int) -> Tour:
        return tour_on(pk, self.today)

    def ledger(self, tour: Tour) -> list[Line]:
        return ledger(tour, self.today, access.Reader(tour.proposed))

    def version(self, tour: Tour, older: int):
        """The newest that was proposed, or one before it; of a tour never proposed, the draft."""
        known = tour.proposed or [tour.latest]
        return known[max(len(known) - 1 - older, 0)]

    def marked(self) -> str:
        self.words += 1
        return f"secret {self.words}."


#: A quick look in every run, the same each time; ALLIANCE_LIVES=2000 for a long one, each time another.
LIVES = int(os.environ.get("ALLIANCE_LIVES", "0"))


@pytest.mark.django_db
def test_no_order_of_acts_by_anybody_breaks_a_rule():
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=LIVES or 30,
            stateful_step_count=25,
            derandomize=not LIVES,
            phases=[Phase.generate, Phase.shrink] if LIVES else [Phase.generate],  # that takes minutes
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
