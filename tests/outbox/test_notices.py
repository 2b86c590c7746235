"""Every message is a notice too: for its recipient alone, and unread until it is read or over."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance_site.outbox.models import Message
from alliance_site.outbox.notices import KEPT, how_many_unread, put_away, still_true
from alliance_site.outbox.planning import plan_occasion
from alliance_site.outbox.services import forget
from alliance_site.outbox.tasks import put_notices_away
from feedback.reminders import conversation_asked
from people.models import Person
from people.reminders import password_reset
from people.services import end_employment
from tests.factories import DAY, NOW, make_conversation, make_message, make_proposed_tour, make_signed_tour
from tests.tours.test_reminders import sign
from tours.models import Side, Tour
from tours.reminders import terms_waiting, tour_starts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

URL = reverse("notices")


@pytest.fixture(autouse=True)
def _at_that_moment():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def tour(cast) -> Tour:
    """Proposed to Alice, who has been told."""
    tour = make_proposed_tour(cast.alice, cast.bob)
    plan_occasion(terms_waiting, NOW)
    return tour


def unread(person: Person) -> int:
    return Person.objects.annotate(unread=how_many_unread(NOW)).get(pk=person.pk).unread


def test_what_is_written_to_somebody_stands_there_and_leads_to_what_it_is_about(cast, as_, tour):
    client, notice = as_(cast.alice), Message.objects.get()
    page = client.get(URL).text
    assert notice.subject in page
    assert '<span class="count">1<span' in page
    assert client.get(reverse("notice", args=[notice.pk])).url == tour.get_absolute_url()
    assert unread(cast.alice) == 0
    assert notice.subject in client.get(URL).text
    assert ">new<" not in client.get(URL).text


def test_it_is_nobody_elses(cast, as_, tour):
    notice = Message.objects.get()
    for other in (cast.bob, cast.heidi, cast.mallory):
        client = as_(other)
        assert notice.subject not in client.get(URL).text
        assert client.get(reverse("notice", args=[notice.pk])).status_code == 404
        client.post(reverse("notices_read"), {"notice": [notice.pk]})
    assert unread(cast.alice) == 1


def test_what_is_no_longer_true_is_neither_unread_nor_told(cast, as_, tour):
    notice = Message.objects.get()
    assert put_away(NOW) == 0
    sign(tour, Side.EMPLOYEE)
    page = as_(cast.alice).get(URL).text
    assert notice.subject not in page
    assert "Terms waiting for a signature" in page
    assert as_(cast.alice).get(reverse("notice", args=[notice.pk])).url == URL
    Message.objects.update(read_at=None)
    put_notices_away()
    assert unread(cast.alice) == 0


def test_whoever_has_left_is_told_no_more_of_others(cast, as_):
    make_signed_tour(cast.alice, cast.bob, starts_on=DAY + timedelta(days=20))
    with time_machine.travel(NOW + timedelta(days=20), tick=False):
        plan_occasion(tour_starts, NOW + timedelta(days=20))
        assert "Alice Ames" in as_(cast.bob).get(URL).text
        end_employment(cast.bob, last_day=DAY, ending="resignation")
        assert "Alice Ames" not in as_(cast.bob).get(URL).text


def test_an_earlier_step_gives_way_to_a_later_one(cast, tour):
    plan_occasion(terms_waiting, NOW + timedelta(days=7))
    assert put_away(NOW + timedelta(days=7)) == 1
    assert Message.objects.get(recipient=cast.alice, read_at=None).step == 1


def test_what_was_on_the_page_is_marked_and_what_came_since_is_not(cast, as_, tour):
    shown = Message.objects.get()
    make_message(cast.alice, path="/x/")
    as_(cast.alice).post(reverse("notices_read"), {"notice": [shown.pk, "nonsense"]})
    assert unread(cast.alice) == 2
    as_(cast.alice).post(reverse("notices_read"), {"notice": [shown.pk]})
    assert unread(cast.alice) == 1


def test_the_letter_may_fail_the_notice_is_there(cast, as_, tour):
    for state in ("sent", "silenced", "failed", "uncertain"):
        Message.objects.update(state=state)
        assert Message.objects.get().subject in as_(cast.alice).get(URL).text


def test_a_private_one_is_seen_by_its_recipient_and_goes_when_it_is_made_unsaid(cast, as_):
    row = make_conversation(cast.alice, cast.carol)
    plan_occasion(conversation_asked, NOW)
    notice = Message.objects.get()
    assert notice.subject in as_(cast.carol).get(URL).text
    assert notice.subject not in as_(cast.heidi).get(URL).text
    forget(conversation_asked, about=row.pk)
    assert notice.subject not in as_(cast.carol).get(URL).text


def test_a_link_to_a_password_is_no_notice(cast, as_):
    make_message(cast.alice, occasion=password_reset.key, path="/password/new/secret/", subject="A link")
    assert unread(cast.alice) == 0
    assert "A link" not in as_(cast.alice).get(URL).text


def test_what_is_older_than_it_is_kept_is_gone(cast, as_, tour):
    Message.objects.update(created_at=NOW - KEPT - timedelta(seconds=1))
    assert unread(cast.alice) == 0
    assert Message.objects.get().subject not in as_(cast.alice).get(URL).text


def test_hostile_words_are_words(cast, as_, settings):
    settings.OUTBOX_OCCASIONS = ["tests.outbox.conftest.NEWS"]
    make_message(cast.alice, occasion="tests.news", path="/x/", subject="<b>\u202ex 🧨" + "w" * 250)
    page = as_(cast.alice).get(URL).text
    assert "&lt;b&gt;\u202ex 🧨" in page


def test_the_count_costs_no_query_and_the_page_few_however_many_there_are(cast, as_, statements):
    for _ in range(3):
        make_proposed_tour(cast.alice, cast.bob)
    plan_occasion(terms_waiting, NOW)
    few = statements(as_(cast.alice), URL, has=Message.objects.latest("pk").subject)
    for _ in range(40):
        make_proposed_tour(cast.alice, cast.bob)
    plan_occasion(terms_waiting, NOW)
    many = statements(as_(cast.alice), URL, has=Message.objects.latest("pk").subject)
    assert len(few) == len(many) <= 6, "\n".join(many)


def test_notices_of_many_kinds_are_looked_up_in_one_statement(cast, tour):
    make_signed_tour(
        cast.alice, cast.bob, starts_on=DAY + timedelta(days=7), signed_at=NOW - timedelta(days=9)
    )
    plan_occasion(tour_starts, NOW)
    mine = list(Message.objects.filter(recipient=cast.alice))
    with CaptureQueriesContext(connection) as queries:
        assert still_true(mine, NOW) == {notice.pk for notice in mine}
    assert (len(mine), len(queries)) == (2, 1)


def test_what_is_due_is_found_once_however_much_it_is(settings):
    """Not for each message anew, which of a large company would take hours."""
    settings.OUTBOX_OCCASIONS = ["tests.outbox.test_planning.GREETING"]
    Person.objects.bulk_create(Person(name=f"P{n}") for n in range(3000))
    told: list[tuple[str]] = []

    def explain(execute, sql, params, many, context):
        execute(sql.replace("UPDATE", "EXPLAIN UPDATE"), params, many, context)
        told.extend(context["cursor"].fetchall())

    with connection.cursor() as cursor:  # as if there were a hundred times as many
        cursor.execute("SET LOCAL work_mem = '64kB'")
        cursor.execute("ANALYZE people_person")
    with connection.execute_wrapper(explain):
        put_away(NOW)
    assert "NOT (ANY" in str(told)
    assert "hashed SubPlan" in str(told)
