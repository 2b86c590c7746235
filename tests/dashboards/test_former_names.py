"""An address that was kept says what a department was called: it goes on showing that department."""

from __future__ import annotations

import json
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from people import services
from people.models import Department
from tests.factories import make_person, make_position

pytestmark = pytest.mark.django_db

TODAY = "<i>Customers</i>"
ASKED = {"from": "2025-01-01", "to": "2025-12-31", "department": " suPPort"}
PAGES = ["retention", "retention_departments", "retention_staying", "retention_tours", "people", "signals"]


@pytest.fixture(autouse=True)
def _renamed():
    with time_machine.travel("2026-03-16 09:00:00Z", tick=False):
        make_position(make_person("Sue Supp"), "Support")
        services.change_department(Department.objects.get(name="Support"), name=TODAY, above=None)
        yield


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_of_it_and_says_what_it_is_called_today(heidi, name):
    page = heidi.get(reverse(name), ASKED)
    assert page.status_code == 200
    assert page.context["form"]["department"].value() == TODAY
    assert "“suPPort” is called &lt;i&gt;Customers&lt;/i&gt; today." in page.text
    assert TODAY not in page.text


def test_who_works_there_is_found(heidi):
    assert [person.name for person in heidi.get(reverse("people"), ASKED).context["page"]] == ["Sue Supp"]
    listed = heidi.get(reverse("retention_list", args=["closing"]), ASKED)
    assert "Sue Supp" in listed.text
    assert listed.context["view"].of == TODAY


def test_what_one_asks_next_says_its_name_of_today(heidi):
    view = heidi.get(reverse("retention"), ASKED).context["view"]
    assert view.kept["department"] == TODAY


@pytest.mark.parametrize("name", [*PAGES, "opinions"])
def test_a_name_that_another_has_by_now_is_that_ones(heidi, name):
    services.add_department("Support")
    page = heidi.get(reverse(name), ASKED)
    assert page.status_code == 200
    assert "is called" not in page.text


def of_command(name: str, form: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    days = "--from=2025-01-01", "--to=2025-12-31"
    call_command(
        "retention", *days, f"--department={name}", f"--format={form}", stdout=out, stderr=err, no_color=True
    )
    return out.getvalue(), err.getvalue()


def test_the_command_understands_it_too_and_says_so():
    said = f"“Support” is called {TODAY} today."
    table, nothing = of_command("Support", "table")
    assert f"{TODAY}, 1 Jan 2025 to 31 Dec 2025" in table
    assert said in table.splitlines()
    assert said in json.loads(of_command("Support", "json")[0])["notes"]
    csv, beside = of_command("Support", "csv")
    assert (said in csv, beside.strip(), nothing) == (False, said, "")


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_of_its_name_of_today_the_command_says_no_such_thing(form):
    assert "is called" not in "".join(of_command(TODAY, form))


def test_people_take_no_more_than_six_queries(heidi, statements):
    for name, shown in (("Support", "Sue Supp"), ("Nowhere", "Nobody matches"), (TODAY, "Sue Supp")):
        assert len(statements(heidi, reverse("people", query={"department": name}), has=shown)) <= 6
