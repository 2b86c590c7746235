"""Figures of an imported export against a reading of the file that shares no code with the import.

The export is an invented one of a few people; or the one that ALLIANCE_EXPORT names, if it is laid out as
`people/mappings/hrdataset_v14.toml` says.
"""

from __future__ import annotations

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from people.measures import behind, counts, survival, trend
from people.measures.periods import Period
from people.measures.rates import turnover_rate
from people.measures.whom import EVERYBODY
from people.models import Department
from tests.people.importing import AS_OF, HRDATASET, QUIRKS, run
from tests.people.test_measures import AMONG, Spell, assert_as_lifelines, day, expected

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(tmp_path) -> Path:
    if "ALLIANCE_EXPORT" in os.environ:
        return Path(os.environ["ALLIANCE_EXPORT"])
    path = tmp_path / "export.csv"
    path.write_text(QUIRKS, encoding="utf-8")
    return path


@pytest.fixture
def spells(export) -> list[Spell]:
    """As the file says; what was imported of it is in the database."""
    run(export, HRDATASET)
    with export.open(encoding="utf-8-sig", newline="") as file:
        return [spell(number, row) for number, row in enumerate(csv.DictReader(file))]


def spell(number: int, row: dict[str, str]) -> Spell:
    hired = read(row["DateofHire"])
    assert hired
    voluntary = row["EmploymentStatus"] == "Voluntarily Terminated"
    ending = "retirement" if row["TermReason"] == "retiring" else "resignation" if voluntary else "dismissal"
    places = ((hired, row["Department"].strip()),)
    return Spell(number, hired, read(row["DateofTermination"]), ending, None, places)


def read(written: str) -> date | None:
    if not written:
        return None
    month, on, year = map(int, written.split("/"))
    return date(year + (1900 if year >= 70 else 2000), month, on)


@pytest.fixture
def years(spells) -> list[Period]:
    """Each calendar year of the company, and periods that begin, end or lie where it is awkward."""
    begun = min(s.hired for s in spells).year
    over = max(s.left or s.hired for s in spells).year
    odd = [(date(2012, 2, 29), date(2012, 2, 29)), (date(2011, 12, 31), date(2014, 1, 1))]
    odd += [(s.hired, s.left) for s in spells if s.left][:3]
    whole = [(date(year, 1, 1), date(year, 12, 31)) for year in range(begun, over + 1)]
    return [Period(*each) for each in whole + odd]


@pytest.fixture
def departments(spells) -> dict[str, int]:
    found = dict(Department.objects.values_list("name", "pk"))
    assert set(found) == {s.places[0][1] for s in spells}
    return found


def test_counts_are_those_of_the_file(spells, years, departments):
    assert counts.of_company(years, AS_OF) == [expected(spells, p, None, today=AS_OF) for p in years]
    for name, department in departments.items():
        wanted = [expected(spells, p, name, today=AS_OF) for p in years]
        assert counts.of_departments([department], years, AS_OF) == wanted, name


def test_as_many_people_are_behind_each_count_whatever_their_length_of_service(spells, years):
    for among in (among for among in AMONG if among.names is None):
        for period in years:
            wanted = expected(spells, period, None, among, today=AS_OF)
            for name in behind.NAMES:
                found = behind.employments(name, among.whom(), period, AS_OF)
                assert len(found) == getattr(wanted, name), (name, period, among)


def test_survival_is_that_of_lifelines(spells, years, departments):
    for on in (date(2012, 2, 29), max(period.last for period in years), AS_OF):
        curves = survival.curves(on, list(departments))
        hired = [s for s in spells if s.hired <= on]
        assert_as_lifelines(curves[None], hired, on)
        for name in departments:
            into = [s for s in hired if s.places[0][1] == name]
            assert_as_lifelines(curves.get(name, survival.NOBODY), into, on)
        for year, curve in survival.curves_by_year(on, 20).items():
            assert_as_lifelines(curve, [s for s in hired if year in (None, s.hired.year)], on)


def test_each_month_is_that_of_the_file(spells, years):
    months = trend.of(EVERYBODY, max(period.last for period in years), months=36)
    assert len(months) == 36
    for month in months:
        first = (month.end + day).replace(year=month.end.year - (month.end.month != 12))
        year = expected(spells, Period(first, month.end), None, today=AS_OF)
        assert month.headcount == year.closing
        assert month.turnover.value == (turnover_rate(year).value if year.opening else None)
