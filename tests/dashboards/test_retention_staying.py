"""HR's page of how long people stay."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from alliance_site.dashboards.retention import staying
from people.models import Department
from people.requests import INVALID
from tests.dashboards.conftest import show
from tests.factories import (
    make_department,
    make_person,
    make_position,
    make_signed_tour,
)

URL = "/retention/"
IN_2025 = {"from": "2025-01-01", "to": "2025-12-31"}


@pytest.fixture(autouse=True)
def _in_march_2026():
    with time_machine.travel("2026-03-16 09:00:00Z", tick=False):
        yield


class TestStaying:
    URL = f"{URL}staying/"

    def curves(self, heidi, **asked) -> list[str]:
        response = heidi.get(self.URL, {**IN_2025, **asked})
        return [name.shown for name, *_numbers in response.context["medians"].rows]

    def test_an_address_with_a_last_day_alone_shows_curves(self, heidi):
        response = heidi.get(self.URL, {"by": "department", "to": "2025-12-31"})
        assert response.context["period"].last == date(2025, 12, 31)

    def test_each_type_of_tour_that_began_has_a_curve(self, cast, heidi):
        assert "No tour had begun" in heidi.get(self.URL, IN_2025).content.decode()
        make_signed_tour(cast.alice, cast.bob, starts_on=date(2024, 1, 1))
        assert self.curves(heidi) == ["Transformational"]

    def test_hiring_years_are_compared_with_everybody(self, heidi):
        make_person(hired_on=date(2025, 2, 1))
        assert self.curves(heidi, by="year") == ["All hired, in whatever year", "2025", "2020"]

    def test_of_hiring_years_it_is_said_what_they_are_not(self, heidi):
        assert "not of everybody who worked here in that year" in heidi.get(f"{URL}staying/?by=year").text

    def test_a_department_is_compared_with_the_company(self, heidi):
        assert self.curves(heidi, by="department", department="Sales") == ["Sales", "The whole company"]
        assert self.curves(heidi, by="department")[0] == "The whole company"

    def test_of_a_department_it_is_said_when_one_belongs_to_it(self, cast, heidi):
        make_signed_tour(cast.mallory, cast.carol, starts_on=date(2024, 1, 1))
        for by, whose in (
            ("type", "Of those who worked in the department when the tour began."),
            ("year", "Of those hired into the department, wherever in the company they went on to."),
        ):
            assert whose in heidi.get(self.URL, {**IN_2025, "by": by, "department": "Sales"}).text
            assert whose not in heidi.get(self.URL, {**IN_2025, "by": by}).text

    def test_what_is_compared_stays_when_something_else_is_chosen(self, heidi):
        asked = show(heidi.get(self.URL, {"by": "year"}), department="Sales")
        assert heidi.get(self.URL, asked).context["by"] == "year"

    @pytest.mark.parametrize(
        ("by", "asked"),
        [
            ("type", ["to", "department", "service", "type"]),
            ("year", ["to", "department", "service"]),
            ("department", ["to", "department", "service"]),
        ],
    )
    def test_what_would_narrow_nothing_is_not_asked_and_stays_in_the_address(self, heidi, by, asked):
        page = heidi.get(self.URL, {"by": by, "service": "under_1", "type": "rotational"})
        assert [field.name for field in page.context["form"].visible_fields()] == asked
        assert "service=under_1&type=rotational" in page.context["address"]
        assert ("Rotational, makes no difference" in page.text) is (by != "type")

    def test_it_is_of_no_period_but_says_up_to_when_people_are_followed(self, heidi):
        response = heidi.get(self.URL, {**IN_2025, "by": "year"})
        assert (
            'The whole company, <span class="d-inline-block">followed up to 31 Dec 2025</span>'
            in response.text
        )
        assert "Last twelve whole months" not in response.text
        assert response.context["form"]["from"].is_hidden
        assert "/retention/?from=2025-01-01&amp;to=2025-12-31" in response.text

    def test_up_to_before_the_hidden_first_day_a_year_is_kept_for_the_other_pages(self, heidi):
        asked = show(heidi.get(self.URL, {"by": "year"}), to="2024-02-29")
        response = heidi.get(self.URL, asked)
        assert "followed up to 29 Feb 2024" in response.text
        assert "/retention/?from=2023-03-01&amp;to=2024-02-29" in response.text
        for wrong in ({"to": "soon"}, {"to": ""}, {"to": "0001-01-01"}):
            assert heidi.get(self.URL, {**IN_2025, **wrong}).status_code == INVALID

    def test_departments_are_compared_level_by_level_each_with_those_below_it(self, heidi):
        make_department("Field", Department.objects.get(name="Sales"))
        make_position(make_person(), "Field")
        response = heidi.get(self.URL, {**IN_2025, "by": "department"})
        followed = {name.shown: many.value for name, many, *_left in response.context["medians"].rows}
        assert "Field" not in followed
        found = self.curves(heidi, by="department", department="Sales")
        assert found[:2] == ["Sales with the departments below it", "The whole company"]
        assert {*found[2:]} == {"Sales itself", "Field"}
        of_sales = heidi.get(self.URL, {**IN_2025, "by": "department", "department": "Sales"})
        both, _company, *parts = (many.value for _name, many, *_left in of_sales.context["medians"].rows)
        assert both == sum(parts) == followed["Sales"]

    def test_where_a_single_department_is_above_all_those_below_it_are_compared(self, heidi):
        board = Department.objects.create(name="Board")
        Department.objects.exclude(pk=board.pk).update(parent=board)
        make_position(make_person(), "Board")
        make_department("Field", Department.objects.get(name="Sales"))
        make_position(make_person(), "Field")
        found = {*self.curves(heidi, by="department")}
        assert found >= {"Board itself", "Sales", "Engineering"}
        assert not found & {"Board", "Field", "Sales itself"}

    def test_the_departments_into_which_most_were_hired_are_compared(self, heidi, monkeypatch):
        monkeypatch.setattr(staying, "DEPARTMENTS", 1)
        for _n in range(9):
            make_position(make_person(left_on=date(2024, 6, 30)), "Crowded")
        assert self.curves(heidi, by="department") == ["The whole company", "Crowded"]
