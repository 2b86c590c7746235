"""Group figures: of a quarter that is over, once, by the policy of its last day, and never of too few."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from feedback.figures import publishing
from feedback.figures.grouping import Marks, divide
from feedback.figures.publishing import _cells, _departments, publish_quarters
from feedback.figures.quarters import Quarter
from feedback.figures.reading import COLUMNS, series, tables
from feedback.models import GroupFigure, GroupPart, Publication
from people import uniting
from people.models import Department, Position
from people.services import lock_lines
from tests.factories import make_checkin, make_person, make_policy, make_sheet, make_signed_tour
from tests.feedback.companies import (
    FIRST,
    QUARTERS,
    SINCE,
    Company,
    Said,
    answer,
    ask,
    build,
    crowd,
    day_after,
    on_random_companies,
)
from tests.racing import PATIENCE, at_once
from tours.models import Policy, Side

pytestmark = pytest.mark.django_db
OUT = day_after(FIRST)
A, B, C = ("A", "rotational"), ("B", "rotational"), ("C", "rotational")


@pytest.fixture
def question():
    return ask()


def sums() -> list[tuple[int, int]]:
    """Of each group of employees' marks: how many, and their sum."""
    return sorted(GroupFigure.objects.filter(side=Side.EMPLOYEE).values_list("marks", "total"))


def by_name(question, side: Side = Side.EMPLOYEE) -> dict[str, int | None]:
    """How many stand behind each department's figure; None where it is hidden."""
    table = tables(FIRST.first, question)[side]
    figures = {row.name or "all": row.figures[0] for row in (*table.rows, table.all)}
    return {name: figure.marks if figure else None for name, figure in figures.items()}


class TestDividing:
    def cells(self, **sizes: int) -> dict:
        people = iter(range(1000))
        return {
            (ord(name[0]), name[1:] or "t"): Marks(Counter(next(people) for _one in range(size)), 3 * size)
            for name, size in sizes.items()
        }

    def sizes(self, cells, by="department", least=5) -> list[list[int]]:
        return sorted(sorted(cells[cell].number for cell in group) for group in divide(cells, least, by))

    @pytest.mark.parametrize(
        ("sizes", "groups"),
        [
            ({"a": 4}, []),
            ({"a": 5}, [[5]]),
            ({"a": 5, "b": 5}, [[5], [5]]),
            ({"a": 9, "b": 7, "c": 1}, [[1, 7], [9]]),  # the next smallest goes with the one
            (
                {"a": 9, "b": 7, "c": 3, "d": 2},
                [[2, 3], [7], [9]],
            ),  # together they are enough
            ({"a": 5, "b": 1}, [[1, 5]]),
            ({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}, [[1, 1, 1, 1, 1]]),
        ],
    )
    def test_the_smallest_go_together_with_the_next_if_they_are_too_few(self, sizes, groups):
        assert self.sizes(self.cells(**sizes)) == groups

    def test_a_department_is_divided_by_types_where_each_part_is_enough(self):
        cells = self.cells(a1=9, a2=6, a3=2, b1=5)
        assert self.sizes(cells) == [[2, 6], [5], [9]]

    def test_or_types_by_departments(self):
        cells = self.cells(a1=6, b1=7, a2=3, b2=3)
        assert self.sizes(cells, by="type") == [[3, 3], [6], [7]]
        assert self.sizes(cells, by="department") == [[3, 6], [3, 7]]

    def test_many_marks_of_one_person_are_not_many_people(self):
        one = Marks(Counter({1: 20, 2: 1, 3: 1, 4: 1, 5: 1}), 60)
        assert not one.are_enough(5)
        assert divide({(1, "t"): one}, 5, "department") == []

    @pytest.mark.parametrize(("total", "kept"), [(5, 6), (6, 6), (15, 15), (24, 24), (25, 24)])
    def test_a_sum_at_the_end_of_the_scale_is_kept_one_short(self, total, kept):
        assert Marks(Counter(range(5)), total).kept == kept


class TestWhen:
    def test_a_quarter_comes_out_once_its_last_day_is_over_everywhere(self, question):
        build(crowd((*A, 6)), question)
        assert publish_quarters(OUT - timedelta(minutes=2)) == 0
        assert publish_quarters(OUT) == 1
        assert publish_quarters(OUT) == 0
        assert Publication.objects.get().quarter == FIRST.first

    def test_after_an_outage_every_quarter_since_the_first_reveal_comes_out(self, question):
        build(crowd((*A, 6)), question)
        assert publish_quarters(datetime(2026, 3, 16, tzinfo=UTC)) == 4
        assert publish_quarters(datetime(2026, 3, 16, tzinfo=UTC)) == 0

    def test_where_nobody_answered_nothing_is_due(self):
        assert publish_quarters(OUT) == 0

    def test_idling_costs_one_statement(self, question, django_assert_num_queries):
        build(crowd((*A, 6)), question)
        publish_quarters(OUT)
        with django_assert_num_queries(1):
            publish_quarters(OUT)

    @pytest.mark.parametrize(
        ("day", "first", "last"),
        [
            (date(2024, 2, 29), date(2024, 1, 1), date(2024, 3, 31)),
            (date(2025, 12, 31), date(2025, 10, 1), date(2025, 12, 31)),
        ],
    )
    def test_quarters_are_those_of_the_calendar(self, day, first, last):
        assert Quarter.of(day).days == (first, last)


class TestOverWhom:
    def test_the_marks_of_each_part_are_those_of_plain_python(self, question):
        def compare(company: Company) -> None:
            with transaction.atomic():
                build(company, question)
                names: dict[int | None, str] = dict(Department.objects.values_list("pk", "name"))
                for quarter in QUARTERS:
                    for side in Side:
                        found = _cells(quarter, [question], side, _departments(quarter))
                        assert {
                            (names.get(place), type_): (sorted(marks.by.values()), marks.total)
                            for (place, type_), marks in found.items()
                        } == {
                            cell: (sorted(by.values()), total)
                            for cell, (by, total) in company.cells(quarter, side).items()
                        }
                transaction.set_rollback(True)

        on_random_companies(compare)()

    def test_the_mean_is_the_sum_by_the_number_to_one_decimal(self, question):
        build(crowd((*A, 7)), question)  # four times 3, three times 4
        publish_quarters(OUT)
        figure = tables(FIRST.first, question)[Side.EMPLOYEE].all.figures[0]
        assert figure
        assert (figure.marks, figure.total, figure.mean) == (7, 24, 3.4)

    def test_who_answered_twice_counts_once_with_the_newest(self, question):
        first = [Said(n, n, "rotational", date(2025, 1, 10), (1, 1)) for n in range(5)]
        second = [Said(n, n, "rotational", date(2025, 3, 31), (4, 4)) for n in range(5)]
        build(Company([[(SINCE, "A")]] * 5, [*second, *first]), question)
        publish_quarters(OUT)
        assert sums() == [(5, 20)]

    def test_managers_count_by_people_not_by_marks(self, question):
        spread = [Said(n, n % 5, "rotational", FIRST.first, (3, 2)) for n in range(10)]
        build(Company([[(SINCE, "A")]] * 10, spread), question)
        few = [Said(n, n % 4, "rotational", FIRST.next.first, (3, 2)) for n in range(10)]
        build(Company([[(SINCE, "A")]] * 10, few), question)
        publish_quarters(day_after(FIRST.next))
        managers = GroupFigure.objects.filter(side=Side.MANAGER)
        assert [(row.publication_id, row.people, row.marks, row.total) for row in managers] == [
            (FIRST.first, 5, 10, 20)
        ]

    @pytest.mark.parametrize("visibility", ["both", "author"])
    def test_a_question_that_does_not_count_is_in_no_figure(self, visibility):
        build(crowd((*A, 9)), ask(visibility=visibility))
        assert publish_quarters(OUT) == 1
        assert not GroupFigure.objects.exists()

    def test_what_only_one_side_handed_in_is_in_no_figure(self, question, cast):
        tour = make_signed_tour(cast.alice, cast.bob)
        checkin = make_checkin(tour, FIRST.first, question_set=question.question_set)
        make_sheet(checkin, Side.EMPLOYEE, scale=5, submitted_at=OUT)
        build(crowd((*A, 5)), question)
        publish_quarters(OUT)
        assert sums() == [(5, 17)]

    def test_a_new_version_in_the_same_words_continues_the_old_and_other_words_do_not(self, question):
        build(crowd((*A, 3)), question)
        build(crowd((*A, 3)), ask(2))
        other = ask(3, for_employee="How did it go?")
        build(crowd((*A, 5)), other)
        publish_quarters(OUT)
        assert {(row.question, row.marks) for row in GroupFigure.objects.filter(side="employee")} == {
            (question, 6),
            (other, 5),
        }

    def test_a_department_counts_by_the_position_of_the_day_of_the_reveal(self, question):
        moved = [(SINCE, "A"), (date(2025, 2, 1), "B")]
        said = [Said(n, n, "rotational", date(2025, 1, 31 - n), (3, 3)) for n in range(5)]
        said += [Said(5 + n, 5 + n, "rotational", date(2025, 2, 1 + n), (3, 3)) for n in range(5)]
        build(Company([moved] * 10, said), question)
        publish_quarters(OUT)
        assert by_name(question) == {"A": 5, "B": 5, "all": 10}


class TestHiding:
    def test_what_a_subtraction_would_give_away_is_hidden_too(self, question):
        build(crowd((*A, 9), (*B, 7), (*C, 1)), question)
        publish_quarters(OUT)
        assert by_name(question) == {"A": 9, "B": None, "C": None, "all": 17}

    def test_a_type_is_hidden_in_the_total_where_a_department_would_be_cut(self, question):
        build(crowd((*A, 6), ("A", "foundational", 1), ("B", "foundational", 6)), question)
        publish_quarters(OUT)
        table = tables(FIRST.first, question)[Side.EMPLOYEE]
        assert [figure and figure.marks for figure in table.all.figures] == [13, None, None, None]
        assert [[f and f.marks for f in row.figures] for row in table.rows] == [
            [7, None, None, None],
            [6, None, None, 6],
        ]
        assert [f and f.marks for f in table.shown.figures] == [13, None, None, 6]

    def test_a_series_says_the_same_as_the_tables(self, question):
        build(crowd((*A, 9), (*B, 7), ("B", "foundational", 6), (*C, 1)), question)
        publish_quarters(OUT)
        for side, table in tables(FIRST.first, question).items():
            for row in (*table.rows, table.all):
                for type_, figure in zip(COLUMNS, row.figures, strict=True):
                    found = series(question, [FIRST.first], department=row.department, type_=type_)
                    assert found[FIRST.first][side] == figure

    def test_all_are_hidden_where_all_are_too_few(self, question):
        build(crowd((*A, 2), (*B, 2)), question)
        publish_quarters(OUT)
        assert not GroupFigure.objects.exists()
        assert by_name(question) == {"all": None}


class TestThePolicy:
    def test_five_people_unless_hr_chooses_otherwise_and_never_fewer_than_three(self, cast):
        assert Policy.objects.on(OUT.date()).figure_people == 5
        with pytest.raises(DatabaseError), transaction.atomic():
            make_policy(cast.heidi, figure_people=2)
        assert make_policy(cast.heidi, figure_people=3).pk

    def test_the_number_of_the_last_day_counts(self, cast, question):
        make_policy(cast.heidi, holds_from=FIRST.last, figure_people=3)
        build(crowd((*A, 4)), question)
        publish_quarters(OUT)
        assert sums() == [(4, 14)]

    def test_a_lower_number_later_reveals_nothing_of_the_past(self, cast, question):
        build(crowd((*A, 4)), question)
        make_policy(cast.heidi, holds_from=FIRST.next.first, figure_people=3)
        publish_quarters(OUT)
        publish_quarters(OUT)
        assert sums() == []
        assert Publication.objects.get().least == 5

    def test_a_higher_number_later_counts_for_quarters_to_come(self, cast, question):
        build(crowd((*A, 6)), question)
        publish_quarters(OUT)
        make_policy(cast.heidi, holds_from=FIRST.next.first, figure_people=8)
        second = [Said(n, n, "rotational", FIRST.next.first, (3, 3)) for n in range(6)]
        build(Company([[(SINCE, "A")]] * 6, second), question)
        publish_quarters(day_after(FIRST.next))
        assert [row.publication_id for row in GroupFigure.objects.filter(side="employee")] == [FIRST.first]


class TestOnceAndForGood:
    def test_neither_a_late_answer_nor_a_corrected_department_changes_what_is_out(self, question):
        build(crowd((*A, 6), (*B, 6)), question)
        publish_quarters(OUT)
        before = by_name(question), sums()
        corrected = Position.objects.filter(department__name="A").first()
        assert corrected
        Position.objects.filter(pk=corrected.pk).update(department=Department.objects.get(name="B"))
        answer([(make_person(), make_person(), Said(0, 0, "rotational", FIRST.last, (1, 1)))], question)
        publish_quarters(OUT + timedelta(days=50))
        assert (by_name(question), sums()) == before

    def test_a_renamed_department_keeps_its_figures(self, question):
        build(crowd((*A, 6)), question)
        publish_quarters(OUT)
        Department.objects.update(name="Z")
        assert by_name(question) == {"Z": 6, "all": 6}

    def test_departments_that_were_united_stay_apart_in_what_is_out(self, question):
        build(crowd((*A, 6), (*B, 6)), question)
        publish_quarters(OUT)
        keys = dict(Department.objects.values_list("name", "pk"))
        uniting.unite(keys["B"], keys["A"])
        assert by_name(question) == {"A": 6, "B": 6, "all": 12}

    def test_the_database_refuses_to_change_take_back_or_add(self, question):
        build(crowd((*A, 6)), question)
        publish_quarters(OUT)
        figure = GroupFigure.objects.first()
        assert figure
        again = {"publication_id": FIRST.first, "question": question, "side": "employee"}
        for attempt in (
            lambda: GroupFigure.objects.update(total=20),
            lambda: GroupPart.objects.update(type="foundational"),
            lambda: Publication.objects.update(least=3),
            lambda: GroupPart.objects.all().delete(),
            lambda: GroupFigure.objects.filter(pk=figure.pk)._raw_delete("default"),
            lambda: Publication.objects.filter(quarter=FIRST.first)._raw_delete("default"),
            lambda: GroupFigure.objects.create(**again, people=5, marks=5, total=15),
            lambda: GroupPart.objects.create(figure=figure, type="foundational"),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                attempt()

    @pytest.mark.parametrize(("people", "marks", "total"), [(2, 5, 15), (5, 4, 15), (5, 5, 5), (5, 5, 25)])
    def test_the_database_refuses_what_would_show_too_few_or_pin_them(self, question, people, marks, total):
        given = {"publication_id": FIRST.first, "question": question, "side": "employee"}
        with pytest.raises(DatabaseError, match="figure_"), transaction.atomic():
            GroupFigure.objects.create(**given, people=people, marks=marks, total=total)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_publish_at_once_one_does():
    build(crowd((*A, 6)), ask())
    publish = [lambda: publish_quarters(OUT)] * 2
    assert sum(at_once(*publish)) == 1
    assert GroupFigure.objects.filter(side=Side.EMPLOYEE).count() == 1


@pytest.mark.parametrize("united", [False, True])
def test_who_moves_or_is_united_while_a_quarter_is_made_is_in_one_department_for_all_of_it(
    question, united, monkeypatch
):
    """A mark on one question would lie beside others' than the same person's on the next."""
    build(crowd((*A, 7), (*B, 6)), question)
    keys = dict(Department.objects.values_list("name", "pk"))
    keep, kept = publishing._keep, []

    def keep_then_correct(*given: Any) -> None:
        keep(*given)
        if not kept and united:
            uniting.unite(keys["B"], keys["A"])
        elif not kept:
            moved = Position.objects.filter(department=keys["A"]).values("pk")[:1]
            Position.objects.filter(pk__in=moved).update(department=keys["B"])
        kept.append(given)

    monkeypatch.setattr(publishing, "_keep", keep_then_correct)
    publish_quarters(OUT)
    assert len(kept) > 1
    for side in Side:
        assert by_name(question, side) == {"A": 7, "B": 6, "all": 13}


@pytest.mark.django_db(transaction=True)
def test_whoever_publishes_waits_for_nobody_who_saves_or_imports_and_none_of_these_for_them():
    """Either may take minutes."""
    build(crowd((*A, 6)), ask())

    def publish() -> int:
        try:
            return publish_quarters(OUT)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        lock_lines()
        assert pool.submit(publish).result(PATIENCE) == 1


def test_more_people_take_no_more_statements(question, django_assert_max_num_queries):
    build(crowd((*A, 6)), question)
    with django_assert_max_num_queries(18) as few:
        publish_quarters(OUT)
    many = [Said(n, n, "rotational", FIRST.next.first, (3, 3)) for n in range(300)]
    build(Company([[(SINCE, f"D{n % 30}")] for n in range(300)], many), question)
    with django_assert_max_num_queries(18) as lots:
        publish_quarters(day_after(FIRST.next))
    assert len(lots) <= len(few)
