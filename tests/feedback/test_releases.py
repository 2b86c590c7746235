"""What a new manager may read of earlier check-ins: only what the employee releases, and only until then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback import access
from feedback.models import Answer, CheckIn, Kind, Release
from feedback.services import releases as services
from people.models import Access
from people.services import end_employment, set_manager
from tests.factories import (
    make_amended_tour,
    make_checkin,
    make_release,
    make_revealed_checkin,
    make_sheet,
    make_signed_tour,
    make_summary,
)
from tests.feedback.conftest import TODAY
from tests.refusing import refused
from tests.sending import asked_once
from tours.models import Side, Tour

SECRET = "Zanzibar"


@pytest.fixture
def tour(cast, today) -> Tour:
    """Dan's before; Bob has signed it since."""
    tour = make_signed_tour(cast.alice, cast.dan)
    day = TODAY.date()
    for days, kind in ((60, Kind.REGULAR), (30, Kind.NEXT_TOUR)):
        make_revealed_checkin(
            tour,
            day - timedelta(days=days),
            employee=2,
            kind=kind,
            employee_text=SECRET,
            manager_text="Timbuktu",
            employee_choice="move",
            manager_choice="new_tour",
        )
    make_sheet(make_checkin(tour, day), Side.EMPLOYEE, text="Half a draft", submitted_at=TODAY)
    return make_amended_tour(tour, cast.bob)


@pytest.fixture
def with_dan(tour) -> CheckIn:
    return tour.checkins.get(kind=Kind.REGULAR, revealed_at__isnull=False)


def url(checkin: CheckIn) -> str:
    return reverse("checkin", args=[checkin.pk])


def page(tour: Tour) -> str:
    return reverse("releases", args=[tour.pk])


def test_without_a_release_the_new_manager_sees_dates_and_states_alone(cast, as_, tour, with_dan):
    assert as_(cast.bob).get(url(with_dan)).status_code == 404
    seen = as_(cast.bob).get(tour.along_url)
    assert {checkin.pk for checkin, _state in seen.context["checkins"]} == set(
        tour.checkins.values_list("pk", flat=True)
    )
    assert url(with_dan) not in seen.text


def test_the_employee_releases_one_and_the_new_manager_reads_both_sides_of_it(cast, as_, tour, with_dan):
    said = as_(cast.alice).post(page(tour), {"checkins": [with_dan.pk], "to": cast.bob.pk}, follow=True).text
    assert "1 check-in is released." in said
    assert "to Bob Brand, since" in said
    seen = as_(cast.bob).get(url(with_dan)).text
    assert SECRET in seen
    assert "Timbuktu" in seen
    assert "Alice Ames 2, Dan Drew 3: one apart" in seen
    assert "In their own words" in seen
    assert "In your own words" not in seen
    assert '<form method="post" class="narrow checkin-form"' not in seen
    other = tour.checkins.get(kind=Kind.NEXT_TOUR)
    assert as_(cast.bob).get(url(other)).status_code == 404
    assert url(with_dan) in as_(cast.bob).get(tour.along_url).text


def test_all_of_them_can_be_released_at_once(cast, as_, tour):
    revealed = list(tour.checkins.filter(revealed_at__isnull=False).values_list("pk", flat=True))
    assert as_(cast.alice).post(page(tour), {}).status_code == 400
    assert asked_once(as_(cast.alice).get(page(tour)).text, "Release all")
    as_(cast.alice).post(page(tour), {"everything": "on", "to": cast.bob.pk})
    assert set(Release.objects.values_list("checkin", flat=True)) == set(revealed)
    talk = tour.checkins.get(kind=Kind.NEXT_TOUR)
    assert (
        "They differ: Alice Ames says “A move within the company”, Dan Drew says “A new tour”."
        in as_(cast.bob).get(url(talk)).text
    )


def test_the_earlier_manager_is_told_who_else_reads(cast, as_, with_dan):
    assert "Read by you and Alice Ames, and by nobody else." in as_(cast.dan).get(url(with_dan)).text
    make_release(with_dan, cast.bob)
    told = as_(cast.dan).get(url(with_dan)).text
    assert "Read by you, Alice Ames and Bob Brand, and by nobody else." in told
    assert "Alice Ames has released it to Bob Brand." in told
    assert "You have released it to Bob Brand." in as_(cast.alice).get(url(with_dan)).text


def test_a_release_is_taken_back_and_what_was_read_stays_read(cast, as_, tour, with_dan):
    release = make_release(with_dan, cast.bob)
    said = as_(cast.alice).post(reverse("release_take_back", args=[release.pk]), follow=True).text
    assert "Bob Brand can no longer read it. What was read before stays read." in said
    assert as_(cast.bob).get(url(with_dan)).status_code == 404
    assert "has released" not in as_(cast.dan).get(url(with_dan)).text
    # And can be given again.
    as_(cast.alice).post(page(tour), {"checkins": [with_dan.pk], "to": cast.bob.pk})
    assert as_(cast.bob).get(url(with_dan)).status_code == 200


def test_each_look_of_the_new_manager_stands_in_the_access_log(cast, as_, with_dan):
    make_release(with_dan, cast.bob)
    as_(cast.bob).get(url(with_dan))
    assert (
        Access.objects.filter(viewer=cast.bob, person=cast.alice, what=f"check-in {with_dan.pk}").count() == 1
    )


# ── Attacks ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["bob", "dan", "carol", "heidi", "mallory"])
def test_nobody_but_the_employee_releases_or_takes_back(cast, as_, tour, with_dan, name):
    release = make_release(with_dan, cast.bob)
    client = as_(getattr(cast, name))
    assert client.get(page(tour)).status_code == 404
    assert client.post(page(tour), {"checkins": [with_dan.pk]}).status_code == 404
    assert client.post(reverse("release_take_back", args=[release.pk])).status_code == 404
    assert services.release(tour_on(tour), [with_dan.pk], actor=getattr(cast, name), now=TODAY) == 0
    assert not services.take_back(release.pk, actor=getattr(cast, name), now=TODAY)
    assert Release.objects.get().taken_back_at is None


def test_only_what_both_have_revealed_is_released(cast, as_, tour):
    hidden = tour.checkins.get(revealed_at__isnull=True)
    assert as_(cast.alice).post(page(tour), {"checkins": [hidden.pk], "to": cast.bob.pk}).status_code == 400
    assert services.release(tour_on(tour), [hidden.pk], actor=cast.alice, now=TODAY) == 0
    refused(lambda: make_release(hidden, cast.bob))


def test_nothing_of_another_tour_or_another_person_is_released(cast, as_, tour):
    theirs = make_revealed_checkin(make_signed_tour(cast.mallory, cast.dan), TODAY.date())
    assert as_(cast.alice).post(page(tour), {"checkins": [theirs.pk], "to": cast.bob.pk}).status_code == 400
    assert services.release(tour_on(tour), [theirs.pk], actor=cast.alice, now=TODAY) == 0


@pytest.mark.parametrize("name", ["bob", "dan", "heidi", "mallory"])
def test_the_database_knows_who_the_employee_is(cast, with_dan, name):
    attack = {"reader": cast.carol, "released_by": getattr(cast, name), "released_at": TODAY}
    refused(lambda: Release.objects.create(checkin=with_dan, **attack))


def test_what_was_released_stays_on_record(cast, with_dan):
    release = make_release(with_dan, cast.bob)
    row = Release.objects.filter(pk=release.pk)
    refused(lambda: row.update(reader=cast.heidi))
    refused(row.delete)
    refused(lambda: make_release(with_dan, cast.bob))
    row.update(taken_back_at=TODAY)
    refused(lambda: row.update(taken_back_at=None))


@pytest.mark.parametrize("name", ["carol", "heidi", "mallory"])
def test_a_release_opens_it_to_nobody_else(cast, as_, tour, with_dan, name):
    make_release(with_dan, cast.bob)
    client = as_(getattr(cast, name))
    assert client.get(url(with_dan)).status_code == 404
    assert SECRET not in client.get(tour.along_url).text
    assert not Answer.objects.visible_to(getattr(cast, name)).exists()


def test_whom_it_is_released_to_does_nothing_with_it(cast, as_, with_dan, typed):
    make_release(with_dan, cast.bob)
    client = as_(cast.bob)
    assert client.post(url(with_dan), typed(with_dan, 3, act="hand_in")).status_code == 404
    for name in ("checkin_skip", "checkin_show"):
        assert client.post(reverse(name, args=[with_dan.pk]), {"reason": "No"}).status_code == 404


def test_while_the_hand_over_is_pending_it_is_released_to_who_manages_now(cast, as_, today):
    tour = make_signed_tour(cast.alice, cast.bob)
    checkin = make_revealed_checkin(tour, TODAY.date() - timedelta(days=30), employee_text=SECRET)
    assert services.release(tour_on(tour), [checkin.pk], actor=cast.alice, now=TODAY) == 0
    set_manager(cast.alice, cast.carol, since=TODAY.date())
    assert as_(cast.carol).get(url(checkin)).status_code == 404
    assert checkin in CheckIn.objects.visible_to(cast.carol, TODAY.date())
    as_(cast.alice).post(page(tour), {"checkins": [checkin.pk], "to": cast.carol.pk})
    assert Release.objects.get().reader == cast.carol
    assert SECRET in as_(cast.carol).get(url(checkin)).text


def tour_on(tour: Tour) -> Tour:
    return Tour.objects.with_standing(TODAY.date()).get(pk=tour.pk)


def test_where_the_manager_is_the_same_there_is_nothing_to_release(cast, as_, today):
    tour = make_signed_tour(cast.alice, cast.bob)
    make_revealed_checkin(tour, TODAY.date() - timedelta(days=30))
    assert "There is nothing to release" in as_(cast.alice).get(page(tour)).text
    assert page(tour) not in as_(cast.alice).get(tour.along_url).text


def test_the_page_of_the_tour_leads_there_once_it_has_changed_hands(cast, as_, tour):
    assert page(tour) in as_(cast.alice).get(tour.along_url).text
    assert page(tour) not in as_(cast.bob).get(tour.along_url).text


# ── The rule and its words ──────────────────────────────────────────────────


def test_the_words_that_name_the_readers_follow_the_rule(cast, with_dan):
    make_release(with_dan, cast.bob)
    for side in Side:
        sheet = with_dan.sheets.get(side=side)
        may = {p for p in vars(cast).values() if Answer.objects.visible_to(p).filter(sheet=sheet).exists()}
        assert may == set(access.readers(with_dan, side, revealed=True)) == {cast.alice, cast.dan, cast.bob}


@pytest.mark.parametrize("who", ["alice", "dan", "bob"])
def test_a_released_check_in_takes_eight_queries_and_a_note(cast, as_, with_dan, statements, who):
    make_release(with_dan, cast.bob)
    client = as_(getattr(cast, who))
    client.get(url(with_dan))
    assert len(statements(client, url(with_dan), has="Dan Drew")) <= 8


@pytest.mark.parametrize("who", ["alice", "dan", "bob"])
def test_what_a_revealed_check_in_asks_for_is_not_put_together_anew_each_time(cast, as_, with_dan, who):
    make_release(with_dan, cast.bob)
    make_summary(with_dan, "Kept.")
    client = as_(getattr(cast, who))
    assert "Kept." in client.get(url(with_dan)).text
    with CaptureQueriesContext(connection) as queries:
        assert "Kept." in client.get(url(with_dan)).text
    anew = [query["sql"] for query in queries if 'FROM "feedback_' in query["sql"]]
    assert not anew, "\n".join(anew)


def test_it_is_released_to_nobody_but_whom_the_page_named(cast, as_, tour, with_dan):
    set_manager(cast.alice, cast.carol, since=TODAY.date())
    answer = as_(cast.alice).post(page(tour), {"checkins": [with_dan.pk], "to": cast.bob.pk})
    assert answer.status_code == 400
    assert "Your manager has changed in the meantime" in answer.text
    assert "Release them to Carol Cole" in answer.text
    assert not Release.objects.exists()


def test_who_has_left_releases_nothing_more(cast, as_, tour, with_dan):
    end_employment(cast.alice, last_day=TODAY.date() - timedelta(days=1), ending="resignation")
    as_(cast.alice).post(page(tour), {"checkins": [with_dan.pk], "to": cast.bob.pk})
    assert not Release.objects.exists()
