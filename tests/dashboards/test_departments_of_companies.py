"""Departments with those below them, three levels deep, against plain Python on random companies."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from hypothesis import given

from alliance_site.dashboards.retention.departments import Parts, Whole, nowhere
from alliance_site.dashboards.retention.tree import lines
from people.departments import Departments
from people.measures import counts
from people.measures.whom import Service, Whom
from tests.hypotheses import quietly
from tests.tours.companies import PLACES, YEAR, Among, Worker, build, workers
from tours.measures import coverage


def in_numbers(company: list[Worker], among: Among) -> tuple[int, int, int, int]:
    """Joiners, leavers, who is there at the close, and who of these is on a tour."""

    def within(days: list[tuple[Worker, date | None]]) -> int:
        of_the_year = [(worker, day) for worker, day in days if day and YEAR.first <= day <= YEAR.last]
        return sum(among.has(worker, day) for worker, day in of_the_year)

    spells = [(worker, hired, left) for worker in company for hired, left, _ending in worker.spells]
    joined = within([(worker, hired) for worker, hired, _left in spells])
    gone = within([(worker, left) for worker, _hired, left in spells])
    there = [
        worker
        for worker in company
        if (spell := worker.spell(YEAR.last)) and spell[1] != YEAR.last and among.has(worker, YEAR.last)
    ]
    on_a_tour = sum(worker.is_on_a_tour(YEAR.last) for worker in there)
    return joined, gone, len(there), on_a_tour


@quietly(given(workers()), examples=20)
def test_each_line_of_the_tree_is_of_the_department_with_those_below_it_and_the_lowest_add_up(db, company):
    with transaction.atomic():
        build(company)
        for service in (Service(), Service(90, 365)):
            assert_in_the_tree(company, service)
        transaction.set_rollback(True)


def assert_in_the_tree(company: list[Worker], service: Service) -> None:
    tree, day = Departments(), YEAR.last
    own = counts.by_department(YEAR, day, service=service)
    on_tours = coverage.covered_by_department(day, service)
    (all_,) = counts.of_company([YEAR], day, service)
    whole = Whole(all_, *coverage.covered(Whom.of(None, service), [day]))
    parts = Parts(tree, own, on_tours, nowhere(whole, own, on_tours))
    found = {line.name: line for line in lines(parts, None)}
    for node, level in tree.downward():
        alone = [(f"{node.name} itself", node.name)] if tree.children.get(node.pk) else []
        for name, places in [(node.name, PLACES[level:]), *alone]:
            told = 0, 0, 0, 0
            if line := found.get(name):
                counted = line.counts
                told = counted.joiners, counted.leavers, counted.closing, line.covered
            assert told == in_numbers(company, Among(places, "", service))
    lowest = [line for line in found.values() if not line.has_below]
    assert sum(line.covered for line in lowest) == whole.covered
    assert sum(line.counts.closing for line in lowest) == all_.closing
