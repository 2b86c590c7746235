"""A company of any size: believable, the same for the same seed, and within every rule."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import InternalError, connection, transaction
from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.test import TestCase

from alliance_site.demonstration.company.imagining import imagine
from alliance_site.demonstration.company.management.commands import seed_company
from alliance_site.demonstration.company.rows.copying import COLUMNS, line
from alliance_site.demonstration.company.rows.history import HISTORIES, write_history
from alliance_site.demonstration.company.seeding import Plan, Seeded
from feedback.limits import FELL_BY, LEARNING, LITTLE_LEARNT, WIDE_GAP
from feedback.models import Answer, CheckIn, Expectation, Kind, Reply, Sheet
from feedback.planning import plan_checkins
from feedback.questions import SHIPPED, latest_sets
from people import tree
from people.models import Department, Employment, FormerName, Person, Position, ReportingLine, Tenure
from tests.factories import make_line, make_person
from tests.tours.facts import misdated, misworded
from tours import statement
from tours.ledger import owed
from tours.models import NextStep, Promise, Revision, Seal, Side, Signature, Terms, Tour

LAST = date(2028, 2, 29)
PLAN: dict[str, Any] = {"people": 200, "years": 4, "seed": 1, "until": LAST, "verbosity": 0}
NOON = datetime.combine(LAST, time(12), tzinfo=UTC)

RULES = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype <> 'n'
UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT
    tgrelid::regclass::text, tgname,
    concat(tgenabled, pg_get_triggerdef(oid), obj_description(oid, 'pg_trigger'))
FROM pg_trigger WHERE NOT tgisinternal
ORDER BY 1, 2, 3
"""
#: Whether whoever looks can take it for granted, of whole pages, that they see every row.
ALL_SEEN = "SELECT relname, relallvisible FROM pg_class WHERE relname = ANY(%s)"
#: All of a table but what nobody gave: keys that Postgres counted, a password's salt.
FINGERPRINT = """
SELECT count(*), md5(string_agg(told, '' ORDER BY told)) FROM (
    SELECT md5((
        to_jsonb(t) - 'id' - 'pgh_id' - 'pgh_obj_id' - 'password' - 'programme_id' - 'programme_revision_id'
    )::text) AS told FROM {table} t
) AS rows
"""


def rules() -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(RULES)
        return cursor.fetchall()


class TheCompany(TestCase):
    rules_before: ClassVar[list[tuple[str, str, str]]]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.rules_before = rules()
        call_command("seed_company", **PLAN)

    def test_every_rule_of_the_database_stands_again(self) -> None:
        assert rules() == self.rules_before
        signed = Terms.objects.filter(signatures__isnull=False)[0]
        with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
            Terms.objects.filter(pk=signed.pk).update(mission="Another")
        assert Person.objects.create(name="Next").pk == Person.objects.aggregate(newest=Max("pk"))["newest"]

    def test_as_many_work_there_as_were_asked_for_and_nobody_can_sign_in_or_be_mailed(self) -> None:
        assert Person.objects.employed(LAST).count() == 200
        assert not Person.objects.filter(email__isnull=False).exists()
        assert not any(person.has_usable_password() for person in Person.objects.all())

    def test_people_come_go_and_come_back_in_a_tree_without_circles(self) -> None:
        spells = Counter(Employment.objects.values_list("person", flat=True))
        assert 2 in spells.values()
        endings = Counter(Employment.objects.filter(left_on__isnull=False).values_list("ending", flat=True))
        assert endings["resignation"] > endings.total() / 2
        assert len(endings) >= 4
        assert Employment.objects.filter(regretted=True).exclude(regretted_reason="").exists()
        assert tree.loops() == []
        staying = Person.objects.employed(LAST).filter(employments__left_on=None)
        assert staying.exclude(reporting_lines__until=None).count() <= 2

    def test_some_are_to_leave_and_of_some_leavers_hr_has_not_said_whether_it_is_a_loss(self) -> None:
        to_leave = Person.objects.employed(LAST).filter(employments__left_on__gt=LAST)
        assert set(to_leave.values_list("is_active", "positions__until")) >= {
            (True, person.employments.get(left_on__gt=LAST).left_on) for person in to_leave
        }
        assert to_leave
        gone = Tenure.objects.filter(left_on__lte=LAST).values_list("regretted", flat=True)
        assert set(gone) == {True, False, None}

    def test_figures_count_them_as_they_would_had_each_been_hired_by_itself(self) -> None:
        columns = ("person", "hired_on", "left_on", "ending", "regretted", "since")
        before = set(Tenure.objects.values_list(*columns))
        Employment.objects.update(ending_note=F("ending_note"))  # the triggers do it anew
        assert set(Tenure.objects.values_list(*columns)) == before
        assert len(before) < Employment.objects.count()  # of some one contract follows the other at once

    def test_nobody_is_managed_by_somebody_who_is_not_there(self) -> None:
        spells = defaultdict(list)
        for person, hired_on, left_on in Tenure.objects.values_list("person", "hired_on", "left_on"):
            spells[person].append((hired_on, left_on or date.max))
        for manager, since, until in ReportingLine.objects.values_list("manager", "since", "until"):
            assert any(hired <= since and (until or date.max) <= left for hired, left in spells[manager])

    def test_departments_were_renamed_closed_and_born(self) -> None:
        """As the product renames one: the same department, in which nobody moved."""
        names = FormerName.objects.select_related("department")
        assert all(each.department.name.startswith(f"{each.name} ") for each in names)
        assert not Department.objects.filter(name__in=names.values("name")).exists()
        there = Position.objects.filter(department__in=names.values("department"))
        assert there.filter(since__lt=LAST - timedelta(days=4 * 365), until=None).exists()
        posts = Position.objects.order_by("person", "since").values_list("person", "department", "title")
        assert not [one for one, next_ in pairwise(posts) if one == next_]
        days = Position.objects.values("department").annotate(
            first=Min("since"), open=Count("pk", Q(until=None))
        )
        assert [row for row in days if row["open"] == 0]
        assert [row for row in days if row["first"] > LAST - timedelta(days=4 * 366)]

    def test_the_word_on_each_promise_is_what_the_ledger_says(self) -> None:
        assert misworded() == []
        assert {"kept", "not_kept", None} <= set(Promise.objects.values_list("word", flat=True))

    def test_nothing_has_force_without_two_signatures_of_two_people(self) -> None:
        in_force = Terms.objects.filter(pk__in=Tour.objects.values("in_force"))
        signed = in_force.annotate(by=Count("signatures__signer", distinct=True))
        assert signed.count() > 300
        assert not signed.exclude(by=2).exists()
        assert not Signature.objects.filter(signed_at__lt=F("terms__proposed_at")).exists()
        assert not Signature.objects.filter(signed_at__gt=NOON).exists()

    def test_what_was_sealed_is_what_the_terms_say(self) -> None:
        for seal in Seal.objects.order_by("pk")[::50]:
            assert statement.drawn_up(Terms.objects.get(pk=seal.terms_id)).text == seal.text

    def test_tours_stand_in_every_way(self) -> None:
        tours = Tour.objects.with_sides(LAST)
        statuses = Counter(tour.status(LAST) for tour in tours)
        assert {*Tour.Status} - set(statuses) <= {Tour.Status.DECLINED, Tour.Status.WITHDRAWN}
        assert set(tours.values_list("type", flat=True)) == set(Tour.Type)
        covered = tours.active(LAST).values("employee").distinct().count()
        assert 0.7 < covered / 200 < 0.97
        assert tours.handed_over(LAST).exists()
        assert Terms.objects.filter(number=2).exclude(manager=F("tour__versions__manager")).exists()
        assert tours.ending_with_nothing_agreed(LAST).exists()
        assert NextStep.objects.filter(outcome=NextStep.Outcome.UNDECIDED).exists()

    def test_no_two_tours_of_a_person_run_at_once(self) -> None:
        spans: dict[int, list[tuple[date, date]]] = {}
        for tour in Tour.objects.exclude(in_force=None).select_related("in_force"):
            assert tour.in_force
            end = tour.ends_on or date.max
            spans.setdefault(tour.employee_id, []).append((tour.in_force.starts_on, end))
        for own in spans.values():
            own.sort()
            assert all(end < start for (_, end), (start, _) in pairwise(own))

    def test_answers_come_once_a_checkin_is_open_and_are_revealed_when_both_are_there(self) -> None:
        assert not Sheet.objects.filter(saved_at__date__lt=F("checkin__opens_on")).exists()
        assert not Sheet.objects.exclude(submitted_at=F("saved_at")).exists()
        both = CheckIn.objects.annotate(sides=Count("sheets"), last=Max("sheets__submitted_at"))
        assert both.filter(revealed_at__isnull=False).count() > 2000
        assert not both.filter(revealed_at__isnull=False).exclude(sides=2, revealed_at=F("last")).exists()
        assert not both.filter(revealed_at=None, sides=2).exists()
        assert {*Kind} == set(both.filter(sides=2).values_list("kind", flat=True))
        assert {c.state(LAST) for c in CheckIn.objects.all()} == set(CheckIn.State)

    def test_most_tours_go_well_and_some_do_not(self) -> None:
        running = Tour.objects.active(LAST)
        rows = Answer.objects.filter(scale__isnull=False, sheet__checkin__tour__in=running)
        told = rows.filter(sheet__checkin__kind=Kind.REGULAR, sheet__checkin__revealed_at__isnull=False)
        key = ("sheet__checkin__tour", "question__key", "sheet__side")
        marks: dict[tuple[int, str, str], list[int]] = defaultdict(list)
        for *which, mark in told.order_by("sheet__checkin__due_on").values_list(*key, "scale"):
            marks[*which].append(mark)
        fell, apart, unlearnt = set(), set(), set()
        for (tour, question, side), series in marks.items():
            beside = marks[tour, question, Side.MANAGER]
            if side == Side.EMPLOYEE:
                apart |= {tour} if abs(series[-1] - beside[-1]) >= WIDE_GAP else set()
                fell |= {tour} if len(series) > 1 and series[-2] - series[-1] >= FELL_BY else set()
                unlearnt |= {tour} if question == LEARNING and max(series[-2:]) <= LITTLE_LEARNT else set()
        tours = {tour for tour, _, _ in marks}
        assert 0.05 < len(fell | apart | unlearnt) / len(tours) < 0.3
        assert apart
        assert unlearnt

    def test_promises_are_kept_broken_overdue_and_looked_at(self) -> None:
        kinds = Counter(Terms.objects.values_list("promises__entries__kind", flat=True))
        assert kinds["kept"] > 3 * kinds["not_kept"] > 0
        assert owed(LAST).filter(due_on__lt=LAST, owed_by=Side.MANAGER).exists()
        assert len(set(Answer.objects.exclude(promise=None).values_list("choice", flat=True))) == 4

    def test_some_were_given_a_programme_and_have_its_words(self) -> None:
        given = Tour.objects.filter(programme__isnull=False)
        assert set(given.values_list("type", flat=True)) == {Tour.Type.ROTATIONAL}
        assert given.count() > 20
        assert not given.exclude(in_force__mission=F("programme_revision__mission")).exists()
        assert not Revision.objects.exclude(made_by__roles__kind="hr").exists()

    def test_of_every_tour_the_days_of_the_terms_in_force_are_kept(self) -> None:
        assert misdated() == []

    def test_some_terms_were_made_anew_by_the_same_two_while_the_tour_ran(self) -> None:
        anew = Terms.objects.exclude(reason="").filter(number__gt=1)
        before = Terms.objects.filter(tour=OuterRef("tour"), number=OuterRef("number") - 1)
        owed = (
            Promise.objects.filter(terms=OuterRef("pk")).values("terms").annotate(n=Count("pk")).values("n")
        )
        told = anew.annotate(
            with_whom=Subquery(before.values("manager")),
            before=Subquery(before.annotate(n=Subquery(owed)).values("n")),
            now=Subquery(owed),
        )
        amended = told.filter(with_whom=F("manager"))
        assert amended.count() > 10
        assert not amended.exclude(now=F("before") + 1).exists()
        assert not Signature.objects.filter(
            terms__in=amended, signed_at__date__gt=F("terms__tour__in_force__ends_on")
        ).exists()

    def test_some_newer_terms_wait_for_the_other_side_while_the_older_hold(self) -> None:
        older = Q(tour__in_force__number__lt=F("number"))
        pending = Terms.objects.filter(older, proposed_at__isnull=False).annotate(by=Count("signatures"))
        assert set(pending.values_list("by", flat=True)) <= {0, 1}
        assert 0 < pending.count() < 20
        assert not pending.exclude(tour__in=Tour.objects.active(LAST)).exists()
        assert not pending.exclude(manager=F("tour__manager"), reason__gt="").exists()

    def test_roles_are_expected_and_answered_by_whoever_was_asked(self) -> None:
        rows = list(Expectation.objects.with_state(LAST).prefetch_related("replies"))
        assert 10 < len(rows) < 40
        states = {row.state for row in rows}
        assert {Expectation.State.ANSWERED, Expectation.State.OPEN} <= states
        assert len({reply.verdict for row in rows for reply in row.replies.all()}) == 3
        assert not Reply.objects.exclude(manager=F("expectation__manager")).exists()
        assert not Reply.objects.filter(at__gt=NOON).exists()

    def test_some_leave_within_the_year_and_some_of_those_within_a_quarter(self) -> None:
        spells = Employment.objects.filter(hired_on__range=(LAST - timedelta(1461), LAST - timedelta(365)))
        served = [(left - hired).days for hired, left in spells.values_list("hired_on", "left_on") if left]
        early = [days for days in served if days <= 365]
        assert 0.05 < len(early) / spells.count() < 0.3
        assert min(early) <= 90

    def test_planning_has_nothing_to_mend(self) -> None:
        before = list(CheckIn.objects.order_by("pk").values())
        plan_checkins(NOON)
        assert list(CheckIn.objects.order_by("pk").values()) == before

    def test_the_history_tells_it_on_the_days_of_the_story(self) -> None:
        tour = Tour.objects.filter(state=Tour.State.ENDED_EARLY)[0]
        told = (
            event("tours.Tour")
            .filter(pgh_obj=tour)
            .order_by("pgh_created_at")
            .values_list("state", "pgh_created_at__date")
        )
        states, days = zip(*told, strict=True)
        assert list(states) == ["draft", "proposed", "agreed", "ended_early"]
        assert days[-1] == tour.ended_on
        with connection.cursor() as cursor:  # what is to end later was said before today
            for history in HISTORIES:
                cursor.execute(f"SELECT FROM {history} WHERE pgh_created_at > %s", [NOON])
                assert not cursor.rowcount, history
        kinds = ["people.Department", "people.FormerName", "people.Person", "people.Employment"]
        kinds += ["tours.Terms", "tours.Signature"]
        for name in kinds:
            assert event(name).filter(pgh_label="insert").count() == apps.get_model(name).objects.count()


def event(name: str) -> QuerySet[Any]:
    return apps.get_model(f"{name}Event")._default_manager.all()


def test_the_same_seed_writes_the_same_rows(db):
    latest_sets(SHIPPED, now=NOON)
    small = {**PLAN, "people": 30, "years": 2}
    first, again, other = fingerprints(small), fingerprints(small), fingerprints({**small, "seed": 8})
    assert first == again
    assert all(first[table] != other[table] for table in ("people_person", "tours_tour", "feedback_answer"))


def fingerprints(plan: dict[str, Any]) -> dict[str, Any]:
    with transaction.atomic():
        call_command("seed_company", **plan)
        found = {table: fingerprint(table) for table in [*COLUMNS, *HISTORIES]}
        transaction.set_rollback(True)
    return found


def fingerprint(table: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(FINGERPRINT.format(table=table))
        return cursor.fetchone()


def test_what_is_planned_before_the_keys_are_back_is_what_would_be_planned_on_any_day(db, monkeypatch):
    latest_sets(SHIPPED, now=NOON)
    small = {**PLAN, "people": 30, "years": 2}
    tables = ("feedback_checkin", "feedback_plan")
    with transaction.atomic():
        call_command("seed_company", **small)
        at_once = {table: fingerprint(table) for table in tables}
        transaction.set_rollback(True)
    monkeypatch.setattr(seed_company.Command, "_plan_ahead", lambda self, until: None)
    call_command("seed_company", **small)
    assert not CheckIn.objects.filter(due_on__gt=LAST + timedelta(days=30)).exists()
    plan_checkins(NOON)
    assert {table: fingerprint(table) for table in tables} == at_once


def test_what_fails_at_its_end_leaves_all_as_it_was_and_can_be_done_again(db, monkeypatch):
    make_person("Somebody Real")
    before, stood = fingerprint("people_person"), rules()
    small = {**PLAN, "people": 20, "years": 1, "beside": True}
    with monkeypatch.context() as failing:
        failing.setattr(seed_company.Command, "_plan_ahead", lambda self, until: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            call_command("seed_company", **small)
    assert (fingerprint("people_person"), rules(), Tour.objects.exists()) == (before, stood, False)
    call_command("seed_company", **small)
    assert rules() == stood
    assert Tour.objects.exists()


def test_only_where_nothing_was_rows_are_such_as_all_have_always_seen(db):
    make_person("Somebody Real")
    before = all_seen()
    call_command("seed_company", **{**PLAN, "people": 20, "years": 1, "beside": True})
    seen = all_seen()
    assert seen["people_person"] <= before["people_person"]
    assert seen["tours_terms"] > 0
    assert seen["feedback_answer"] > 0


def all_seen() -> dict[str, int]:
    """How many pages of each hold only such; of people, who were there before, those tidied up since."""
    with connection.cursor() as cursor:
        cursor.execute(ALL_SEEN, [["people_person", "tours_terms", "feedback_answer"]])
        return dict(cursor.fetchall())


def test_no_process_and_no_order_of_sets_makes_another_company():
    told = (
        "import django; django.setup();"
        "from tests.alliance_site.test_seed_company import story; print(story())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "271828"}
    found = subprocess.run(
        [sys.executable, "-c", told], env=environment, capture_output=True, check=True, text=True
    )
    assert found.stdout.strip() == story()


def story() -> str:
    company = Seeded(Plan(30, 2, 3, LAST, "seeded.example"))
    lives = [repr(life) for life in company.lives()]
    told = (company.staff, company.departments, lives, imagine(7, LAST))
    return sha256(repr(told).encode()).hexdigest()


def test_it_is_not_written_among_people_unless_that_is_meant(db):
    make_person("Somebody Real")
    with pytest.raises(CommandError, match="people in this database already"):
        call_command("seed_company", **PLAN)
    assert Person.objects.count() == 1
    call_command("seed_company", **{**PLAN, "people": 20, "years": 1}, beside=True)
    assert Person.objects.filter(name="Somebody Real").exists()
    assert Person.objects.employed(LAST).count() == 21


def test_nor_among_the_demonstrations_own_and_beside_them_not_at_their_domain(db, settings):
    settings.DEMONSTRATION = True
    make_person("Somebody Invented", email="somebody@northwind.example")
    with pytest.raises(CommandError, match="people in this database already"):
        call_command("seed_company", **PLAN)
    with pytest.raises(CommandError, match=r"people at northwind\.example already"):
        call_command("seed_company", **PLAN, beside=True, domain="northwind.example")
    assert Person.objects.count() == 1


@pytest.mark.parametrize("domain", ["gmail.com", "example", "our-own.company"])
def test_nobody_is_invented_at_a_domain_where_letters_would_arrive(db, domain):
    with pytest.raises(CommandError, match="Letters would go out to invented people"):
        call_command("seed_company", **PLAN, domain=domain)


@pytest.mark.parametrize("people", ["0", "19", "500001", "many", "-30"])
def test_a_size_that_makes_no_company_is_refused(people):
    with pytest.raises(CommandError, match="no number from 20"):
        call_command("seed_company", f"--people={people}")


def test_what_is_to_end_later_is_not_said_before_it_began(db):
    row = make_line(make_person(), make_person(), since=LAST, until=LAST + timedelta(days=9))
    write_history(dict.fromkeys((table for table, _steps in HISTORIES.values()), row.pk - 1), LAST)
    said = event("people.ReportingLine").filter(pgh_obj=row, pgh_label="update")
    assert [told.date() for told in said.values_list("pgh_created_at", flat=True)] == [LAST]


def test_what_a_line_of_copy_must_say_otherwise_is_said_otherwise():
    assert line("a\tb\\c\nd\re", None, 3, LAST) == "a\\tb\\\\c\\nd\\re\t\\N\t3\t2028-02-29"


def test_several_processes_write_a_company_that_is_the_same_each_time(db, monkeypatch):
    monkeypatch.setattr(seed_company, "LARGE", 20)
    latest_sets(SHIPPED, now=NOON)
    small = {**PLAN, "people": 30, "years": 2}
    first = fingerprints(small)
    assert first == fingerprints(small)
    monkeypatch.undo()
    alone = fingerprints(small)
    assert [count for count, _ in first.values()] == [count for count, _ in alone.values()]
