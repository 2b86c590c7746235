"""The month's report by mail: to whoever in HR asked for it, once a month, with the headline of the page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance_site.dashboards.models import MonthlyReport
from alliance_site.dashboards.reminders import monthly_report
from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import Due
from alliance_site.outbox.planning import plan_occasion
from people.models import Employment, Person, Role
from people.services import end_employment
from tests.factories import make_person

APRIL = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def wish(cast) -> MonthlyReport:
    return MonthlyReport.objects.create(reader=cast.heidi, since=date(2026, 3, 16))


def planned(now: datetime) -> int:
    return plan_occasion(monthly_report, now)


def test_it_is_said_once_when_a_month_is_over_and_leads_to_it(cast, as_, wish):
    assert [planned(APRIL), planned(APRIL + timedelta(days=20))] == [1, 0]
    message = Message.objects.get()
    assert message.recipient == cast.heidi
    assert message.subject == "Retention in March 2026"
    assert "/retention/?from=2026-03-01&to=2026-03-31" in message.text
    assert "Who can see this: HR, and whoever you pass it on to." in message.text


def test_it_has_the_headline_of_the_page_with_the_year_earlier_and_says_as_of_when(cast, as_, wish):
    make_person("Zoe", hired_on=date(2024, 1, 1), left_on=date(2026, 3, 9))
    with time_machine.travel(APRIL, tick=False):
        planned(APRIL)
        asked = {"from": "2026-03-01", "to": "2026-03-31"}
        headlines = as_(cast.heidi).get("/retention/", asked).context["headlines"]
    message = Message.objects.get()
    for part in (message.text, message.html):
        for each in headlines:
            assert f"{each.words.name}: {each.value} (a year earlier: {each.earlier.shown})" in part
        assert "For none of the leavers has HR said whether the loss was regretted." in part
        assert "Turnover and retention are of 31 days, not scaled to a year." in part
        assert "Counted on 1 Apr 2026, 09:00 from what was recorded by then." in part
    assert "Zoe" not in message.text + message.html


def test_of_a_month_in_which_the_company_began_it_says_why_there_is_no_turnover(cast, wish):
    Employment.objects.update(hired_on=date(2026, 3, 16))
    make_person("Zoe", hired_on=date(2026, 3, 16), left_on=date(2026, 3, 20))
    planned(APRIL)
    text = Message.objects.get().text
    assert "\n– Turnover: – (a year earlier: –)" in text
    assert "The opening headcount is 0." in text


def test_it_is_counted_once_for_all_readers_and_told_in_the_language_of_each(
    cast, wish, django_assert_num_queries
):
    make_person("Zoe", hired_on=date(2024, 1, 1), left_on=date(2026, 3, 9))
    Person.objects.filter(pk=cast.heidi.pk).update(language="de")
    due = Due(wish.reader_id, str(wish.pk), date(2026, 4, 1), 0)
    with time_machine.travel(APRIL, tick=False), CaptureQueriesContext(connection) as one:
        list(monthly_report.context([due]))
    with time_machine.travel(APRIL, tick=False), django_assert_num_queries(len(one)):
        list(monthly_report.context([due] * 3))
    planned(APRIL)
    assert "\n– Endbestand: 6 (" in Message.objects.get().text


def test_not_of_a_month_that_was_over_before_it_was_asked_for(wish):
    assert planned(datetime(2026, 3, 20, 9, 0, tzinfo=UTC)) == 0


def test_after_an_outage_the_latest_month_alone_is_said(wish):
    assert planned(datetime(2026, 7, 9, 9, 0, tzinfo=UTC)) == 1
    assert Message.objects.get().due_on == date(2026, 7, 1)


def test_a_month_is_over_where_the_reader_lives(cast, wish):
    Person.objects.filter(pk=cast.heidi.pk).update(time_zone="Pacific/Auckland")
    late_in_march = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)  # an hour into 1 April there
    assert planned(late_in_march) == 1


def test_not_to_who_is_hr_no_more_or_has_left(cast, wish):
    Role.objects.update(until=date(2026, 3, 31))
    assert planned(APRIL) == 0
    Role.objects.update(until=None)
    end_employment(cast.heidi, last_day=date(2026, 3, 31), ending="resignation")
    assert planned(APRIL) == 0


def test_hr_asks_for_it_and_takes_it_back(cast, as_):
    client = as_(cast.heidi)
    back = "/retention/?period=last_year&department=Sales"
    action = client.get(back).text.partition('action="/retention/monthly/')[2].partition('"')[0]
    for _twice in range(2):
        assert client.post(f"/retention/monthly/{unescape(action)}", {"wanted": "on"}).url == back
    assert MonthlyReport.objects.get().reader == cast.heidi
    assert "No longer send it" in client.get("/retention/").content.decode()
    client.post("/retention/monthly/")
    assert not MonthlyReport.objects.exists()
    assert "Send it to me" in client.get("/retention/").content.decode()


def test_others_cannot_ask(cast, as_):
    assert as_(cast.carol).post("/retention/monthly/", {"wanted": "on"}).status_code == 404
    assert not MonthlyReport.objects.exists()
