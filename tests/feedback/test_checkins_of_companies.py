"""Whether check-ins take place, of whomever it is asked, against plain Python on random companies."""

from __future__ import annotations

from datetime import date
from itertools import product

from django.db import transaction
from hypothesis import given

from feedback.measures.timeliness import on_time, on_time_of_others
from feedback.models import CheckIn
from feedback.signals.process import lapsed
from people.measures.periods import Period
from people.measures.whom import Whom
from people.models import Person
from tests.factories import NOW, make_checkin, make_revealed_checkin
from tests.hypotheses import quietly
from tests.tours.companies import AMONG, YEAR, Made, Meeting, Plan, Worker, build, days, workers
from tours.models import Tour

on_random_companies = quietly(given(workers()), examples=12)
Met = tuple[Worker, Plan, Meeting, CheckIn]
LONG_AGO = date(2010, 1, 1)


def meet(made: list[Made]) -> list[Met]:
    return [
        (worker, plan, met, _checkin(tour, met))
        for worker, _person, tours in made
        for plan, tour in zip(worker.tours, tours, strict=True)
        for met in plan.meetings
    ]


def _checkin(tour: Tour, met: Meeting) -> CheckIn:
    if met.had is not None and not met.skipped:
        at = NOW + (met.due_on + days(met.had) - NOW.date())
        return make_revealed_checkin(tour, met.due_on, kind=met.kind, revealed_at=at)
    skipped = {"skipped_at": NOW, "skipped_by": "manager", "skipped_reason": "On holiday."}
    return make_checkin(tour, met.due_on, kind=met.kind, **(skipped if met.skipped else {}))


def is_counted(worker: Worker, tour: Plan, met: Meeting, today: date) -> bool:
    """It was had, or asked for until its time was over. Nothing was decided or signed before `NOW`,
    nor that a tour ends early said."""
    if met.skipped or met.lapses_on >= today:
        return False
    if met.had is not None:
        return True
    if not worker.spell(met.lapses_on):
        return False
    goes_on = not tour.ended or tour.ended >= met.lapses_on or NOW.date() > met.lapses_on
    return met.kind == "close_out" or (goes_on and worker.manager(met.lapses_on) == tour.manager)


@on_random_companies
def test_check_ins_in_time_are_those_of_plain_python_of_whomever_it_is_asked(db, company):
    autumn = Period(date(2025, 9, 1), date(2025, 10, 31))
    with transaction.atomic():
        all_ = meet(build(company, LONG_AGO))
        for (period, today), among in product(((YEAR, YEAR.last), (autumn, NOW.date())), AMONG):
            counted = [
                met
                for worker, tour, met, _checkin in all_
                if period.first <= met.due_on <= period.last and is_counted(worker, tour, met, today)
                if among.type in ("", tour.type) and among.has(worker, met.due_on)
            ]
            found = on_time(period, today, among.asked())
            assert (found.part, found.whole) == (sum(met.in_time for met in counted), len(counted))
        transaction.set_rollback(True)


@on_random_companies
def test_those_of_others_in_a_team_are_those_of_plain_python(db, company):
    """Of whole quarters, and whoever is below that manager, or was when they left in them."""
    quarters = [(date(2025, 4, 1), date(2025, 6, 30)), (date(2025, 7, 1), date(2025, 9, 30))]
    quarters += [(date(2025, 10, 1), date(2025, 12, 31))]
    with transaction.atomic():
        all_ = meet(build(company, LONG_AGO))
        period, today = Period(quarters[0][0], quarters[-1][1]), YEAR.last
        boss = Person.objects.get(name="boss")
        of_others = [
            (checkin.employee_id, met)
            for worker, tour, met, checkin in all_
            if worker.is_or_was_with_the_boss(today, period.first) and tour.manager != "boss"
            if is_counted(worker, tour, met, today)
        ]
        whom = Whom(below=(boss.pk, today), left_since=period.first)
        for least in (1, 2):
            counted: list[Meeting] = []
            for first, last in quarters:
                own = [(person, met) for person, met in of_others if first <= met.lapses_on <= last]
                if len({person for person, _met in own}) >= least:
                    counted += [met for _person, met in own]
            found = on_time_of_others(period, today, whom, boss.pk, least)
            assert (found.part, found.whole) == (sum(met.in_time for met in counted), len(counted))
        transaction.set_rollback(True)


def has_nothing_to_talk_about(worker: Worker, tour: Plan) -> bool:
    """Decided, or signed: another tour begins later and lasts beyond the last day, or that of the review."""
    comes_to = tour.last or tour.starts + days(365)
    later = [each for each in worker.tours if each.starts > tour.starts and not each.ended]
    return tour.decided or any(each.ends is None or each.ends > comes_to for each in later)


def is_lapsed(worker: Worker, tour: Plan, met: Meeting, today: date) -> bool:
    """Nobody had it, it is asked for still, and nothing came after it: a tour has one of a kind here."""
    if met.had is not None or met.skipped or met.lapses_on >= today:
        return False
    if worker.is_over(tour, today) or worker.has_successor(tour, today):
        return False
    if met.kind == "close_out":
        runs = tour.starts <= today <= (tour.last or today)
        return runs or met.lapses_on >= today - days(90)
    settled = met.kind == "next_tour" and has_nothing_to_talk_about(worker, tour)
    return tour.starts <= today <= (tour.last or today) and not settled


@on_random_companies
def test_what_has_lapsed_is_that_of_plain_python_of_whomever_it_is_asked(db, company):
    with transaction.atomic():
        all_ = meet(build(company))
        for today, among in product((date(2025, 11, 20), YEAR.last), AMONG):
            expected = {
                checkin
                for worker, tour, met, checkin in all_
                if is_lapsed(worker, tour, met, today) and among.has(worker, today)
            }
            assert set(lapsed(today).filter(among.asked().whom.works("employee", today))) == expected
        transaction.set_rollback(True)
