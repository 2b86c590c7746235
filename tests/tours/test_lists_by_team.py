"""HR's lists of a large company: what presses most comes first, and each team's number leads to its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from people import uniting
from people.models import Department, Person, Position
from people.services import set_manager
from tests.factories import (
    NOW,
    TODAY,
    make_line,
    make_person,
    make_position,
    make_proposed_tour,
    make_signed_tour,
)
from tours import services
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


def test_what_is_to_be_taken_over_or_reviewed_the_soonest_is_first(cast, as_):
    open_ended = {"type": Tour.Type.FOUNDATIONAL, "starts_on": TODAY - days(800), "ends_on": None}
    old, recent = (
        make_signed_tour(
            report(cast, f"Person {n}", "Sales"), cast.carol, review_on=TODAY - ago, **open_ended
        )
        for n, ago in enumerate((days(90), days(30)))
    )
    page = as_(cast.heidi).get(reverse("tours"), {"show": "review"})
    assert listed(page) == [old, recent]
    first, second = (ending(cast, report(cast, f"Person {n}", "Sales"), 200) for n in (3, 4))
    for tour, ago in ((first, 60), (second, 10)):
        set_manager(tour.employee, cast.bob, since=TODAY - days(ago))
    page = as_(cast.heidi).get(reverse("tours"), {"show": "handover"})
    assert listed(page) == [first, second]


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
    assert "Only of Sales itself, without the departments below it." in page.text
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
    assert "Only of Quiet itself" in page.text
    assert "nothing is to be done here" in page.text
    assert LISTS[address](page) == []
    for none in (empty.pk + 1000, "9" * 30, "Sales", "-1", "None"):
        assert as_(cast.heidi).get(f"{address}{mark}team={none}").status_code == 404


@pytest.mark.usefixtures("three")
def test_who_is_not_hr_has_no_teams_and_cannot_ask_for_one(cast, as_):
    sales = Department.objects.get(name="Sales")
    page = as_(cast.carol).get(reverse("tours"), {"show": "undecided", "team": sales.pk})
    assert len(listed(page)) == 3
    assert "Sales" not in page.text


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.usefixtures("three")
def test_who_is_in_no_team_can_be_listed_alone(cast, as_, address):
    Position.objects.filter(person__name__startswith="Olaf Oak").delete()
    page = as_(cast.heidi).get(address)
    [link] = re.findall(r'<dt><a href="([^"]+)">In no team today</a></dt><dd>1</dd>', page.text)
    alone = as_(cast.heidi).get(f"{address.partition('?')[0]}{link.replace('&amp;', '&')}")
    assert "Only of those who are in no team today." in alone.text
    assert [name.removesuffix(" Junior") for name in LISTS[address](alone)] == ["Olaf Oak"]


@pytest.mark.usefixtures("three")
def test_a_team_that_was_united_with_another_leads_to_the_other(cast, as_):
    sales, marketing = (Department.objects.get(name=name) for name in ("Sales", "Marketing"))
    uniting.unite(sales.pk, marketing.pk)
    page = as_(cast.heidi).get(reverse("tours"), {"show": "undecided", "team": sales.pk})
    assert "Only of Marketing itself" in page.text
    assert len(listed(page)) == 3


@pytest.mark.usefixtures("three")
def test_a_team_none_of_whose_promises_is_listed_leads_nowhere(cast, as_):
    """All that is overdue there is said to be done, and waits for a verdict."""
    tour = Tour.objects.get(employee__name="Olaf Oak")
    services.say_done(tour.in_force.promises.get(), "Done.", actor=cast.carol, now=NOW)
    text = as_(cast.heidi).get(reverse("promises")).text
    assert '<th scope="row">Marketing' in text
    assert re.findall(r'<th scope="row"><a href="[^"]+">(\w+)</a>', text) == ["Sales"]
