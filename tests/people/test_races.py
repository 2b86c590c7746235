"""HR records something of a person while an import, or somebody else in HR, changes the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from people import services, uniting
from people.importing import company
from people.models import Employment, Person
from tests.factories import make_hr, make_person, make_position
from tests.people.importing import Export, run
from tests.racing import PATIENCE, at_once, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 4, 1)

ACTS = {
    "leaves": lambda ann, bo: services.end_employment(ann, last_day=DAY, ending=Employment.Ending.DEATH),
    "stays": lambda ann, bo: services.undo_leaving(ann),
    "comes back": lambda ann, bo: services.hire(ann, on=DAY, manager=bo),
    "is moved": lambda ann, bo: services.set_position(ann, bo.positions.get().department, "Aide", since=DAY),
    "gets another manager": lambda ann, bo: services.set_manager(ann, bo, since=DAY),
    "is in a department renamed": lambda ann, bo: services.change_department(
        bo.positions.get().department, name="Anew", above=None
    ),
    "is in a department united": lambda ann, bo: uniting.unite(
        bo.positions.get().department_id, services.add_department("Anew").pk
    ),
    "becomes HR": lambda ann, bo: services.appoint_hr(ann, since=DAY),
}
LAST_DAYS = {"stays": date(2026, 5, 1), "comes back": date(2025, 12, 31)}


def closing(act, *given):
    """In a thread of its own, with a connection of its own; raises what went wrong."""
    try:
        return act(*given)
    finally:
        connection.close()


@pytest.mark.parametrize("what", ACTS)
def test_an_import_and_what_hr_records_meanwhile_never_block_each_other(what, tmp_path, monkeypatch):
    bo, ann = make_person("Bo Boss", number="1"), make_person("Ann Ames", number="2")
    make_position(bo)
    if what in LAST_DAYS:
        services.end_employment(ann, last_day=LAST_DAYS[what], ending=Employment.Ending.RESIGNATION)
    file = Export(tmp_path).write("2,Ann Archer,ann@example.com,2020-01-01,,,,,")
    with ThreadPoolExecutor(1) as pool:
        recorded = []
        load = company.load

        def load_and_wait():
            """The import holds its lock, and has written nothing yet."""
            recorded.append(pool.submit(closing, ACTS[what], ann, bo))
            until_somebody_waits("advisory")
            return load()

        monkeypatch.setattr(company, "load", load_and_wait)
        run(file)
        recorded[0].result(PATIENCE)
    assert Person.objects.get(number="2").name == "Ann Archer"


def test_of_two_in_hr_who_end_each_others_duty_at_once_one_keeps_it():
    both = [make_person(), make_person()]
    for person in both:
        make_hr(person)
    at_once(*(partial(services.relieve_of_hr, person, now=timezone.now()) for person in both))
    assert sum(Person.objects.get(pk=person.pk).is_hr for person in both) == 1
