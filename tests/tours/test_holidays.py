"""The calendars of public holidays that HR chooses from: by name, checked, and told in the history."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from tests.factories import TODAY, make_policy
from tests.tours.test_policy import typed
from tours import holidays
from tours.comparing import compare_policies
from tours.models import Policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

URL = reverse("policy")


def test_a_country_and_its_regions_have_names_in_the_readers_language():
    assert [holidays.name(code) for code in ("DE", "DE-BY", "BE-Flemish")] == [
        "Germany",
        "Germany: Bayern",
        "Belgium: Flemish",
    ]
    with translation.override("de"):
        assert holidays.name("DE") == "Deutschland"


def test_every_calendar_that_is_offered_exists_and_has_holidays():
    for country in holidays.calendars():
        offered = dict(holidays.choices(country))
        assert offered[""] == "none"
        for code in [country, *(code for code, _name in offered.get(holidays.name(country), []))]:
            assert holidays.is_calendar(code), code
            assert len(code) <= holidays.LONGEST, code
    assert date(2026, 1, 6) in holidays.taken("DE-BY", 2026, 2026)
    assert date(2026, 1, 6) not in holidays.taken("DE", 2026, 2026)
    assert all(day.weekday() < 5 for day in holidays.taken("SE", 2026, 2030))


@pytest.mark.parametrize("code", ["", "XX", "DE-", "DE-XX", "-BY", "de", "DE-BY-1", "\x00", "D" * 20_000])
def test_what_is_no_calendar_has_no_holidays(code):
    assert not holidays.is_calendar(code)
    assert holidays.taken(code, 2026, 2026) == []


def test_hr_chooses_a_country_then_a_region_and_the_history_says_so(cast, as_):
    client = as_(cast.heidi)
    page = client.get(URL).content.decode()
    assert '<option value="DE">Germany</option>' in page
    assert "DE-BY" not in page
    assert client.post(URL, typed(client, holiday_calendar="DE")).status_code == 302
    page = client.get(URL).content.decode()
    assert '<option value="DE-BY">Bayern</option>' in page
    assert client.post(URL, typed(client, holiday_calendar="DE-BY", career_months=18)).status_code == 302
    first, second = Policy.objects.all()
    assert (second.holiday_calendar, second.career_months) == ("DE-BY", 18)
    told = dict(compare_policies(first, second))
    assert [piece.text for piece in told["Nothing is due on public holidays of"]][-1].endswith("Bayern")
    assert "Bayern" in client.get(URL).content.decode()
    assert "Germany: Bayern" in as_(cast.alice).get(URL).content.decode()
    assert len(client.get(URL).content) < 60_000


@pytest.mark.parametrize("evil", ["XX", "DE-XX", "<b>DE</b>", "a\x00b", "🧨" * 5_000, "\u202eDE"])
def test_what_is_not_offered_is_refused(cast, as_, evil):
    client = as_(cast.heidi)
    reply = client.post(URL, typed(client, holiday_calendar=evil))
    assert reply.status_code == 400
    assert "<b>DE</b>" not in reply.text
    assert not Policy.objects.exists()


@pytest.mark.parametrize("months", ["0", "-1", "121", "x", "9" * 20_000])
def test_months_between_career_check_ins_have_bounds(cast, as_, months):
    client = as_(cast.heidi)
    assert client.post(URL, typed(client, career_months=months)).status_code == 400
    assert not Policy.objects.exists()


def test_a_calendar_that_a_newer_package_has_dropped_stands_as_its_code(cast, as_):
    make_policy(cast.heidi, holds_from=TODAY, holiday_calendar="DE-Atlantis")
    assert "Germany: Atlantis" in as_(cast.alice).get(URL).content.decode()
    assert as_(cast.heidi).get(URL).status_code == 200
