"""Each import is written down, with those who came with it."""

import pytest

from people.models import Import, Person
from tests.people.importing import Export, refused, run

pytestmark = pytest.mark.django_db

BOSS = "1,Bo Boss,bo@example.com,2010-01-01,,,Board,Head,"
ANN = "2,Ann Ames,ann@example.com,2015-06-01,,,Sales,Seller,1"
BEN = "3,Ben Bell,ben@example.com,2016-01-01,,,Sales,Seller,1"


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


def cohorts() -> list:
    return [sorted(run.newcomers.values_list("number", flat=True)) for run in Import.objects.order_by("pk")]


def test_those_who_are_new_are_the_cohort_of_their_import(export):
    run(export.write(BOSS, ANN))
    run(export.write(BOSS, ANN.replace("Seller", "Buyer"), BEN))
    assert cohorts() == [["1", "2"], ["3"]]
    assert list(Import.objects.order_by("pk").values_list("file", "rows", "created", "changed")) == [
        ("people.csv", 2, 2, 0),
        ("people.csv", 3, 1, 1),
    ]


def test_an_import_that_changes_nothing_is_written_down_and_brings_nobody(export):
    run(export.write(BOSS))
    run(export.write(BOSS))
    assert cohorts() == [["1"], []]


def test_a_dry_run_or_a_refused_file_leaves_no_trace(export):
    run(export.write(BOSS), dry_run=True)
    refused(export.write(BOSS, BOSS))
    assert not Import.objects.exists()
    assert not Person.objects.exists()
