"""The lists behind the numbers of HR's pages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
import time_machine

from alliance_site.dashboards.retention import behind
from people.models import Employment, Person
from tests.factories import (
    DAY,
    make_person,
    make_position,
    make_proposed_tour,
    make_signed_tour,
)

URL = "/retention/"
IN_2025 = {"from": "2025-01-01", "to": "2025-12-31"}


@pytest.fixture(autouse=True)
def _in_march_2026():
    with time_machine.travel("2026-03-16 09:00:00Z", tick=False):
        yield


def make_moved() -> Person:
    """From People into Engineering and on into Sales, within 2025."""
    person = make_person(hired_on=date(2020, 1, 1))
    days = (date(2020, 1, 1), date(2025, 3, 1), date(2025, 10, 1), None)
    for department, (since, on) in zip(("People", "Engineering", "Sales"), pairwise(days), strict=True):
        until = on and on - timedelta(days=1)
        make_position(person, department, title="Clerk", since=since, until=until)
    return person


class TestLists:
    URL = f"{URL}list/"

    def test_hr_finds_each_and_nobody_else_does(self, cast, as_, heidi, no_missing_words):
        for name in behind.LISTS:
            assert heidi.get(f"{self.URL}{name}/", IN_2025).status_code == 200, name
        assert as_(cast.carol).get(f"{self.URL}leavers/", IN_2025).status_code == 404

    @pytest.mark.parametrize(
        ("name", "head", "day"), [("ended", "Last day", date(2025, 8, 31)), ("unsigned", "Proposed on", DAY)]
    )
    def test_a_list_of_tours_says_on_which_day_they_came_onto_it(self, cast, as_, name, head, day):
        gone = make_person(hired_on=date(2024, 1, 1), left_on=date(2025, 8, 31))
        make_signed_tour(gone, cast.bob, starts_on=date(2024, 2, 1), ends_on=date(2026, 4, 1))
        make_proposed_tour(cast.alice, cast.bob)
        with time_machine.travel(DAY + timedelta(days=21), tick=False):
            sheet = as_(cast.heidi).get(f"{self.URL}{name}/", IN_2025).context["sheet"]
        assert (sheet.heads[-1].label, [row[-1].value for row in sheet.rows]) == (head, [day])

    def test_what_is_of_today_says_so_and_not_of_which_period(self, cast, as_, heidi):
        of_today = {name for name, listed in behind.LISTS.items() if listed.of_today}
        assert of_today == {"employed", "without_tour", "unsigned", "handover", "lapsed"} | {
            f"{what}_{days}" for what in ("ending", "open") for days in (30, 60, 90, 180)
        }
        lists = [(heidi, f"{self.URL}{name}/") for name in (*sorted(of_today), "ended")]
        lists += [(as_(cast.bob), f"/team/list/{name}/") for name in ("ending_30", "ended")]
        for client, page in lists:
            response = client.get(page, IN_2025)
            head = response.text.partition("<h1>")[2].partition("</header>")[0]
            now = "ended" not in page
            assert ("as things stand on 16 Mar 2026" in head) is now, page
            assert ("1 Jan 2025 to 31 Dec 2025" not in head) is now, page
            assert ('type="hidden" name="from" value="2025-01-01"' in response.text) is now, page

    def test_each_is_called_unlike_any_other_and_as_the_row_is_that_leads_to_it(self, heidi):
        titles = [str(listed.title) for listed in behind.LISTS.values()]
        assert len({*titles}) == len(titles)
        for row in heidi.get(f"{URL}tours/", IN_2025).context["health"].rows:
            assert row[0].value in titles

    def test_there_is_no_other(self, heidi):
        for name in ("salaries", "Closing"):
            assert heidi.get(f"{self.URL}{name}/", IN_2025).status_code == 404

    @pytest.mark.parametrize("asked", [{}, {"department": "Engineering"}, {"service": "5_on"}])
    def test_it_is_of_as_many_as_the_number_says(self, heidi, asked):
        for regretted in (None, True):
            gone = make_person(hired_on=date(2020, 1, 1), left_on=date(2025, 6, 30))
            make_position(gone, "Engineering")
            Employment.objects.filter(person=gone).update(regretted=regretted)
        make_moved()
        context = heidi.get(URL, {**IN_2025, **asked}).context
        cells = [*context["flow"].values()] if asked.get("department") else []
        cells += [row[1] for row in context["months"].rows]
        for figure in context["figures"]:
            cells += [figure.cell, figure.part, figure.whole, figure.rest]
        found = {cell.url: cell.value for cell in cells if cell and cell.url}
        for url, value in found.items():
            count = value if isinstance(value, int) else int(re.search(r"\d+", value)[0])
            assert heidi.get(url).context["page"].paginator.count == count, url
        lists = {url.partition("/list/")[2].partition("/")[0] for url in found}
        assert lists >= {"regret_unsaid", "uncovered", "closing"}
        assert (lists >= {"transfers_in", "transfers_out"}) is ("department" in asked)

    def test_who_moved_is_listed_with_what_changed_and_when(self, heidi):
        moved = make_moved()
        flow = heidi.get(URL, {**IN_2025, "department": "Engineering"}).context["flow"]
        first, last = date(2025, 3, 1), date(2025, 9, 30)
        for name, of, until in (
            ("transfers_in", "Engineering", last),
            ("transfers_out", "Engineering", last),
            ("position_changes", "Sales", None),
        ):
            page = heidi.get(f"{self.URL}{name}/", {**IN_2025, "department": of})
            assert [[cell.value for cell in row] for row in page.context["sheet"].rows] == [
                [moved.name, "Clerk", of, first if until else last + timedelta(days=1), until]
            ], name
            assert name not in flow or flow[name].value == 1
