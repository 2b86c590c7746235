"""What fails today, and what becomes of promises, against the same in plain Python on random companies."""

from __future__ import annotations

from itertools import product

from django.db import transaction
from hypothesis import given

from people.measures.periods import Period
from people.measures.whom import Whom
from people.models import Person
from tests.hypotheses import quietly
from tests.tours.companies import AMONG, MANAGERS, MOVED, YEAR, Among, Worker, build, days, workers
from tests.tours.facts import misdated
from tours import failing
from tours.measures import coverage
from tours.measures.asked import Asked
from tours.measures.promises import Keeping, promise_keeping
from tours.models import Side, Tour

on_random_companies = quietly(given(workers()), examples=15)
DAYS = (MOVED - days(1), YEAR.last)


@on_random_companies
def test_what_waits_for_signatures_or_a_new_manager_is_that_of_plain_python(db, company):
    with transaction.atomic():
        made = build(company)
        signed = {tour.pk for _worker, _person, tours in made for tour in tours}
        for today, among in product(DAYS, AMONG):
            there = [each for each in made if among.has(each.worker, today)]
            pending = {
                tour.pk
                for worker, _person, tours in there
                for plan, tour in zip(worker.tours, tours, strict=True)
                if among.type in ("", plan.type) and worker.is_to_be_handed_over(plan, today)
            }
            waiting = {
                person.pk
                for worker, person, _tours in there
                if worker.waits_since and worker.waits_since <= today - days(21)
                if worker.contracts[-1][1] is None or worker.contracts[-1][1] >= today
                if among.type in ("", Tour.Type.TRANSFORMATIONAL)
            }
            asked = among.asked()
            handed_over = asked.among(Tour.objects.handed_over(today), today)
            unsigned = asked.among(failing.unsigned(Tour.objects.all(), today), today)
            assert {tour.pk for tour in handed_over} == pending
            assert {tour.employee_id for tour in unsigned} == waiting
            assert signed.isdisjoint(tour.pk for tour in unsigned)
        transaction.set_rollback(True)


@on_random_companies
def test_of_every_tour_the_days_of_the_terms_in_force_are_kept(db, company):
    with transaction.atomic():
        build(company)
        assert misdated() == []
        transaction.set_rollback(True)


@on_random_companies
def test_who_is_on_a_tour_today_is_that_of_plain_python_for_a_team_too(db, company):
    with transaction.atomic():
        build(company)
        boss = Person.objects.get(name="boss")
        for today in DAYS:
            here = [worker for worker in company if worker.spell(today) and worker.is_on_a_tour(today)]
            for among in AMONG:
                of_those = sum(among.has(worker, today) for worker in here)
                assert coverage.covered_today(among.asked().whom, today).count() == of_those
            below = sum(worker.is_with_the_boss(today) for worker in here)
            team = Whom(below=(boss.pk, today), left_since=YEAR.first)
            assert coverage.covered_today(team, today).count() == below
        transaction.set_rollback(True)


def kept(company: list[Worker], period: Period, among: Among, manager: str = "") -> dict[Side, Keeping]:
    judged = [
        (number, owed)
        for number, worker in enumerate(company)
        for tour in worker.tours
        if among.type in ("", tour.type) and manager in ("", tour.manager)
        for owed in tour.promises
        if period.first <= owed.due_on <= period.last and among.has(worker, owed.due_on)
        if owed.verdict in ("kept", "not_kept")
    ]

    def keeping(side: Side) -> Keeping:
        own = [(number, owed.verdict) for number, owed in judged if owed.by == side]
        verdicts = [verdict for _number, verdict in own]
        people = {number for number, _verdict in own}
        return Keeping(verdicts.count("kept"), verdicts.count("not_kept"), len(people))

    return {side: keeping(side) for side in Side}


@on_random_companies
def test_what_becomes_of_promises_is_that_of_plain_python_of_whomever_it_is_asked(db, company):
    with transaction.atomic():
        build(company)
        for period in (YEAR, Period(YEAR.first, MOVED - days(1)), Period(MOVED, MOVED)):
            span = period.first, period.last
            for among in AMONG:
                assert promise_keeping(*span, among.asked()) == kept(company, period, among)
            for manager, type_ in product(Person.objects.filter(name__in=MANAGERS), ("", "rotational")):
                found = promise_keeping(*span, Asked(type=type_), manager=manager.pk)
                assert found == kept(company, period, Among(type=type_), manager.name)
        transaction.set_rollback(True)
