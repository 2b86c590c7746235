"""HR keeps every page and export there ever was, knows who is where, and calculates: nothing comes of it.

`ALLIANCE_ATTACKS=200` attacks that many companies.
"""

from __future__ import annotations

import csv
from collections.abc import Hashable
from contextlib import contextmanager
from fractions import Fraction
from html.parser import HTMLParser
from io import StringIO
from itertools import product
from unittest.mock import patch

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client

from alliance_site.dashboards import opinions
from feedback.figures import grouping
from feedback.figures.publishing import publish_quarters
from feedback.figures.quarters import Quarter
from feedback.figures.reading import Groups
from feedback.models import GroupFigure, GroupPart, Publication
from people.models import Department, Person
from tests.factories import make_hr, make_person, make_policy
from tests.feedback.attacking import Found, pinned, recovered
from tests.feedback.companies import (
    FIRST,
    QUARTERS,
    TYPES,
    Company,
    Said,
    ask,
    build,
    crowd,
    day_after,
    on_random_companies,
)
from tours.models import Side, Tour

LEAST = 5
URL = "/opinions/"
LABELS = {"All types": "", **{str(type_.label): type_.value for type_ in Tour.Type}}
PLACES = {"All departments": "all", "Departments shown": "shown", "No department": None}
#: A quarter, a side, a department (or "all"; None is no department) and a type of tour ("" is all).
View = tuple[Quarter, Side, str | None, str]


class Published(HTMLParser):
    """The tables of a page and the two figures on top, as texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.headlines: list[str] = []
        self.into: list[str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self.into = self.tables[-1][-1]
            self.into.append("")
        elif tag == "dd":
            self.into = self.headlines
            self.into.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td", "dd"):
            self.into = None

    def handle_data(self, data: str) -> None:
        if self.into is not None:
            self.into[-1] += data


def number(text: str) -> tuple[float, int] | None:
    """From "3.4 n = 7": the mean and how many."""
    mean, _between, n = " ".join(text.split()).partition(" n = ")
    return (float(mean), int(n.split()[0])) if n else None


class Attacker:
    """Collects every number there is, with the view that it is of."""

    def __init__(self, client: Client, company: Company, question: int) -> None:
        self.client, self.company, self.question = client, company, question
        self.known: dict[View, tuple[float, int]] = {}

    def keep(self, view: View, figure: tuple[float, int] | None) -> None:
        if figure:
            assert self.known.setdefault(view, figure) == figure, "what was published never changes"

    def look_at_everything(self, *quarters: Quarter) -> None:
        """Each view of the newest quarter, below which stand the same of those before; and their tables."""
        departments = ["", *Department.objects.values_list("name", flat=True)]
        for department, type_ in product(departments, ("", *TYPES)):
            self.read(quarters[-1], department, type_)
        for quarter in quarters[:-1]:
            self.read(quarter)
        for quarter in quarters:
            self.export(quarter)

    def read(self, quarter: Quarter, department: str = "", type_: str = "") -> None:
        asked = {"quarter": quarter.first.isoformat(), "department": department, "type": type_}
        asked["question"] = str(self.question)
        reply = self.client.get(URL, asked)
        assert reply.status_code == 200
        department = department or "all"
        found = Published(reply.text)
        for side, mean, n in zip(Side, found.headlines[::2], found.headlines[1::2], strict=False):
            self.keep((quarter, side, department, type_), number(f"{mean} {n[n.find('n = ') :]}"))
        *over_time, by_employees, by_managers = found.tables if len(found.tables) > 1 else [[], []]
        for side, table in ((Side.EMPLOYEE, by_employees), (Side.MANAGER, by_managers)):
            for name, *cells in table[1:]:
                place = PLACES.get(name, name)
                for label, cell in zip(LABELS, cells, strict=True):
                    self.keep((quarter, side, place, LABELS[label]), number(cell))
        for when, *cells in over_time[0][1:] if over_time else []:
            then = next(each for each in QUARTERS if f"{each.first:%B %Y} –" in when)
            for side, cell in zip(Side, cells, strict=True):
                self.keep((then, side, department, type_), number(cell))

    def export(self, quarter: Quarter) -> None:
        asked = {"quarter": quarter.first.isoformat(), "question": str(self.question)}
        reply = self.client.get(f"{URL}export/csv/", asked)
        assert reply.status_code == 200
        for line in csv.reader(StringIO(reply.content.decode())):
            then = next((each for each in QUARTERS if line and each.first.isoformat() == line[0]), None)
            if then:
                _first, _last, _question, side, name, label, n, mean, _why = line
                figure = (float(mean), int(n)) if n else None
                self.keep((then, Side(side.lower()), PLACES.get(name, name), LABELS[label]), figure)

    def members(self, view: View) -> frozenset:
        """Whose answers a figure is of: HR knows who was where, and who answered when."""
        quarter, side, place, type_ = view
        if place == "shown":
            column = [each for each in self.known if (*each[:2], each[3]) == (quarter, side, type_)]
            parts = [self.members(each) for each in column if each[2] not in ("all", "shown")]
            return frozenset().union(*parts)
        return frozenset(
            (quarter, side, employee)
            for employee, said in self.company.newest(quarter, side).items()
            if place in ("all", self.company.place(employee, said.day)) and type_ in ("", said.type)
        )

    def equations(self) -> dict[frozenset, Fraction]:
        """The sums behind the means: exactly where they are of fewer than ten, for then a mean tells it."""
        found = {}
        for view, (mean, n) in self.known.items():
            members = self.members(view)
            assert len(members) == n, f"{view} is said to be of {n}"
            total = Fraction(round(10 * mean) * n, 10)
            found[members] = Fraction(round(total)) if n < 10 else total
        return found

    def slack(self) -> dict[frozenset, float]:
        """By how much a sum may differ from that, for a mean is rounded."""
        return {members: 0.05 * len(members) * (len(members) >= 10) for members in self.equations()}

    def authors(self) -> dict[Hashable, Hashable]:
        return {
            (quarter, side, employee): said.author(side)
            for quarter in QUARTERS
            for side in Side
            for employee, said in self.company.newest(quarter, side).items()
        }

    def recover(self, least: int = LEAST) -> list[Found]:
        return list(recovered(self.equations(), self.authors(), least))


def live(client: Client, company: Company) -> Attacker:
    """Lets the quarters pass, each published as soon as it is over, with all looked at each time."""
    question = ask()
    build(company, question)
    attacker = Attacker(client, company, question.pk)
    for n, quarter in enumerate(QUARTERS, 1):
        now = day_after(quarter)
        with time_machine.travel(now, tick=False):
            publish_quarters(now)
            if GroupFigure.objects.exists():
                attacker.look_at_everything(*(each for each in QUARTERS[:n] if _is_out(each)))
    return attacker


def _is_out(quarter: Quarter) -> bool:
    return Publication.objects.filter(quarter=quarter.first).exists()


@pytest.fixture
def hr(db) -> Person:
    """Nobody else is there, so that every department is one of the made-up company."""
    person = make_person()
    make_hr(person)
    return person


@pytest.fixture
def heidi(hr, as_) -> Client:
    return as_(hr)


@pytest.mark.parametrize(("by", "least"), [("department", 5), ("type", 3)])
def test_no_answer_and_no_sum_of_too_few_can_be_calculated(hr, heidi, by, least):
    make_policy(hr, holds_from=FIRST.first, figures_by=by, figure_people=least)

    told = []

    def attack(company: Company) -> None:
        with transaction.atomic():
            attacker = live(heidi, company)
            told.append(len(attacker.known))
            assert attacker.recover(least) == []
            assert pinned(attacker.equations(), attacker.slack()) == []
            assert_groups_are_apart()
            transaction.set_rollback(True)

    on_random_companies(attack)()
    assert sum(told) > 40, "there was something to calculate with"


def assert_groups_are_apart() -> None:
    """Each department and type is in one group of a question, side and quarter at the most."""
    parts = GroupPart.objects.values_list(
        "figure__publication", "figure__question", "figure__side", "department", "type"
    )
    assert len(parts) == len(set(parts))


@contextmanager
def hiding_only_what_is_too_small():
    """The one change: what is small is still hidden, but nothing beside it."""

    def split(cells, least, group, along):
        return grouping._gathered(group, lambda cell: cell[along])

    def large(figure):
        return figure if figure and figure.marks >= LEAST else None

    def figure(self, cells, plainly=Groups.figure):
        return large(plainly(self, cells))

    def series(*asked, plainly=opinions.series, **view):
        found = plainly(*asked, **view)
        return {day: {side: large(each) for side, each in both.items()} for day, both in found.items()}

    with connection.cursor() as cursor:  # the database itself would not have it
        cursor.execute("ALTER TABLE feedback_groupfigure DROP CONSTRAINT figure_of_a_group")
    with (
        patch.object(grouping, "_split", split),
        patch.object(Groups, "figure", figure),
        patch.object(opinions, "series", series),
    ):
        yield


@pytest.mark.django_db(transaction=False)
class TestTheAttackBites:
    """Against a page that hides small groups only, it finds what somebody said; against ours it does not."""

    #: Whom a subtraction lays bare: of groups so small that a mean to one decimal tells the sum.
    GIVEN_AWAY = [
        pytest.param(crowd(("A", "rotational", 5), ("B", "rotational", 1)), 5, id="by a total"),
        pytest.param(
            crowd(("A", "rotational", 5), ("A", "foundational", 1), ("B", "foundational", 3)),
            5,
            id="by types",
        ),
    ]

    @pytest.mark.parametrize(("company", "who"), GIVEN_AWAY)
    def test_without_complementary_suppression_it_recovers_an_answer(self, heidi, company, who):
        with hiding_only_what_is_too_small():
            found = live(heidi, company).recover()
        answers = {
            employee: value.total / factor
            for value in found
            for (_quarter, side, employee), factor in value.factors.items()
            if side is Side.EMPLOYEE and len(value.factors) == 1
        }
        assert answers[who] == company.said[who].mark(Side.EMPLOYEE)

    @pytest.mark.parametrize(("company", "who"), GIVEN_AWAY)
    def test_with_it_nothing_is_found(self, heidi, company, who):
        attacker = live(heidi, company)
        assert attacker.known
        assert attacker.recover() == []

    def test_it_bites_in_companies_made_at_random_too(self, heidi):
        bitten: list[Found] = []

        def attack(company: Company) -> None:
            if bitten:
                return
            with transaction.atomic():
                with hiding_only_what_is_too_small():
                    bitten.extend(live(heidi, company).recover())
                transaction.set_rollback(True)

        on_random_companies(attack, examples=20)()
        assert bitten

    def test_a_mean_at_the_end_of_the_scale_would_pin_everybody(self, heidi):
        said = [Said(n, n, "rotational", FIRST.first, (5, 5)) for n in range(5)]
        attacker = live(heidi, Company(crowd(("A", "rotational", 5)).places, said))
        view = FIRST, Side.EMPLOYEE, "all", ""
        assert attacker.known[view] == (4.8, 5)
        (members, *_others) = attacker.equations()
        assert len(pinned({members: 25}, {members: 0})) == 1
        assert pinned({members: 24}, {members: 0}) == []
