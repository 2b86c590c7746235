"""The company that the demonstration shows: believable, the same for the same seed, with something to do."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef
from django.test import Client, TestCase

from alliance_site.dashboards.todo import todo
from alliance_site.demonstration.accounts import ACCOUNTS, EMPLOYEE, HR, MANAGER, PASSWORD, Account
from alliance_site.demonstration.company.facts import Company
from alliance_site.demonstration.company.imagining import imagine, surround
from alliance_site.demonstration.company.seeding import Seeded
from alliance_site.demonstration.company.staff import hire_all
from alliance_site.demonstration.company.writing import write
from alliance_site.demonstration.management.commands.load_demonstration import Command
from alliance_site.outbox.models import Message
from alliance_site.outbox.planning import plan
from feedback.figures.reading import questions, tables
from feedback.models import (
    Action,
    Alignment,
    Answer,
    CheckIn,
    Expectation,
    FirstConversation,
    Kind,
    Note,
    Outlook,
    Publication,
)
from feedback.models.telling import apart
from feedback.planning import plan_checkins
from people import tree
from people.measures.counts import of_company
from people.measures.periods import Period
from people.models import Employment, Person, Position, ReportingLine
from tests.factories import make_person
from tours.ledger import owed
from tours.measures.promises import overdue_by_department, promise_keeping
from tours.models import Given, LedgerEntry, NextStep, Programme, Promise, Side, Signature, Terms, Tour
from tours.services import sign
from tours.turns import whose_turn

LEAP_DAY = date(2028, 2, 29)
DAYS = [LEAP_DAY, date(2026, 12, 31), date(2027, 1, 1), date(2027, 5, 15)]


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


@pytest.mark.parametrize("day", DAYS)
def test_the_same_seed_imagines_the_same_company(day):
    assert imagine(7, day) == imagine(7, day)
    assert imagine(7, day) != imagine(8, day)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("seed", [1, 2014])
def test_everything_that_happened_is_past_and_in_order(day, seed):
    company = imagine(seed, day)
    for moment in moments(company):
        assert moment < datetime.combine(day, time(), tzinfo=UTC) - timedelta(hours=12)
    for tour in company.tours:
        for version in tour.versions:
            steps = [version.created_at, version.proposed_at, *(at for _, at in version.signed)]
            told = [moment for moment in steps if moment]
            assert told == sorted(told)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("seed", [1, 2014])
def test_nobody_is_managed_by_somebody_who_is_not_there(day, seed):
    members = imagine(seed, day).members
    for member in members.values():
        for line in member.lines:
            last = line.until or date.max
            spells = members[line.manager].spells
            assert any(s.hired_on <= line.since and last <= (s.left_on or date.max) for s in spells)


def test_no_two_share_a_name():
    for seed in range(20):
        names = [member.name for member in hire_all(Random(seed), LEAP_DAY).values()]
        assert len(set(names)) == len(names)


def moments(company: Company) -> list[datetime]:
    found = [sheet.saved_at for tour in company.tours for c in tour.checkins for sheet in c.sheets]
    found += [told.confirmed_at or told.at for tour in company.tours for told in tour.outcomes]
    found += [c.skipped[2] for tour in company.tours for c in tour.checkins if c.skipped]
    for tour in company.tours:
        for version in tour.versions:
            found += [version.created_at, *(at for _, at in version.signed)]
            found += [version.proposed_at] if version.proposed_at else []
            found += [version.said.at] if version.said else []
    return found


def test_the_same_seed_writes_the_same_rows(db):
    assert written(2014, date(2026, 12, 31)) == written(2014, date(2026, 12, 31))


def write_as_new(company: Company, around: Seeded | None = None) -> None:
    """What was undone before has left its pages, and Postgres would plan for these."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE feedback_grouppart, feedback_groupfigure, feedback_publication")
    write(company, around)


def written(seed: int, day: date) -> dict[str, list[Any]]:
    """What is in the database after loading, without keys; the loading itself is undone."""
    with transaction.atomic():
        write_as_new(imagine(seed, day))
        who = ("employee__number", "manager__number")
        rows: dict[str, list[Any]] = {
            "people": list(Person.objects.order_by("pk").values_list("number", "name", "email")),
            "spells": list(
                Employment.objects.order_by("pk").values_list("person__number", "hired_on", "left_on")
            ),
            "posts": list(Position.objects.order_by("pk").values_list("person__number", "title", "since")),
            "tours": list(Tour.objects.order_by("pk").values_list(*who, "state", "ended_on")),
            "terms": list(
                Terms.objects.order_by("pk").values_list(*who, "mission", "starts_on", "proposed_at")
            ),
            "promises": list(Promise.objects.order_by("pk").values_list("what", "due_on")),
            "said of them": list(LedgerEntry.objects.order_by("pk").values_list("kind", "words", "at")),
            "signatures": list(Signature.objects.order_by("pk").values_list("signer__number", "signed_at")),
            "expectations": list(
                Expectation.objects.order_by("pk").values_list(*who, "role", "due_on", "answered_at")
            ),
            "checkins": list(
                CheckIn.objects.order_by("tour__pk", "due_on", "kind").values_list(
                    *who, "due_on", "revealed_at"
                )
            ),
            "answers": list(
                Answer.objects.order_by("pk").values_list("question__key", "scale", "text", "choice")
            ),
            "outcomes": list(NextStep.objects.order_by("pk").values_list("outcome", "side", "recorded_at")),
        }
        transaction.set_rollback(True)
    return rows


class TheCompany(TestCase):
    """Loaded once, on a 29 February."""

    @classmethod
    def setUpTestData(cls) -> None:
        company = imagine(2014, LEAP_DAY)
        write_as_new(company, surround(company, 2014))

    def setUp(self) -> None:
        traveller = time_machine.travel(noon(LEAP_DAY), tick=False)
        traveller.start()
        self.addCleanup(traveller.stop)

    def test_some_two_hundred_people_work_there_and_others_have_left_in_every_way(self) -> None:
        employed = Person.objects.employed(LEAP_DAY)
        assert 190 <= employed.count() <= 210
        assert 50 <= Person.objects.left(LEAP_DAY).count() <= 100
        assert set(Employment.objects.filter(left_on__isnull=False).values_list("ending", flat=True)) == set(
            Employment.Ending.values
        )
        assert not Employment.objects.filter(regretted=True, regretted_reason="").exists()
        assert employed.filter(email__endswith=".example").count() == employed.count()
        assert not Person.objects.left(LEAP_DAY).filter(email__isnull=False).exists()

    def test_it_has_grown_over_nine_years(self) -> None:
        counts = [Person.objects.employed(date(year, 3, 1)).count() for year in range(2020, 2029)]
        assert counts == sorted(counts)
        assert counts[-1] > 3 * counts[0]

    def test_somebody_came_back(self) -> None:
        spells = Counter(Employment.objects.values_list("person", flat=True))
        assert 2 in spells.values()

    def test_hr_finds_early_leavers_and_boomerangs_in_the_last_twelve_months(self) -> None:
        [found] = of_company([Period(date(2027, 2, 1), date(2028, 1, 31))], LEAP_DAY)
        assert found.boomerangs >= 2
        assert 0 < found.left_within_1_year < found.observed_1_year
        assert 0 < found.left_within_90_days < found.observed_90_days / 2

    def test_what_people_say_differs_by_department_and_changes(self) -> None:
        quarters = list(Publication.objects.order_by("quarter").values_list("quarter", flat=True))
        question = next(question for question in questions() if question.key == "stretch")
        before, now = (
            {row.name: all_types.mean for row in table.rows if (all_types := row.figures[0])}
            for table in (tables(quarters[n], question)[Side.EMPLOYEE] for n in (-5, -1))
        )
        assert max(now.values()) - min(now.values()) >= 0.8
        assert max(abs(before[name] - now[name]) for name in before.keys() & now.keys()) >= 0.3

    def test_departments_were_renamed_closed_and_born(self) -> None:
        now = set(Position.objects.current(LEAP_DAY).values_list("department__name", flat=True))
        ever = set(Position.objects.values_list("department__name", flat=True))
        assert ever - now >= {"Support", "Hardware"}
        assert not Position.objects.filter(department__name="Data", since__lt=date(2025, 1, 1)).exists()

    def test_the_tree_is_four_deep_and_has_no_circles(self) -> None:
        lines = dict(ReportingLine.objects.current(LEAP_DAY).values_list("person", "manager"))

        def depth(person: int) -> int:
            return 1 + depth(lines[person]) if person in lines else 1

        assert max(map(depth, lines)) == 4
        assert tree.loops() == []

    def test_tours_of_every_type_and_status_occur(self) -> None:
        tours = list(Tour.objects.with_sides(LEAP_DAY))
        # Whoever leaves ends their tour here; to go without a word is not made up.
        assert {tour.status(LEAP_DAY) for tour in tours} == set(Tour.Status) - {Tour.Status.LEFT}
        assert {tour.type for tour in tours} == set(Tour.Type)
        early = Tour.objects.filter(state=Tour.State.ENDED_EARLY)
        assert set(early.values_list("ended_by", flat=True)) == set(Side.values)
        assert Tour.objects.filter(previous__previous__previous__isnull=False).exists()
        assert Terms.objects.filter(number=2, proposed_at__isnull=True).exists()

    def test_graduates_and_apprentices_begin_by_two_programmes(self) -> None:
        tours = Tour.objects.filter(programme__isnull=False)
        assert set(tours.values_list("programme_revision__number", flat=True)) == {1, 2}
        assert not tours.exclude(in_force__mission=F("programme_revision__mission")).exists()
        given = Tour.objects.filter(given__isnull=False)
        assert given.count() == Programme.objects.count() == 2
        same = given.filter(
            in_force__proposed_by=F("given__giving__given_by"),
            in_force__starts_on=F("given__giving__starts_on"),
            programme_revision=F("given__giving__revision"),
        )
        assert same.exclude(manager=F("in_force__proposed_by")).count() == 2
        outcomes = Given.objects.order_by("giving", "pk").values_list("outcome", flat=True)
        assert list(outcomes) == ["given", "overlaps"] * 2

    def test_no_tour_outlasts_the_employment(self) -> None:
        for tour in Tour.objects.active(LEAP_DAY).select_related("employee"):
            assert tour.employee.is_employed(LEAP_DAY), tour

    def test_after_the_reorganisation_some_are_managed_by_another_than_signed(self) -> None:
        line = ReportingLine.objects.current(LEAP_DAY).filter(person=OuterRef("employee"))
        moved = Tour.objects.active(LEAP_DAY).exclude(Exists(line.filter(manager=OuterRef("manager"))))
        assert 3 <= moved.count() <= 15
        assert moved.filter(manager__in=Person.objects.left(LEAP_DAY)).exists()

    def test_most_have_a_tour_and_some_end_with_nothing_agreed(self) -> None:
        covered = Tour.objects.active(LEAP_DAY).values("employee").distinct().count()
        assert 0.7 < covered / Person.objects.employed(LEAP_DAY).count() < 0.95
        assert 6 <= Tour.objects.ending_with_nothing_agreed(LEAP_DAY).count() <= 40

    def test_checkins_of_every_state_occur_and_views_differ(self) -> None:
        checkins = list(CheckIn.objects.with_hand_ins())
        assert {checkin.state(LEAP_DAY) for checkin in checkins} == set(CheckIn.State)
        assert any(checkin.was_late for checkin in checkins)
        one_in = [c for c in checkins if c.has_handed_in(Side.EMPLOYEE) != c.has_handed_in(Side.MANAGER)]
        assert CheckIn.State.OPEN in {checkin.state(LEAP_DAY) for checkin in one_in}
        gaps: Counter[int] = Counter()
        revealed = Answer.objects.filter(scale__isnull=False, sheet__checkin__revealed_at__isnull=False)
        in_pairs = revealed.order_by("sheet__checkin", "question", "sheet__side")
        marks = [mark for mark in in_pairs.values_list("scale", flat=True) if mark]
        for employee, manager in zip(marks[::2], marks[1::2], strict=True):
            gaps[abs(employee - manager)] += 1
        assert gaps[0] + gaps[1] > 10 * gaps[3]
        assert gaps[3] > 0

    def test_what_comes_next_stands_in_every_way(self) -> None:
        talks = CheckIn.objects.filter(kind=Kind.NEXT_TOUR).with_hand_ins()
        assert {CheckIn.State.OPEN, CheckIn.State.COMPLETE} <= {talk.state(LEAP_DAY) for talk in talks}
        wanted = Answer.objects.filter(question__key="wanted", sheet__checkin__revealed_at__isnull=False)
        assert len(set(wanted.values_list("choice", flat=True))) > 3
        steps = NextStep.objects.filter(tour__in=Tour.objects.active(LEAP_DAY))
        assert {step.is_agreed for step in steps} == {True, False}
        assert 2 <= Tour.objects.undecided_near_the_end(LEAP_DAY).count() <= 25
        closed = CheckIn.objects.filter(kind=Kind.CLOSE_OUT, revealed_at__isnull=False)
        assert closed.count() > 50

    def test_the_bored_star_was_ever_less_stretched_and_left_before_two_years(self) -> None:
        stars = Tour.objects.filter(
            state=Tour.State.ENDED_EARLY, partings__reason="Leaves for a lead role elsewhere."
        )
        star = stars.get().employee
        spell = star.employments.get()
        assert spell.left_on
        assert (spell.left_on - spell.hired_on).days < 730
        assert spell.regretted
        said = Answer.objects.filter(sheet__author=star, question__key="stretch").order_by(
            "sheet__checkin__due_on"
        )
        marks = [mark for mark in said.values_list("scale", flat=True) if mark]
        assert marks == sorted(marks, reverse=True)
        assert (marks[0], marks[-1]) == (5, 2)

    def test_somebody_is_bored_as_the_star_was_and_their_manager_can_still_see_it(self) -> None:
        tomas = self.person(MANAGER)
        running = CheckIn.objects.filter(tour__in=Tour.objects.active(LEAP_DAY), manager=tomas)
        checkins = running.with_signals(tomas, LEAP_DAY)
        told = [mark for checkin in checkins for mark in vars(checkin)["marks_told"] or ()]
        bored = [mark for mark in told if apart(mark) and "stretch" in mark["for_employee"]]
        assert bored
        assert all(mark["mark"] < mark["beside"] for mark in bored)

    def test_most_promises_are_kept_and_some_are_late(self) -> None:
        figures = promise_keeping(LEAP_DAY - timedelta(days=730), LEAP_DAY)
        for keeping in figures.values():
            assert 0.7 < (keeping.rate().value or 0) < 0.95
        assert 2 <= sum(team.company for team in overdue_by_department(LEAP_DAY)) <= 40

    def test_tomas_owes_ines_a_promise_and_she_asks_to_drop_one(self) -> None:
        ines = Person.objects.get(name="Ines Okafor")
        late = owed(LEAP_DAY).filter(terms__employee=ines, owed_by=Side.MANAGER, due_on__lt=LEAP_DAY)
        assert late.get().terms.manager.name == "Tomas Lindqvist"
        wish = LedgerEntry.objects.get(kind=LedgerEntry.Kind.ASKED, author=ines)
        assert not LedgerEntry.objects.filter(answers=wish).exists()

    def test_planning_adds_no_checkin_to_the_past(self) -> None:
        before = set(CheckIn.objects.values_list("pk", flat=True))
        plan_checkins(noon(LEAP_DAY))
        assert before == set(CheckIn.objects.values_list("pk", flat=True))

    def test_the_first_letters_are_few(self) -> None:
        plan(noon(LEAP_DAY))
        assert 10 <= Message.objects.count() < 300

    def test_each_of_the_three_can_sign_in_and_has_something_to_do_today(self) -> None:
        for account in ACCOUNTS:
            assert Client().login(username=account.email, password=PASSWORD)
            assert todo(self.person(account), LEAP_DAY)
        assert self.person(HR).is_hr

    def test_the_employee_and_her_manager_have_a_checkin_and_a_proposal_before_them(self) -> None:
        ines, tomas = self.person(EMPLOYEE), self.person(MANAGER)
        assert ines.manager_on(LEAP_DAY) == tomas
        open_ = CheckIn.objects.awaiting(ines, LEAP_DAY) & CheckIn.objects.awaiting(tomas, LEAP_DAY)
        assert LEAP_DAY <= open_.get().due_on <= LEAP_DAY + timedelta(days=7)
        proposal = Tour.objects.get(employee=ines, state=Tour.State.PROPOSED)
        assert whose_turn(proposal) == [ines, tomas]
        assert proposal.on_table
        assert proposal.on_table.number == 2
        assert proposal.previous
        for person in (ines, tomas):
            proposal = sign(proposal.on_table, actor=person, now=noon(LEAP_DAY))
        assert proposal.state == Tour.State.AGREED

    def test_the_manager_has_one_of_each_thing_to_do(self) -> None:
        sentences = " / ".join(item.sentence for item in todo(self.person(MANAGER), LEAP_DAY))
        for start in (
            "Answer the check-in",
            "Sign version 2",
            "Write version 2",
            "Finish the draft",
            "Define a tour",
            "Talk with",
        ):
            assert start in sentences
        assert any(item.overdue for item in todo(self.person(MANAGER), LEAP_DAY))

    def test_expectations_stand_in_every_way_and_the_heirs_is_overdue(self) -> None:
        rows = {row.employee.name: row for row in Expectation.objects.with_state(LEAP_DAY)}
        assert {row.state for row in rows.values()} == set(Expectation.State)
        [overdue] = [row for row in rows.values() if row.state == Expectation.State.OVERDUE]
        assert overdue.employee.tours.filter(checkins__isnull=False).exists()
        sentences = [item.sentence for item in todo(self.person(MANAGER), LEAP_DAY)]
        assert f"Answer {overdue.employee.name} about the role they expect" in sentences

    def test_a_first_conversation_waits_for_the_manager_alone(self) -> None:
        tomas, ruth = self.person(MANAGER), self.person(HR)
        assert FirstConversation.objects.visible_to(tomas).exists()
        assert not FirstConversation.objects.visible_to(ruth).exists()
        assert Alignment.objects.visible_to(tomas).get().employee == self.person(EMPLOYEE)
        assert not Alignment.objects.visible_to(ruth).exists()

    def test_checkins_of_a_whole_life_have_learning_reviews_summaries_and_actions(self) -> None:
        learning = Answer.objects.filter(question__key="learning", sheet__checkin__revealed_at__isnull=False)
        assert set(learning.values_list("scale", flat=True)) == {1, 2, 3, 4, 5}
        looked_at = Answer.objects.filter(promise__isnull=False)
        assert set(looked_at.values_list("choice", flat=True)) == set(Outlook.values)
        ines, tomas = self.person(EMPLOYEE), self.person(MANAGER)
        own = CheckIn.objects.filter(employee=ines, manager=tomas)
        assert own.filter(summaries__isnull=False, actions__isnull=False).exists()
        assert set(Action.objects.values_list("outcome", flat=True)) == {None, "done", "dropped"}
        assert not Action.objects.open().filter(due_on__lt=LEAP_DAY - timedelta(days=50)).exists()

    def test_the_three_keep_notes_and_days_away_to_themselves(self) -> None:
        for account in ACCOUNTS:
            assert Note.objects.of(self.person(account)).exists()
            assert self.person(account).absences.exists()

    def test_group_figures_are_out_for_some_departments_and_hidden_for_others(self) -> None:
        newest = Publication.objects.latest("quarter").figures.filter(question__key="stretch")
        departments = newest.annotate(many=Count("parts__department", distinct=True))
        assert set(departments.values_list("side", flat=True)) == set(Side.values)
        assert departments.filter(many=1).exists()
        assert departments.filter(many__gt=1).exists()

    def person(self, account: Account) -> Person:
        return Person.objects.get(email=account.email)


def test_it_is_not_loaded_where_there_are_people(db, settings):
    settings.DEMONSTRATION = True
    make_person("Somebody Else")
    with pytest.raises(CommandError, match="people in this database already"):
        Command().handle(seed=1)
    assert Person.objects.count() == 1


def test_outside_the_demonstration_it_does_not_exist_and_refuses(db, settings):
    assert not settings.DEMONSTRATION
    with pytest.raises(CommandError, match="Unknown command"):
        call_command("load_demonstration")
    with pytest.raises(CommandError, match="not the demonstration"):
        Command().handle(seed=1)
    assert not Person.objects.exists()
