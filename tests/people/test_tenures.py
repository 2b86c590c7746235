"""Contracts without a day between are one tenure, whichever way they come in; no later export undoes it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from importlib import import_module
from threading import Event

import pytest
from django.db import connection, transaction
from django.db.migrations import RunSQL
from django.db.models import F, QuerySet
from hypothesis import given
from hypothesis import strategies as st

from people import services
from people.models import Employment, Person, Tenure
from people.tenures import ALL_ANEW
from tests.factories import make_employment, make_line, make_person, make_position
from tests.hypotheses import quietly
from tests.people.importing import Export, run
from tests.people.test_measures import Spell, build, companies, unbroken
from tests.racing import PATIENCE, until_somebody_waits

D = date
FIRST = "7,Ann,,2024-01-01,2024-12-31,end of contract,Sales,Clerk,"
NEXT = "7,Ann,,2025-01-01,,,Sales,Clerk,"


def tenures(person: Person) -> list[tuple[date, date | None]]:
    return list(person.tenures.order_by("hired_on").values_list("hired_on", "left_on"))


def test_who_is_hired_from_the_day_after_goes_on_and_who_is_a_day_later_comes_back(db):
    ann, bo = (make_person(hired_on=D(2024, 1, 1)) for _n in range(2))
    for person in (ann, bo):
        services.end_employment(person, last_day=D(2024, 12, 31), ending="end_of_contract", regretted=True)
    services.hire(ann, on=D(2025, 1, 1))
    services.hire(bo, on=D(2025, 1, 2))
    assert tenures(ann) == [(D(2024, 1, 1), None)]
    assert tenures(bo) == [(D(2024, 1, 1), D(2024, 12, 31)), (D(2025, 1, 2), None)]
    assert (ann.tenures.get().ending, ann.tenures.get().regretted) == (None, None)
    services.end_employment(ann, last_day=D(2025, 6, 30), ending="resignation")
    assert ann.tenures.get().ending == "resignation"
    assert [spell.ending for spell in ann.employments.all()] == ["end_of_contract", "resignation"]


def test_an_export_that_names_the_newest_contract_alone_makes_one_of_both_and_no_export_undoes_it(
    db, tmp_path
):
    export = Export(tmp_path)
    run(export.write(FIRST), as_of=D(2024, 6, 1))
    for row, day in ((NEXT, D(2025, 1, 15)), (NEXT, D(2025, 2, 15)), (FIRST, D(2024, 6, 1))):
        run(export.write(row), as_of=day)
        ann = Person.objects.get(number="7")
        assert tenures(ann) == [(D(2024, 1, 1), None)]
        assert ann.employments.count() == 2
    run(export.write(FIRST.replace("2024-12-31", "2024-11-30")), as_of=D(2025, 2, 15))
    assert tenures(ann) == [(D(2024, 1, 1), D(2024, 11, 30)), (D(2025, 1, 1), None)]


def test_what_lasts_through_two_contracts_stays_whole_when_the_second_ends_and_when_it_does_not(db):
    ann, boss = (
        make_person(hired_on=D(2024, 1, 1), left_on=D(2024, 12, 31)),
        make_person(hired_on=D(2020, 1, 1)),
    )
    make_employment(ann, hired_on=D(2025, 1, 1))
    make_position(ann, since=D(2024, 7, 1))
    make_line(ann, boss, since=D(2024, 1, 1))
    spans = (ann.positions, ann.reporting_lines)
    services.end_employment(ann, last_day=D(2026, 1, 31), ending="resignation")
    assert [span.values_list("since", "until").get() for span in spans] == [
        (D(2024, 7, 1), D(2026, 1, 31)),
        (D(2024, 1, 1), D(2026, 1, 31)),
    ]
    services.undo_leaving(ann)
    assert [span.values_list("since", "until").get() for span in spans] == [
        (D(2024, 7, 1), None),
        (D(2024, 1, 1), None),
    ]


def test_what_is_made_of_those_who_are_there_already_is_what_is_made_as_they_come(db):
    ann, bo = make_person(hired_on=None), make_person(hired_on=D(2020, 1, 1))
    for hired, left in (
        (D(2019, 1, 1), D(2019, 2, 28)),
        (D(2019, 3, 1), D(2019, 3, 1)),
        (D(2019, 3, 2), D(2019, 12, 31)),
        (D(2020, 1, 2), None),
    ):
        make_employment(ann, hired, left)
    made = sorted(Tenure.objects.values_list("person", "hired_on", "left_on", "ending", "regretted", "since"))
    assert [row[1:3] + row[5:] for row in made] == [
        (D(2019, 1, 1), D(2019, 12, 31), date.min),
        (D(2020, 1, 2), None, D(2020, 1, 1)),
        (D(2020, 1, 1), None, date.min),
    ]
    assert made[2][0] == bo.pk
    operations = import_module("people.migrations.0008_what_figures_count").Migration.operations
    _lock, migrated = (each.sql for each in operations if isinstance(each, RunSQL))
    for anew in (ALL_ANEW, migrated):
        Tenure.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(anew)
        again = Tenure.objects.values_list("person", "hired_on", "left_on", "ending", "regretted", "since")
        assert sorted(again) == made


KEPT, CUT_SHORT, BEGUN_LATER, ANOTHERS, GONE = range(5)  #: what becomes of a contract
MOST = 21  #: contracts in a random company


@quietly(given(companies(), st.lists(st.sampled_from(range(5)), min_size=MOST, max_size=MOST)))
def test_tenures_are_those_of_plain_python_also_once_contracts_have_changed_and_gone(db, spells, changes):
    """Each kind of change in one statement, of several people's at once."""
    with transaction.atomic():
        build(spells)
        another = make_person(hired_on=None)
        contracts = [*zip(Employment.objects.order_by("person", "hired_on"), changes, strict=False)]

        def those(change: int) -> QuerySet[Employment]:
            return Employment.objects.filter(pk__in=[each.pk for each, what in contracts if what == change])

        those(CUT_SHORT).update(left_on=F("hired_on"), ending="other", regretted=True)
        those(BEGUN_LATER).filter(left_on__isnull=False).update(hired_on=F("left_on"))
        those(ANOTHERS).filter(person__name="Person 0").update(person=another)
        those(GONE).delete()
        assert sorted(Tenure.objects.values_list(*COLUMNS)) == sorted(in_plain_python())
        transaction.set_rollback(True)


COLUMNS = ("person", "hired_on", "left_on", "ending", "regretted", "since")


def as_spell(row: Employment) -> Spell:
    return Spell(row.person_id, row.hired_on, row.left_on, row.ending or "", row.regretted, ())


def in_plain_python() -> Iterator[tuple[object, ...]]:
    rows = Employment.objects.order_by("person", "hired_on")
    before: Spell | None = None
    for spell in unbroken([as_spell(row) for row in rows]):
        since = date.min
        if before and before.person == spell.person and before.left:
            since = before.left + timedelta(days=1)
        yield spell.person, spell.hired, spell.left, spell.ending or None, spell.regretted, since
        before = spell


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("later", "since"), [(D(2025, 1, 1), [date.min]), (D(2027, 1, 1), [date.min, D(2025, 1, 1)])]
)
def test_of_two_contracts_written_at_once_by_scripts_the_second_waits_and_sees_the_first(later, since):
    """Else both would stand as tenures of their own, and whoever comes back as one who was never here."""
    ann = make_person(hired_on=None)
    written = Event()

    def first() -> None:
        try:
            with transaction.atomic():
                make_employment(ann, D(2024, 1, 1), D(2024, 12, 31))
                written.set()
                until_somebody_waits("transactionid")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(first)
        written.wait(PATIENCE)
        make_employment(ann, later)
        done.result()
    assert list(ann.tenures.order_by("hired_on").values_list("since", flat=True)) == since
    assert tenures(ann)[-1] == (later if len(since) > 1 else D(2024, 1, 1), None)
    assert Employment.objects.count() == 2
