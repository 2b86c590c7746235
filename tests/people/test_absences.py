"""When somebody is away: their own to say, and nobody else's to read."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from people import services
from people.models import Absence
from tests.factories import DAY, TODAY, make_absence, make_person
from tests.racing import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

URL = reverse("absences")
SOON = TODAY + timedelta(days=10)


def days(since: date, until: date) -> dict[str, str]:
    return {"since": since.isoformat(), "until": until.isoformat()}


def remove(absence: Absence) -> str:
    return reverse("absence_remove", args=[absence.pk])


def test_days_are_added_listed_and_removed(cast, as_):
    alice = as_(cast.alice)
    assert "Nothing entered" in alice.get(URL).text
    page = alice.post(URL, days(SOON, SOON + timedelta(days=4)), follow=True)
    assert "Check-ins on these days move" in page.text
    absence = cast.alice.absences.get()
    assert (absence.since, absence.until) == (SOON, SOON + timedelta(days=4))
    assert remove(absence) in page.text
    assert "Removed" in alice.post(remove(absence), follow=True).text
    assert not Absence.objects.exists()
    assert alice.post(remove(absence)).status_code == 302  # a double click


def test_a_single_day_is_days_too(cast, as_):
    as_(cast.alice).post(URL, days(SOON, SOON))
    assert cast.alice.absences.count() == 1


def test_what_overlaps_is_refused_with_the_days_that_it_meets(cast, as_):
    make_absence(cast.alice, SOON, SOON + timedelta(days=4))
    again = as_(cast.alice).post(URL, days(SOON + timedelta(days=4), SOON + timedelta(days=9)))
    assert again.status_code == 400
    assert "You have entered some of these days already" in again.text
    assert as_(cast.bob).post(URL, days(SOON, SOON)).status_code == 302
    assert Absence.objects.count() == 2


def test_the_database_lets_no_two_overlap_nor_end_before_they_begin(cast):
    make_absence(cast.alice, DAY, DAY + timedelta(days=4))
    for since, until in ((DAY + timedelta(days=4), DAY + timedelta(days=9)), (DAY + timedelta(days=20), DAY)):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_absence(cast.alice, since, until)


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        (SOON, SOON - timedelta(days=1), "must not be before the first day"),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=2), "These days are over"),
        (SOON, TODAY + timedelta(days=4000), "too far ahead"),
    ],
)
def test_odd_days_are_refused_in_words(cast, as_, since, until, told):
    reply = as_(cast.alice).post(URL, days(since, until))
    assert (reply.status_code, told in reply.text) == (400, True)


@pytest.mark.parametrize("evil", ["a\x00b", "<b>2026</b>", "🧨" + "9" * 20_000, "\u202e2026-01-01", ""])
def test_what_is_no_day_is_refused(cast, as_, evil):
    reply = as_(cast.alice).post(URL, {"since": evil, "until": evil})
    assert reply.status_code == 400
    assert "<b>2026" not in reply.text
    assert not Absence.objects.exists()


def test_what_is_over_is_not_listed_any_more(cast, as_):
    make_absence(cast.alice, TODAY - timedelta(days=9), TODAY - timedelta(days=2))
    assert "Nothing entered" in as_(cast.alice).get(URL).text


def test_nobody_else_reads_or_removes_them(cast, as_):
    absence = make_absence(cast.alice, SOON, SOON + timedelta(days=4))
    for person in (cast.bob, cast.carol, cast.heidi, cast.mallory):
        client = as_(person)
        assert "Nothing entered" in client.get(URL).text
        assert client.post(remove(absence)).status_code == 404
    assert Absence.objects.count() == 1
    assert "Read by you alone" in as_(cast.alice).get(URL).text


def test_no_history_has_them(cast):
    assert not hasattr(Absence, "pgh_event_model")


def test_who_has_left_is_not_planned_around(as_):
    lea = make_person("Lea Lund", left_on=TODAY - timedelta(days=3))
    assert as_(lea).get(URL).status_code == 404
    assert as_(lea).post(URL, days(SOON, SOON)).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_rows(cast, as_, statements):
    taken = []
    for n in range(20):
        since = TODAY + timedelta(days=3 * n)
        make_absence(cast.alice, since, since + timedelta(days=1))
        taken.append(len(statements(as_(cast.alice), URL, has=f"{since:%-d %b %Y}")))
    assert set(taken) == {taken[0]}
    assert taken[0] <= 6


@pytest.mark.django_db(transaction=True)
def test_of_a_double_click_one_is_kept_and_the_other_is_told():
    alice = make_person("Alice Ames")

    def enter() -> bool:
        try:
            return bool(services.be_away(alice, SOON, SOON))
        except services.Refused:
            return False

    assert sorted(at_once(*[enter] * 3)) == [False, False, True]
    assert Absence.objects.count() == 1
