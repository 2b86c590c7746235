"""Who has left keeps what was agreed and said until their last day; the employee, all of their own tours."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from icalendar import Calendar

from people.models import Employment, Person
from people.services import end_employment, set_manager
from tests.factories import (
    NOW,
    TODAY,
    make_amended_tour,
    make_checkin,
    make_early_end,
    make_employment,
    make_entry,
    make_line,
    make_note,
    make_person,
    make_signed_tour,
)
from tours import access, calendar, services
from tours.models import Comment, Parting, Promise, Side, Terms, Tour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

LAST_DAY = TODAY - timedelta(days=10)
SPAN = {"starts_on": TODAY - timedelta(days=200), "ends_on": TODAY + timedelta(days=200)}


def at(days: int) -> datetime:
    """So many days after Bob's last."""
    return datetime.combine(LAST_DAY + timedelta(days=days), time(12), UTC)


@pytest.fixture
def tour(cast) -> Tour:
    """Agreed by Alice and Bob, with a promise of each that was due before he left."""
    due = {"due_on": LAST_DAY - timedelta(days=20)}
    promises = [due | {"what": "A seat."}, due | {"what": "A talk.", "owed_by": Side.EMPLOYEE}]
    return make_signed_tour(cast.alice, cast.bob, promises=promises, signed_at=at(-190), **SPAN)


@pytest.fixture
def gone(cast, tour) -> Person:
    end_employment(cast.bob, last_day=LAST_DAY, ending="resignation")
    return cast.bob


def promise(tour: Tour) -> Promise:
    assert tour.in_force
    return tour.in_force.promises.get(owed_by=Side.MANAGER)


def page(as_, person: Person, agreed: Tour | Terms) -> str:
    """Of a tour that both have signed what its two pages say, as far as the person reads them."""
    client = as_(person)
    read = client.get(agreed.get_absolute_url())
    assert read.status_code == 200
    if not isinstance(agreed, Tour) or agreed.along_url not in read.text:
        return str(read.text)
    along = client.get(agreed.along_url)
    assert along.status_code == 200
    return str(read.text + along.text)


def test_the_terms_and_their_signatures_stay_readable(cast, as_, tour, gone):
    text = page(as_, gone, tour)
    assert tour.in_force.mission in text
    assert "A seat." in text
    assert as_(gone).get(reverse("terms_text", args=[tour.pk, 1])).status_code == 200
    assert as_(gone).get(reverse("terms_version", args=[tour.pk, 1])).status_code == 200


@pytest.mark.parametrize(("days", "read"), [(-1, True), (0, True), (1, False)])
def test_the_ledger_ends_with_the_last_day(cast, as_, tour, gone, days, read):
    make_entry(promise(tour), "not_kept", words="Narwhal.", at=at(days))
    assert ("Narwhal" in page(as_, gone, tour)) is read
    assert "Narwhal" in page(as_, cast.alice, tour)
    assert "Narwhal" in page(as_, cast.heidi, tour)


def test_a_promise_stands_as_it_stood_on_that_day(cast, as_, gone):
    later = {"due_on": LAST_DAY + timedelta(days=3), "what": "A seat."}
    tour = make_signed_tour(cast.alice, cast.bob, promises=[later], **SPAN)
    assert 'class="tag tag-wait">overdue' in page(as_, cast.alice, tour)
    assert 'class="tag tag-wait">overdue' not in page(as_, gone, tour)


def test_that_a_promise_was_carried_on_later_is_not_told(cast, as_, tour, gone):
    begins = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=300)}
    carried = {"key": promise(tour).key, "what": "A seat.", "due_on": TODAY + timedelta(days=90)}
    make_signed_tour(cast.alice, cast.carol, previous=tour, promises=[carried], **begins)
    assert "carried into the next tour" in page(as_, cast.alice, tour)
    assert "carried into the next tour" not in page(as_, gone, tour)


def test_words_on_an_early_end_are_read_up_to_that_day(cast, as_, tour, gone):
    ended = make_early_end(tour, LAST_DAY, Side.MANAGER, reason="Walrus.", at=at(-1))
    Parting.objects.create(
        tour=ended, terms=ended.in_force, side=Side.EMPLOYEE, reason="Narwhal.", author=cast.alice, at=at(2)
    )
    text = page(as_, gone, ended)
    assert "Walrus" in text
    assert "Narwhal" not in text
    assert "Narwhal" in page(as_, cast.alice, ended)


def test_an_end_that_came_later_is_no_part_of_the_story(cast, as_, tour, gone):
    ended = make_early_end(tour, TODAY, Side.EMPLOYEE, reason="Narwhal.", at=at(2))
    assert "Narwhal" not in page(as_, gone, ended)
    story = reverse("tour_history", args=[tour.pk])
    assert "ended the tour early" in as_(cast.alice).get(story).text
    assert "ended the tour early" not in as_(gone).get(story).text


def test_what_is_said_of_a_version_later_is_not_read(cast, as_, tour, gone):
    said = {"terms": tour.in_force, "author": cast.alice, "kind": Comment.Kind.COMMENT}
    Comment.objects.create(**said, words="Walrus.", at=at(-3))
    Comment.objects.create(**said, words="Narwhal.", at=at(3))
    text = page(as_, gone, tour)
    assert "Walrus" in text
    assert "Narwhal" not in text


def test_who_manages_by_now_is_not_told(cast, as_, tour, gone):
    set_manager(cast.alice, cast.carol, since=TODAY)
    assert "Carol Cole" in page(as_, cast.alice, tour)
    assert "Carol Cole" not in page(as_, gone, tour)


@pytest.mark.parametrize("name", ["tour", "tour_along", "tour_history", "tour_changes"])
def test_who_signed_after_them_is_not_told(cast, as_, tour, gone, name):
    set_manager(cast.alice, cast.carol, since=TODAY)
    make_amended_tour(tour, cast.carol, **SPAN)
    url = f"{reverse(name, args=[tour.pk])}?from=1&to=1"
    assert "Carol Cole" not in as_(gone).get(url).content.decode()
    assert as_(gone).get(url).status_code == 200


@pytest.mark.parametrize("show", ["", "?show=handover", "?show=ending"])
def test_no_list_of_tours_tells_who_came_after_them(cast, as_, tour, gone, show):
    set_manager(cast.alice, cast.carol, since=TODAY)
    if show != "?show=handover":
        make_amended_tour(tour, cast.carol, starts_on=SPAN["starts_on"], ends_on=TODAY + timedelta(days=9))
    told = {person: as_(person).get(reverse("tours") + show).text for person in (cast.alice, gone)}
    assert "Carol Cole" in told[cast.alice]
    assert "Carol Cole" not in told[gone]
    assert (tour.get_absolute_url() in told[gone]) is not bool(show)
    assert ("Bob Brand</a></td>" in told[gone]) is not bool(show)


@pytest.mark.parametrize("name", ["terms_comment", "terms_ask_for_change", "tour_decline"])
def test_a_page_opened_before_and_sent_after_leaving_does_not_either(cast, as_, tour, gone, name):
    make_amended_tour(tour, cast.carol, **SPAN)
    url = reverse(name, args=[tour.pk, 1])
    for reply in (as_(gone).get(url), as_(gone).post(url, {"part": "", "words": "A thought."})):
        assert "The tour of Alice Ames" in reply.text
        assert "Carol Cole" not in reply.text


def test_nor_does_what_they_say_of_a_promise_too_late(cast, as_, tour, gone):
    make_amended_tour(tour, cast.carol, **SPAN)
    reply = as_(gone).post(
        reverse("promise_done", args=[tour.versions.get(number=1).promises.get(owed_by=Side.MANAGER).pk]),
        {"words": "There."},
    )
    assert reply.status_code == 400
    assert "The company, through Bob Brand" in reply.text
    assert "Carol Cole" not in reply.text


@pytest.mark.parametrize("name", ["judge", "done", "drop", "drop_answer"])
def test_nor_is_it_told_what_was_said_of_it_since(cast, as_, tour, gone, name):
    """Nobody has taken the tour over, so that it still is theirs by name."""
    hers = Promise.objects.get(terms=tour.in_force, owed_by=Side.EMPLOYEE)
    about = hers if name == "judge" else promise(tour)
    make_entry(about, "asked", words="Walrus.", at=at(-2), side=Side.EMPLOYEE)
    make_entry(about, "done" if about == hers else "not_kept", words="Narwhal.", at=at(3))
    reply = as_(gone).post(reverse(f"promise_{name}", args=[about.pk]), {"words": ""})
    assert reply.status_code == 400
    assert "Walrus." in reply.text
    assert "Narwhal." not in reply.text


def test_nor_the_outline_of_what_was_proposed_after_their_last_day(cast, as_, tour):
    """As HR recorded only later that they had left."""
    end_employment(cast.bob, last_day=NOW.date() - timedelta(days=1), ending="resignation")
    make_amended_tour(tour, cast.carol, **SPAN)
    text = page(as_, cast.bob, tour)
    assert "What was agreed is between the two of them." in text
    assert ">Bob Brand</a></dd>" in text
    assert "Carol Cole" not in text


def test_nor_the_list_of_their_private_notes(cast, as_, tour, gone):
    note = make_note(gone, tour)
    make_amended_tour(tour, cast.carol, **SPAN)
    for url in (reverse("notes"), reverse("note", args=[note.pk])):
        text = as_(gone).get(url).text
        assert "The tour of Alice Ames with Bob Brand" in text
        assert "Carol Cole" not in text


class TestWhoHandedItOver:
    """And is here still: reads who took it over from them, and nobody who comes after that."""

    @pytest.fixture
    def again(self, cast, tour) -> Tour:
        make_amended_tour(tour, cast.carol, **SPAN)
        set_manager(cast.alice, cast.dan, since=TODAY)
        return tour

    def test_the_page_names_one_alone(self, cast, as_, again):
        assert "Since 15 Jun 2026 Dan Drew manages you." in strip_tags(page(as_, cast.alice, again))
        assert "Dan Drew" in page(as_, cast.heidi, again)
        text = page(as_, cast.bob, again)
        assert "Carol Cole has taken this tour over." in text
        assert "Dan Drew" not in text

    def test_nor_does_how_it_came_about_tell_who_ended_it(self, cast, as_, tour):
        set_manager(cast.alice, cast.carol, since=TODAY)
        make_amended_tour(tour, cast.carol, **SPAN)
        make_early_end(tour, TODAY, Side.MANAGER)
        url = reverse("tour_history", args=[tour.pk])
        assert "Carol Cole ended the tour early" in as_(cast.heidi).get(url).text
        assert "ended the tour early" not in as_(cast.bob).get(url).text
        assert "Ends early, on" in page(as_, cast.bob, tour)

    def test_so_do_the_lists(self, cast, as_, again):
        url = reverse("tours")
        assert "Carol Cole" in as_(cast.bob).get(url).text
        assert "Dan Drew" not in as_(cast.bob).get(url).text
        assert again.get_absolute_url() not in as_(cast.bob).get(f"{url}?show=handover").text
        for person in (cast.alice, cast.carol, cast.dan, cast.heidi):
            assert again.get_absolute_url() in as_(person).get(f"{url}?show=handover").text

    def test_nor_is_the_next_but_one_named_once_that_one_has_signed(self, cast, as_, again):
        note = make_note(cast.bob, again)
        make_amended_tour(again, cast.dan, **SPAN)
        urls = (reverse("tours"), reverse("notes"), reverse("note", args=[note.pk]))
        assert "Dan Drew" not in as_(cast.bob).get(again.along_url).text
        for url in (again.get_absolute_url(), *urls, reverse("tour_note", args=[again.pk])):
            text = as_(cast.bob).get(url).text
            assert "Carol Cole" in text
            assert "Dan Drew" not in text
        assert "Carol Cole has taken this tour over." in page(as_, cast.bob, again)
        for person in (cast.alice, cast.dan, cast.heidi):
            assert "Dan Drew" in as_(person).get(reverse("tours")).text

    def test_that_a_promise_was_carried_on_later_is_not_told(self, cast, as_):
        due = {"what": "A seat.", "due_on": TODAY + timedelta(days=90)}
        tour = make_signed_tour(cast.alice, cast.bob, promises=[due], **SPAN)
        due["key"] = promise(tour).key
        set_manager(cast.alice, cast.carol, since=TODAY)
        make_amended_tour(tour, cast.carol, promises=[due], **SPAN)
        begins = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=300)}
        make_signed_tour(cast.alice, cast.carol, previous=tour, promises=[due], **begins)
        assert "carried into the next tour" in page(as_, cast.alice, tour)
        text = page(as_, cast.bob, tour)
        assert "A seat." in text
        assert "carried into the next tour" not in text

    def test_where_nobody_asked_who_took_it_over_no_name_is_told_instead(self, cast, again):
        make_amended_tour(again, cast.dan, **SPAN)
        unasked = Tour.objects.get(pk=again.pk)
        with pytest.raises(KeyError):
            access.manager_named(cast.bob, unasked, TODAY)
        for person in (cast.alice, cast.dan, cast.heidi):
            assert access.manager_named(person, unasked, TODAY) == cast.dan

    def test_who_manages_again_is_told_whose_it_is(self, cast, as_, again):
        make_amended_tour(again, cast.dan, **SPAN)
        set_manager(cast.alice, cast.bob, since=TODAY)
        for url in (again.get_absolute_url(), reverse("tours")):
            assert "Dan Drew" in as_(cast.bob).get(url).text


@pytest.mark.parametrize("left", [False, True])
def test_an_early_end_after_their_terms_ends_no_promise_that_is_told_to_them(cast, as_, left):
    later = {"what": "A seat.", "due_on": TODAY + timedelta(days=100)}
    tour = make_signed_tour(cast.alice, cast.bob, promises=[later], **SPAN)
    key = promise(tour).key
    if left:
        end_employment(cast.bob, last_day=LAST_DAY, ending="resignation")
    set_manager(cast.alice, cast.carol, since=TODAY)
    make_amended_tour(tour, cast.carol, promises=[later | {"key": key}], **SPAN)
    make_early_end(tour, TODAY, Side.MANAGER)
    assert "the tour ended first" in page(as_, cast.alice, tour)
    assert "the tour ended first" not in page(as_, cast.bob, tour)
    assert "A seat." in page(as_, cast.bob, tour)


def test_between_the_last_day_and_a_hand_over_nothing_more_is_read(cast, as_, tour, gone):
    """Else the ledger would go on until the new manager's terms are signed."""
    make_entry(promise(tour), "not_kept", words="Narwhal.", at=at(3))
    set_manager(cast.alice, cast.carol, since=TODAY)
    make_amended_tour(tour, cast.carol, **SPAN)
    text = page(as_, gone, tour)
    assert "A seat." in text
    assert "Narwhal" not in text
    assert as_(gone).get(reverse("terms_version", args=[tour.pk, 2])).status_code == 404


def test_who_comes_back_reads_on(cast, as_, tour, gone):
    make_entry(promise(tour), "not_kept", words="Narwhal.", at=at(3))
    make_employment(cast.bob, hired_on=TODAY)
    assert "Narwhal" in page(as_, Person.objects.get(pk=cast.bob.pk), tour)


def test_the_employee_keeps_all_of_their_own_after_leaving(cast, as_, tour):
    make_entry(promise(tour), "not_kept", words="Narwhal.", at=at(1))
    gone = {"left_on": LAST_DAY, "ending": Employment.Ending.RESIGNATION}
    Employment.objects.filter(person=cast.alice).update(**gone)
    assert "Narwhal" in page(as_, cast.alice, tour)


class TestCalendar:
    def words(self, person: Person) -> str:
        events = Calendar.from_ical(calendar.feed(person, TODAY)).events
        return " / ".join(str(event["summary"]) for event in events)

    def test_the_feed_drops_what_they_managed_and_keeps_their_own(self, cast, tour):
        make_signed_tour(cast.bob, cast.carol, **SPAN)
        assert "Alice Ames" in self.words(cast.bob)
        end_employment(cast.bob, last_day=LAST_DAY, ending="resignation")
        assert "Alice Ames" not in self.words(cast.bob)
        assert "The tour of duty with Carol Cole begins" in self.words(cast.bob)

    def test_so_do_the_dates_of_one_tour(self, cast, as_, tour, gone):
        url = reverse("tour_calendar", args=[tour.pk])
        assert as_(gone).get(url).status_code == 404
        assert url not in page(as_, gone, tour)
        assert url in page(as_, cast.alice, tour)
        assert as_(cast.alice).get(url).status_code == 200

    def test_with_nothing_of_their_own_there_is_no_address_to_make(self, cast, as_, tour, gone):
        assert not as_(gone).get(reverse("my_calendar")).context["has_tours"]
        assert as_(cast.alice).get(reverse("my_calendar")).context["has_tours"]


def test_a_list_of_overdue_promises_is_no_longer_theirs(cast, as_, tour, gone):
    url = reverse("tours") + "?show=promises"
    assert tour.get_absolute_url() in as_(cast.alice).get(url).content.decode()
    assert tour.get_absolute_url() not in as_(gone).get(url).content.decode()


def test_the_page_asks_no_more_than_any_other(cast, as_, tour, gone, statements):
    for url in (tour.get_absolute_url(), tour.along_url):
        assert len(statements(as_(gone), url, has="Alice Ames")) <= 8


def test_nobody_else_is_bound_by_the_day_on_which_somebody_left(cast, as_, tour, gone):
    report = make_person("Rae Reed")
    make_line(report, cast.carol)
    theirs = make_signed_tour(report, cast.carol, promises=[{"what": "A seat."}], **SPAN)
    make_entry(promise(theirs), "not_kept", words="Narwhal.", at=at(3))
    assert "Narwhal" in page(as_, cast.carol, theirs)


def test_of_check_ins_they_keep_those_that_had_opened_by_their_last_day(cast, as_, tour, gone):
    """What the others agree on afterwards is no longer theirs to follow, a word they wrote themselves is."""
    had = make_checkin(tour, LAST_DAY - timedelta(days=30))
    begun = make_checkin(tour, LAST_DAY + timedelta(days=7))  # it opened on the last day itself
    later = make_checkin(tour, LAST_DAY + timedelta(days=8))
    text = page(as_, gone, tour) + as_(gone).get(reverse("checkins")).text
    for checkin, kept in ((had, True), (begun, True), (later, False)):
        assert (checkin.get_absolute_url() in text) is kept
        assert as_(gone).get(checkin.get_absolute_url()).status_code == (200 if kept else 404)
        assert checkin.get_absolute_url() in page(as_, cast.alice, tour)


class TestWhoIsNotTheToursManager:
    """Named by terms that are not in force, or no longer: they read on, and do nothing more after leaving."""

    def test_who_was_to_take_over_and_left_before_the_other_signed(self, cast, as_, tour):
        set_manager(cast.alice, cast.carol, since=LAST_DAY)
        newer = services.reaffirm(tour, "I stand by this.", actor=cast.carol, now=at(0))
        end_employment(cast.carol, last_day=TODAY - timedelta(days=1), ending="resignation")
        assert "Clear it away" not in page(as_, cast.carol, tour)
        assert reverse("tour_note", args=[tour.pk]) not in page(as_, cast.carol, tour)
        assert "Clear it away" in page(as_, cast.alice, tour)
        carol = as_(cast.carol)
        for name, words in (("tour_withdraw", "Gone."), ("terms_comment", "A thought.")):
            reply = carol.post(reverse(name, args=[tour.pk, newer.number]), {"part": "", "words": words})
            assert reply.status_code == 400
        assert carol.post(reverse("tour_note", args=[tour.pk]), {"words": "Hm."}).status_code == 404
        assert not newer.comments.exists()

    def test_who_handed_it_over_and_left(self, cast, as_, tour):
        make_amended_tour(tour, cast.carol, **SPAN)
        url = reverse("tour_note", args=[tour.pk])
        assert url in page(as_, cast.bob, tour)
        end_employment(cast.bob, last_day=LAST_DAY, ending="resignation")
        assert url not in page(as_, cast.bob, tour)
        assert as_(cast.bob).post(url, {"words": "Hm."}).status_code == 404
