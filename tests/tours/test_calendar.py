"""The dates of tours in a calendar: nothing lost, nothing twice, nothing said that others should not read."""

import os
import subprocess
import sys
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management.base import CommandError
from django.db import InternalError, transaction
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from feedback.models import CheckIn
from people.models import Person
from tests.factories import (
    DAY,
    NOW,
    make_amended_tour,
    make_checkin,
    make_early_end,
    make_entry,
    make_promise,
    make_proposed_tour,
    make_signed_tour,
    make_tour,
    propose,
)
from tests.sending import asked_once
from tours import calendar
from tours.models import CalendarFeed, CalendarOrigin, Side, Signature, Tour
from tours.models.calendars import make_feed

END = DAY + timedelta(days=730)


@pytest.fixture
def tour(cast) -> Tour:
    """In force for two years, with a promise of each side and two check-ins."""
    tour = make_tour(cast.alice, cast.bob, ends_on=END, mission="Unspoken words.")
    terms = tour.versions.get()
    for side in Side:
        make_promise(terms, side, what="Unspoken too.")
    propose(terms)
    for side in Side:
        Signature.objects.create(terms=terms, side=side, signer=terms.party(side), signed_at=NOW)
    Tour.objects.filter(pk=tour.pk).update(state=Tour.State.AGREED, in_force=terms)
    tour.refresh_from_db()
    for days in (90, 180):
        make_checkin(tour, DAY + timedelta(days=days))
    return tour


def entries(person: Person, on: date = DAY) -> dict[str, tuple[date, int, str]]:
    """By identity: the day, how often it was changed, and the words."""
    events = Calendar.from_ical(calendar.feed(person, on)).events
    found = {str(e["uid"]): (e.start, e.sequence, str(e["summary"])) for e in events}
    assert len(found) == len(events), "two entries of one identity"
    return found


def days(person: Person, on: date = DAY) -> dict[str, date]:
    """By what each is about: of tour-12-end@localhost, "end"."""
    return {key.partition("@")[0].split("-", 2)[2]: day for key, (day, *_) in entries(person, on).items()}


class TestWhatIsInIt:
    def test_every_day_of_a_tour_that_matters_is_there_once(self, cast, tour):
        found = sorted(day for day, _, _ in entries(cast.alice).values())
        promised = DAY + timedelta(days=60)
        checkins = [DAY + timedelta(days=90), DAY + timedelta(days=180)]
        assert found == sorted([DAY, END, tour.in_force.talk_on, promised, promised, *checkins])

    def test_each_side_reads_the_others_name(self, cast, tour):
        for reader, other in ((cast.alice, "Bob Brand"), (cast.bob, "Alice Ames")):
            assert all(other in words for _, _, words in entries(reader).values())

    def test_no_word_of_the_terms_is_said(self, cast, tour):
        assert b"Unspoken" not in calendar.feed(cast.alice, DAY)

    def test_who_is_no_side_has_none(self, cast, tour):
        for person in (cast.carol, cast.dan, cast.heidi, cast.mallory):
            assert entries(person) == {}

    def test_what_is_only_proposed_has_no_dates_yet(self, cast):
        make_proposed_tour(cast.alice, cast.bob)
        assert entries(cast.alice) == {}

    def test_an_open_ended_tour_has_its_review(self, cast):
        make_signed_tour(cast.alice, cast.bob, type=Tour.Type.FOUNDATIONAL, ends_on=None, review_on=END)
        assert days(cast.alice)["review"] == END

    def test_it_speaks_the_language_of_its_person(self, cast, tour):
        Person.objects.filter(pk=cast.alice.pk).update(language="de")
        cast.alice.refresh_from_db()
        assert entries(cast.alice) != entries(cast.bob)
        assert not any("begins" in words for _, _, words in entries(cast.alice).values())

    def test_a_skipped_check_in_is_nobodys_date(self, cast, tour):
        CheckIn.objects.filter(due_on=DAY + timedelta(days=90)).update(
            skipped_at=NOW, skipped_by=Side.MANAGER, skipped_reason="Away"
        )
        assert DAY + timedelta(days=90) not in days(cast.alice).values()
        assert days(cast.alice)["checkin-regular-2"] == DAY + timedelta(days=180)

    def test_what_is_long_past_is_history(self, cast, tour):
        assert entries(cast.alice, END + timedelta(days=500)) == {}


class TestAfterAChange:
    def test_entries_move_and_say_that_they_did(self, cast, tour):
        before = entries(cast.alice)
        later = END + timedelta(days=200)
        make_amended_tour(tour, ends_on=later)
        after = entries(cast.alice)
        assert set(after) < set(before)  # the promises were left out
        assert days(cast.alice)["end"] == later
        assert all(after[key][1] > before[key][1] for key in after)

    def test_a_promise_that_both_have_dropped_leaves(self, cast, tour):
        before = entries(cast.alice)
        promise = tour.in_force.promises.first()
        make_entry(promise, "agreed", Side.MANAGER, answers=make_entry(promise, "asked"))
        gone = set(before) - set(entries(cast.alice))
        assert len(gone) == 1
        assert str(promise.key) in gone.pop()

    def test_what_is_due_after_the_last_day_is_there_unless_the_tour_ended_early(self, cast):
        due = END + timedelta(days=30)
        tour = make_signed_tour(cast.alice, cast.bob, ends_on=END, promises=[{"due_on": due}])
        assert due in days(cast.alice).values()
        make_early_end(tour, END - timedelta(days=100))
        assert due not in days(cast.alice).values()

    def test_an_early_end_moves_the_end(self, cast, tour):
        make_early_end(tour, DAY + timedelta(days=100))
        assert days(cast.alice)["end"] == DAY + timedelta(days=100)

    def test_said_ahead_it_opens_the_talk_about_the_next_tour_that_day(self, cast, tour):
        (before,) = (entry for key, entry in entries(cast.alice).items() if "-talk@" in key)
        last, said = DAY + timedelta(days=100), DAY + timedelta(days=30)
        make_early_end(tour, last, at=NOW + timedelta(days=30))
        (after,) = (entry for key, entry in entries(cast.alice).items() if "-talk@" in key)
        assert (before[0], after[0]) == (tour.in_force.talk_on, said)
        assert after[1] > before[1]

    def test_so_it_does_where_the_window_by_the_terms_is_still_before_the_end(self, cast, tour):
        talk_on = tour.in_force.talk_on
        make_early_end(tour, talk_on + timedelta(days=100), at=NOW + timedelta(days=30))
        assert days(cast.alice)["talk"] == DAY + timedelta(days=30)

    def test_not_where_the_window_was_open_already(self, cast, tour):
        talk_on = tour.in_force.talk_on
        said = NOW + (talk_on - DAY) + timedelta(days=30)
        make_early_end(tour, talk_on + timedelta(days=100), at=said)
        assert days(cast.alice)["talk"] == talk_on

    def test_nor_where_the_end_was_past_as_it_was_said(self, cast, tour):
        make_early_end(tour, DAY + timedelta(days=20), at=NOW + timedelta(days=30))
        assert "talk" not in days(cast.alice)

    def test_a_review_that_has_passed_opened_another_talk(self, cast):
        review = {"type": Tour.Type.FOUNDATIONAL, "ends_on": None, "review_on": DAY + timedelta(days=60)}
        endless = make_signed_tour(cast.alice, cast.bob, **review)
        make_early_end(endless, DAY + timedelta(days=200), at=NOW + timedelta(days=90))
        assert days(cast.alice)["talk"] == DAY + timedelta(days=90)

    def test_a_new_manager_has_the_same_tour_and_the_old_one_none(self, cast, tour):
        before = set(entries(cast.bob))
        make_amended_tour(tour, cast.carol, ends_on=END)
        assert entries(cast.bob) == {}
        # The check-ins were planned with Bob, and are moved by the planning.
        assert set(entries(cast.carol)) == {
            key for key in before if "promise" not in key and "checkin" not in key
        }


class TestAfterAMoveOfTheSite:
    """Or beside another site: entries are known by a name that the database keeps."""

    HOST = "https://alliance.example.com"

    def test_every_entry_is_the_one_that_it_was(self, cast, tour, settings):
        before = entries(cast.alice)
        settings.SITE_URL = self.HOST
        assert entries(cast.alice) == before
        assert all("url" in event and self.HOST in event["url"] for event in self.events(tour, cast.alice))
        assert {str(event["uid"]) for event in self.events(tour, cast.alice)} == set(before)

    def events(self, tour: Tour, person: Person):
        return Calendar.from_ical(calendar.tour_calendar(tour.pk, person)).events

    def test_no_other_installation_has_that_name_and_it_stays(self, cast, tour):
        assert CalendarOrigin.objects.ours().name != CalendarOrigin().name
        (origin,) = {uid.partition("@")[2] for uid in entries(cast.alice)}
        assert origin == CalendarOrigin.objects.get().name
        with transaction.atomic(), pytest.raises(InternalError, match="Cannot update or delete"):
            CalendarOrigin.objects.update(name="localhost")

    def test_what_went_out_before_there_was_such_a_name_keeps_the_host_that_it_had(self, tour, settings):
        settings.SITE_URL = self.HOST
        self.migrate()
        assert CalendarOrigin.objects.ours().name == "alliance.example.com"

    def test_where_nothing_can_have_gone_out_the_host_is_not_kept(self, cast):
        make_proposed_tour(cast.alice, cast.bob)
        self.migrate()
        assert not CalendarOrigin.objects.exists()

    def test_a_host_that_nobody_has_said_is_not_taken_for_the_one_that_went_out(
        self, tour, settings, monkeypatch
    ):
        settings.SITE_URL = "http://localhost:8000"
        monkeypatch.delenv("SITE_URL", raising=False)
        with pytest.raises(CommandError, match="Set SITE_URL, as the web server has it"):
            self.migrate()
        assert not CalendarOrigin.objects.exists()
        monkeypatch.setenv("SITE_URL", settings.SITE_URL)
        self.migrate()
        assert CalendarOrigin.objects.get().name == "localhost"

    def migrate(self) -> None:
        import_module("tours.migrations.0017_origin_of_calendar_entries").as_handed_out(apps, None)


class TestTheAddress:
    def url(self, token: str) -> str:
        return reverse("calendar_feed", args=[token])

    def test_it_needs_no_sign_in_and_remembers_that_it_was_read(self, cast, tour, client):
        reply = client.get(self.url(make_feed(cast.alice, timezone.now())))
        assert reply["Content-Type"] == "text/calendar; charset=utf-8"
        assert b"BEGIN:VEVENT" in reply.content
        assert CalendarFeed.objects.get().read_at

    def test_the_secret_itself_is_not_kept(self, cast):
        token = make_feed(cast.alice, NOW)
        assert token not in CalendarFeed.objects.get().token_hash

    def test_it_is_shown_once(self, cast, as_):
        client = as_(cast.alice)
        page = client.post(reverse("my_calendar")).text
        token = page.partition("/calendar/")[2].partition(".ics")[0]
        assert client.get(self.url(token)).status_code == 200
        assert token not in client.get(reverse("my_calendar")).text

    def test_a_new_one_ends_the_one_before(self, cast, client):
        old, new = make_feed(cast.alice, NOW), make_feed(cast.alice, NOW)
        assert client.get(self.url(old)).status_code == 404
        assert client.get(self.url(new)).status_code == 200

    def test_what_ends_an_address_says_so_first(self, cast, as_):
        make_feed(cast.alice, NOW)
        page = as_(cast.alice).get(reverse("my_calendar")).text
        assert asked_once(page, "Make a new address in its place")
        assert asked_once(page, "Revoke it")

    def test_revoked_it_answers_nobody(self, cast, as_, client):
        token = make_feed(cast.alice, NOW)
        as_(cast.mallory).post(reverse("my_calendar_revoke"))
        assert client.get(self.url(token)).status_code == 200
        as_(cast.alice).post(reverse("my_calendar_revoke"))
        assert client.get(self.url(token)).status_code == 404

    def test_who_may_not_sign_in_has_no_feed_either(self, cast, client):
        token = make_feed(cast.alice, NOW)
        Person.objects.filter(pk=cast.alice.pk).update(is_active=False)
        assert client.get(self.url(token)).status_code == 404

    def test_as_many_queries_for_many_tours_as_for_few(self, cast, django_assert_num_queries):
        for _ in range(2):
            make_checkin(make_signed_tour(cast.alice, cast.bob))
        CalendarOrigin.objects.ours()
        with django_assert_num_queries(8):
            few = calendar.feed(cast.alice, DAY)
        for _ in range(10):
            make_checkin(make_signed_tour(cast.alice, cast.bob))
        with django_assert_num_queries(8):
            many = calendar.feed(cast.alice, DAY)
        assert many.count(b"BEGIN:VEVENT") == 6 * few.count(b"BEGIN:VEVENT") > 0


class TestRealReaders:
    """vdirsyncer keeps a folder in step with the address, khal reads the folder."""

    def run(self, folder: Path, *command: str) -> str:
        environment = {**os.environ, "TZ": "UTC", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
        program = [sys.executable, "-m", *command]
        done = subprocess.run(
            program, cwd=folder, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def listed(self, folder: Path) -> list[str]:
        self.run(folder, "vdirsyncer", "--config", "sync.conf", "sync")
        span = [(DAY - timedelta(days=1)).isoformat(), (END + timedelta(days=400)).isoformat()]
        options = ["--format", "{start-date} {title}", "--day-format", ""]
        shown = self.run(folder, "khal", "--config", "khal.conf", "list", *options, *span)
        return sorted(line.strip() for line in shown.splitlines() if line.strip())

    def test_nothing_is_lost_or_doubled_after_a_change(self, cast, tour, live_server, tmp_path, settings):
        url = live_server.url + reverse("calendar_feed", args=[make_feed(cast.alice, timezone.now())])
        (tmp_path / "sync.conf").write_text(SYNC.format(url=url, folder=tmp_path))
        (tmp_path / "khal.conf").write_text(KHAL.format(folder=tmp_path))
        (tmp_path / "dates").mkdir()
        self.run(tmp_path, "vdirsyncer", "--config", "sync.conf", "discover", "tours")
        before = self.listed(tmp_path)
        assert len(before) == 7
        assert f"{END} The tour of duty with Bob Brand ends" in before
        later = END + timedelta(days=200)
        make_amended_tour(tour, ends_on=later)
        after = self.listed(tmp_path)
        assert len(after) == 5
        assert f"{later} The tour of duty with Bob Brand ends" in after
        assert sum("ends" in line for line in after) == 1
        assert len(list((tmp_path / "dates").iterdir())) == 5


SYNC = """
[general]
status_path = "{folder}/status/"
[pair tours]
a = "feed"
b = "disk"
collections = null
[storage feed]
type = "http"
url = "{url}"
[storage disk]
type = "filesystem"
path = "{folder}/dates/"
fileext = ".ics"
"""

KHAL = """
[calendars]
[[tours]]
path = {folder}/dates/
type = calendar
[locale]
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
timeformat = %H:%M
[sqlite]
path = {folder}/khal.db
"""
