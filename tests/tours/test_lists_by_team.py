"""HR's lists of a large company: what presses most comes first, and each team's number leads to its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from people.models import Department, Person
from tests.factories import (
    NOW,
    TODAY,
    make_line,
    make_person,
    make_position,
    make_proposed_tour,
    make_signed_tour,
)
from tours.models import Tour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]


def days(number: int) -> timedelta:
    return timedelta(days=number)


def report(cast, name: str, team: str) -> Person:
    person = make_person(name)
    make_position(person, team)
    make_line(person, cast.carol)
    return person


def ending(cast, employee: Person, in_days: int, since: int = 300) -> Tour:
    span = {"starts_on": TODAY - days(since), "ends_on": TODAY + days(in_days)}
    return make_signed_tour(employee, cast.carol, **span)


def listed(reply: Any) -> list[Tour]:
    return [tour for tour, _status in reply.context["rows"]]


@pytest.mark.parametrize("which", ["ending", "undecided"])
def test_the_tour_that_ends_first_is_first(cast, as_, which):
    """Whichever began first."""
    later = ending(cast, report(cast, "Mary Moor", "Sales"), 50, since=400)
    first = ending(cast, report(cast, "Nora Noon", "Sales"), 5, since=300)
    middle = ending(cast, report(cast, "Olaf Oak", "Sales"), 20, since=200)
    page = as_(cast.heidi).get(reverse("tours"), {"show": which})
    assert listed(page) == [first, middle, later]


def test_what_ended_or_has_waited_the_longest_is_first(cast, as_):
    people = [report(cast, f"Person {n}", "Sales") for n in range(4)]
    old, recent = (ending(cast, person, ago) for person, ago in zip(people[:2], (-60, -3), strict=True))
    page = as_(cast.heidi).get(reverse("tours"), {"show": "ended"})
    assert listed(page) == [old, recent]
    long, waits = (
        make_proposed_tour(person, cast.carol, starts_on=TODAY, proposed_at=NOW - days(ago))
        for person, ago in zip(people[2:], (80, 22), strict=True)
    )
    page = as_(cast.heidi).get(reverse("tours"), {"show": "unsigned"})
    assert listed(page) == [long, waits]


LISTS: dict[str, Callable[[Any], list[str]]] = {
    "/tours/?show=undecided": lambda reply: [tour.employee.name for tour in listed(reply)],
    "/tours/?show=promises": lambda reply: [tour.employee.name for tour in listed(reply)],
    "/tours/without/": lambda reply: [person.name for person in reply.context["people"]],
}


@pytest.fixture
def three(cast) -> None:
    """Two of Sales and one of Marketing, of whom each list tells; and nobody of Engineering."""
    due = [{"due_on": TODAY - days(90)}]
    for name, team in (("Mary Moor", "Sales"), ("Nora Noon", "Sales"), ("Olaf Oak", "Marketing")):
        span = {"starts_on": TODAY - days(300), "ends_on": TODAY + days(40)}
        make_signed_tour(report(cast, name, team), cast.carol, promises=due, **span)
        report(cast, f"{name} Junior", team)


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.usefixtures("three")
def test_the_number_of_a_team_leads_to_just_so_many_of_it(cast, as_, address):
    heidi = as_(cast.heidi)
    links = re.findall(r'<dt><a href="([^"]+)">Sales</a></dt><dd>(\d+)</dd>', heidi.get(address).text)
    [(link, number)] = links
    page = heidi.get(f"{address.partition('?')[0]}{link.replace('&amp;', '&')}")
    names = sorted(name.removesuffix(" Junior") for name in LISTS[address](page))
    assert names == ["Mary Moor", "Nora Noon"]
    assert len(names) == int(number) == page.context["page"].paginator.count
    assert "Only of the team Sales." in page.text
    back = re.findall(r'<a href="([^"]+)">All teams</a>', page.text)[0]
    assert "Olaf" in heidi.get(f"{address.partition('?')[0]}{back}").text


@pytest.mark.usefixtures("three")
def test_where_promises_are_counted_a_team_leads_to_its_tours(cast, as_):
    page = as_(cast.heidi).get(reverse("promises"))
    [link] = re.findall(r'<th scope="row"><a href="([^"]+)">Marketing</a>', page.text)
    assert [tour.employee.name for tour in listed(as_(cast.heidi).get(link.replace("&amp;", "&")))] == [
        "Olaf Oak"
    ]


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.usefixtures("three")
def test_a_team_in_which_nobody_is_left_to_list_says_so_and_one_that_is_none_is_not_found(cast, as_, address):
    mark = "&" if "?" in address else "?"
    empty = Department.objects.create(name="Quiet")
    page = as_(cast.heidi).get(f"{address}{mark}team={empty.pk}")
    assert "Only of the team Quiet." in page.text
    assert "nothing is to be done here" in page.text
    assert LISTS[address](page) == []
    for none in (empty.pk + 1000, "9" * 30, "Sales", "-1"):
        assert as_(cast.heidi).get(f"{address}{mark}team={none}").status_code == 404


@pytest.mark.usefixtures("three")
def test_who_is_not_hr_has_no_teams_and_cannot_ask_for_one(cast, as_):
    sales = Department.objects.get(name="Sales")
    page = as_(cast.carol).get(reverse("tours"), {"show": "undecided", "team": sales.pk})
    assert len(listed(page)) == 3
    assert "Sales" not in page.text
