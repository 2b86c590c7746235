"""Asking for a check-in now: by either side, one of a kind at a time, and the other hears who asks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.formats import date_format

from alliance_site.outbox.models import Message
from alliance_site.outbox.planning import plan_occasion
from feedback import services
from feedback.models import CheckIn, Kind
from feedback.planning import plan_checkins
from feedback.reminders import career_due, checkin_due, close_out_due, next_tour_due
from feedback.views.checkins import readable_by
from people.models import Employment
from tests.factories import (
    NOW,
    make_absence,
    make_amended_tour,
    make_checkin,
    make_early_end,
    make_line,
    make_next_step,
    make_person,
    make_policy,
    make_revealed_checkin,
    make_signed_tour,
)
from tests.feedback.conftest import TODAY
from tests.racing import at_once
from tours.models import Side, Tour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

URL = reverse("checkin_ask")
DAY = TODAY.date()
WEEK = timedelta(days=7)
OCCASIONS = {Kind.REGULAR: checkin_due, Kind.CAREER: career_due}


def typed(tour: Tour, kind: str = "regular") -> dict[str, object]:
    return {"in_tour": tour.pk, "kind": kind}


def letters(kind: Kind) -> dict[str, Message]:
    plan_occasion(OCCASIONS[kind], TODAY)
    return {m.recipient.get_short_name(): m for m in Message.objects.select_related("recipient")}


@pytest.mark.parametrize("kind", OCCASIONS)
@pytest.mark.parametrize("who", Side)
def test_either_side_asks_and_the_other_hears_who(cast, as_, tour, who, kind):
    actor, other = tour.party(who), tour.party(who.other)
    page = as_(actor).post(URL, typed(tour, kind), follow=True)
    asked = tour.checkins.get()
    assert (asked.kind, asked.opens_on, asked.due_on, asked.asked_by) == (kind, DAY, DAY + WEEK, who)
    assert asked.lapses_on == DAY + WEEK + timedelta(days=14)
    assert asked.state(DAY) == CheckIn.State.OPEN
    assert f"Asked. {other.name} gets a letter" in page.text
    assert "You asked for it." in page.text
    theirs = as_(other)
    assert f"{actor.name} asked for it." in theirs.get(asked.get_absolute_url()).text
    assert f"{actor.name} asked for it." in theirs.get(reverse("checkins")).text
    assert "asked for" in theirs.get(tour.along_url).text
    sent = letters(kind)
    assert list(sent) == [other.get_short_name()]
    assert sent[other.get_short_name()].subject.startswith(f"{actor.name} asks you for a")


def test_later_both_are_reminded_as_of_any_other(cast, tour):
    services.ask_for(tour, Kind.REGULAR, actor=cast.alice, now=TODAY)
    plan_occasion(checkin_due, TODAY + WEEK)
    assert {m.recipient.get_short_name() for m in Message.objects.all()} == {"Alice", "Bob"}


def test_the_tour_and_the_list_lead_there(cast, as_, tour):
    make_checkin(tour, DAY + timedelta(days=90))
    assert f"{URL}?tour={tour.pk}" in as_(cast.alice).get(tour.along_url).text
    assert URL in as_(cast.bob).get(reverse("checkins")).text
    other = make_signed_tour(cast.alice, cast.bob)
    page = as_(cast.alice).get(URL, {"tour": other.pk}).text
    assert f'value="{other.pk}" selected' in page
    assert URL not in as_(cast.heidi).get(tour.along_url).text


def test_at_most_one_of_a_kind_is_open_and_who_asks_again_is_led_to_it(cast, as_, tour):
    as_(cast.alice).post(URL, typed(tour))
    for person in (cast.alice, cast.bob):
        reply = as_(person).post(URL, typed(tour), follow=True)
        assert "This one is open already" in reply.text
        assert reply.context["checkin"] == tour.checkins.get()
    as_(cast.bob).post(URL, typed(tour, "career"))
    assert tour.checkins.count() == 2
    services.hand_in(tour.checkins.get(kind="regular"), actor=cast.bob, basis=0, answers={}, now=TODAY)
    for person, said in (
        (cast.alice, "already: answer it here"),
        (cast.bob, "already, and you have handed in"),
    ):
        assert said in as_(person).post(URL, typed(tour), follow=True).text


def test_one_that_the_rhythm_has_opened_is_open_too_and_a_lapsed_one_is_not(cast, tour):
    lapsed = make_checkin(tour, DAY - timedelta(days=60))
    make_revealed_checkin(tour, DAY - timedelta(days=30))
    asked = services.ask_for(tour, Kind.REGULAR, actor=cast.alice, now=TODAY)
    assert asked != lapsed
    planned = make_checkin(tour, DAY + timedelta(days=3), kind=Kind.CAREER)
    with pytest.raises(services.AlreadyOpen) as already:
        services.ask_for(tour, Kind.CAREER, actor=cast.alice, now=TODAY)
    assert already.value.checkin == planned


def test_what_comes_next_is_asked_for_anew_once_it_was_skipped(cast, as_, tour):
    asked = make_checkin(tour, DAY + WEEK, kind=Kind.NEXT_TOUR)
    assert services.skip(asked, actor=cast.bob, reason="Too early", now=TODAY)
    assert "You asked for it." in as_(cast.alice).post(URL, typed(tour, "next_tour"), follow=True).text
    again = tour.checkins.get(skipped_at=None)
    assert (again.opens_on, again.due_on, again.lapses_on) == (DAY, DAY + WEEK, tour.ends_on)
    plan_occasion(next_tour_due, TODAY)
    letter = Message.objects.get()
    assert (letter.recipient, letter.subject) == (
        cast.bob,
        "Alice Ames asks what you want after your tour together",
    )
    with pytest.raises(services.AlreadyOpen):
        services.ask_for(tour, Kind.NEXT_TOUR, actor=cast.bob, now=TODAY)


@pytest.mark.parametrize("open_ended", [False, True])
def test_what_comes_next_asked_for_early_opens_the_planned_one(cast, as_, today, open_ended):
    ends = {"ends_on": None, "review_on": DAY + 52 * WEEK} if open_ended else {}
    tour = make_signed_tour(cast.alice, cast.bob, **ends)
    plan_checkins(TODAY)
    planned = tour.checkins.get(kind=Kind.NEXT_TOUR)
    assert planned.state(DAY) == CheckIn.State.PLANNED
    page = as_(cast.alice).post(URL, typed(tour, "next_tour"), follow=True).text
    assert "Asked. Bob Brand gets a letter about it." in page
    assert f"You moved it here from {date_format(planned.due_on)}." in page
    brought = tour.checkins.get(kind=Kind.NEXT_TOUR)
    assert (brought.pk, brought.slot, brought.lapses_on) == (planned.pk, planned.slot, planned.lapses_on)
    assert (brought.opens_on, brought.due_on) == (DAY, DAY + WEEK)
    plan_occasion(next_tour_due, TODAY)
    letter = Message.objects.get()
    assert (letter.recipient, letter.subject) == (
        cast.bob,
        "Alice Ames asks what you want after your tour together",
    )
    with pytest.raises(services.AlreadyOpen):
        services.ask_for(tour, Kind.NEXT_TOUR, actor=cast.bob, now=TODAY)
    make_absence(cast.bob, brought.due_on, brought.due_on + WEEK)
    for later in (TODAY, TODAY + (planned.opens_on - DAY)):
        plan_checkins(later)
        assert list(tour.checkins.filter(kind=Kind.NEXT_TOUR)) == [brought]
    brought.refresh_from_db()
    assert brought.due_on == DAY + WEEK


class TestAfterAll:
    """What comes once, and was skipped by one side: either can still have it, while there is time."""

    @pytest.fixture(params=[Kind.NEXT_TOUR, Kind.CLOSE_OUT])
    def skipped(self, request, cast, tour) -> CheckIn:
        found = make_checkin(tour, DAY, kind=request.param, slot=DAY, lapses_on=DAY + 2 * WEEK)
        assert services.skip(found, actor=cast.bob, reason="Too early", now=TODAY)
        return found

    @pytest.fixture
    def closing(self, cast, today) -> CheckIn:
        """Of a tour that ended yesterday."""
        tour = make_early_end(make_signed_tour(cast.alice, cast.bob), DAY - timedelta(days=1))
        found = make_checkin(tour, DAY, kind=Kind.CLOSE_OUT, slot=DAY, lapses_on=DAY + 2 * WEEK)
        assert services.skip(found, actor=cast.bob, reason="Not needed", now=TODAY)
        return found

    def url(self, checkin: CheckIn) -> str:
        return reverse("checkin_ask_anew", args=[checkin.pk])

    @pytest.mark.parametrize("who", Side)
    def test_it_opens_today_and_the_other_hears_who_asks(self, as_, skipped, who):
        asker, other = skipped.party(who), skipped.party(who.other)
        assert self.url(skipped) in as_(asker).get(skipped.get_absolute_url()).text
        page = as_(asker).post(self.url(skipped), follow=True)
        again = CheckIn.objects.get(skipped_at=None)
        assert page.context["checkin"] == again
        assert f"Asked. {other.name} gets a letter about it." in page.text
        assert (again.kind, again.opens_on, again.due_on) == (skipped.kind, DAY, DAY + WEEK)
        plan_occasion(next_tour_due if again.kind == Kind.NEXT_TOUR else close_out_due, TODAY)
        letter = Message.objects.get()
        assert letter.recipient == other
        assert letter.subject.startswith(f"{asker.name} asks")

    def test_a_close_out_can_be_had_though_the_tour_is_over(self, cast, as_, closing):
        as_(cast.alice).post(self.url(closing))
        again = CheckIn.objects.get(skipped_at=None)
        assert (again.kind, again.lapses_on) == (Kind.CLOSE_OUT, closing.lapses_on)
        plan_occasion(close_out_due, TODAY)
        assert "ended on 14 Jun 2026. Look back on it by 22 Jun 2026" in Message.objects.get().text
        plan_checkins(TODAY)
        assert CheckIn.objects.filter(kind=Kind.CLOSE_OUT, skipped_at=None).get() == again

    def test_who_asks_twice_is_led_to_it_whatever_became_of_it(self, cast, as_, closing):
        alice = as_(cast.alice)
        for said in ("Asked. Bob Brand", "This one is open already"):
            assert said in alice.post(self.url(closing), follow=True).text
        again = CheckIn.objects.get(skipped_at=None)
        for actor in (cast.alice, cast.bob):
            services.hand_in(again, actor=actor, basis=0, answers={}, now=TODAY)
        assert alice.post(self.url(closing)).url == again.get_absolute_url()
        assert self.url(closing) not in alice.get(closing.get_absolute_url()).text

    def refused(self, client, checkin: CheckIn) -> bool:
        offered = self.url(checkin) in client.get(checkin.get_absolute_url()).text
        reply = client.post(self.url(checkin), follow=True)
        return not offered and "can no longer be asked for" in reply.text

    def test_not_where_another_is_planned_for_a_later_end(self, cast, as_, skipped):
        later = DAY + 30 * WEEK
        planned = make_checkin(skipped.tour, later, kind=skipped.kind, slot=later)
        assert self.refused(as_(cast.alice), skipped)
        assert CheckIn.objects.get(skipped_at=None).opens_on == planned.opens_on

    @pytest.mark.parametrize("what_came", ["an end", "an outcome"])
    def test_what_comes_next_not_once_the_tour_is_over_or_it_is_agreed_on(self, cast, as_, tour, what_came):
        found = make_checkin(tour, DAY, kind=Kind.NEXT_TOUR, slot=DAY, lapses_on=DAY + 2 * WEEK)
        assert services.skip(found, actor=cast.bob, reason="Too early", now=TODAY)
        if what_came == "an end":
            make_amended_tour(tour, ends_on=DAY - timedelta(days=1))
        else:
            make_next_step(tour, "part_well", confirmed_at=NOW)
        assert self.refused(as_(cast.alice), found)

    def test_not_where_it_was_taken_over_a_moment_before(self, cast, closing):
        read = readable_by(cast.alice, closing.pk)
        make_amended_tour(closing.tour, cast.carol)
        with pytest.raises(PermissionDenied):
            services.ask_anew(read, actor=cast.alice, now=TODAY)

    @pytest.mark.parametrize("hindrance", ["lapsed", "handed over", "left", "by rhythm"])
    def test_not_where_nobody_is_asked_any_more(self, cast, as_, closing, hindrance):
        rows = CheckIn.objects.filter(pk=closing.pk)
        if hindrance == "lapsed":
            rows.update(opens_on=DAY - 2 * WEEK, due_on=DAY - WEEK, lapses_on=DAY - timedelta(days=1))
        elif hindrance == "handed over":
            make_amended_tour(closing.tour, cast.carol)
        elif hindrance == "left":
            Employment.objects.filter(person=cast.bob).update(left_on=DAY - WEEK, ending="resignation")
        else:
            rows.update(kind=Kind.REGULAR)
        alice = as_(cast.alice)
        assert self.url(closing) not in alice.get(closing.get_absolute_url()).text
        assert "can no longer be asked for" in alice.post(self.url(closing), follow=True).text
        assert not CheckIn.objects.filter(skipped_at=None).exists()

    @pytest.mark.parametrize("who", ["carol", "dan", "heidi", "mallory"])
    def test_by_nobody_else(self, cast, as_, closing, who):
        assert as_(getattr(cast, who)).post(self.url(closing)).status_code == 404
        assert not CheckIn.objects.filter(skipped_at=None).exists()


def test_what_comes_next_is_not_asked_for_once_it_is_agreed_on(cast, as_, tour):
    begins = tour.ends_on + timedelta(days=1)
    make_signed_tour(cast.alice, cast.bob, previous=tour, starts_on=begins, ends_on=begins + 52 * WEEK)
    reply = as_(cast.alice).post(URL, typed(tour, "next_tour"))
    assert reply.status_code == 400
    assert "What comes next is agreed on already." in reply.text
    assert not CheckIn.objects.exists()


def test_it_is_due_on_a_working_day(cast, tour):
    make_policy(cast.heidi, holiday_calendar="DE")
    saturday = TODAY + timedelta(days=12)
    easter = datetime(2027, 3, 19, 9, tzinfo=UTC)  # a week before Good Friday
    for now, due in ((saturday, date(2026, 7, 6)), (easter, date(2027, 3, 30))):
        assert services.ask_for(tour, Kind.REGULAR, actor=cast.alice, now=now).due_on == due


def test_it_is_due_within_the_tour(cast, as_, today):
    tour = make_signed_tour(cast.alice, cast.bob, ends_on=DAY + timedelta(days=2))
    as_(cast.alice).post(URL, typed(tour))
    assert tour.checkins.get(kind=Kind.REGULAR).due_on == DAY + timedelta(days=2)


def test_nobody_asks_for_another_nor_in_a_tour_that_does_not_run(cast, as_, tour):
    ended = make_early_end(make_signed_tour(cast.alice, cast.bob), DAY - timedelta(days=1))
    to_come = make_signed_tour(cast.alice, cast.bob, starts_on=DAY + timedelta(days=1))
    for who in (cast.carol, cast.dan, cast.heidi, cast.mallory):
        assert "nobody to ask" in as_(who).get(URL).text
        assert as_(who).post(URL, typed(tour)).status_code == 400
    for each in (ended, to_come):
        assert as_(cast.alice).post(URL, typed(each)).status_code == 400
    assert not CheckIn.objects.exists()


def test_not_while_it_is_handed_over_nor_of_who_has_left(cast, as_, tour):
    tour.employee.reporting_lines.all().delete()
    make_line(cast.alice, cast.carol)
    for who in (cast.alice, cast.bob, cast.carol):
        assert as_(who).post(URL, typed(tour)).status_code == 400
    other = make_signed_tour(make_person(), cast.bob)
    Employment.objects.filter(person=other.employee).update(left_on=DAY - WEEK, ending="resignation")
    assert as_(cast.bob).post(URL, typed(other)).status_code == 400


@pytest.mark.parametrize("evil", ["", "0", "x", "a\x00b", "<b>", "9" * 20_000, "\u202e1", "close_out"])
def test_what_was_not_offered_is_refused(cast, as_, tour, evil):
    for data in ({"in_tour": evil, "kind": "regular"}, {"in_tour": tour.pk, "kind": evil}):
        assert as_(cast.alice).post(URL, data).status_code == 400
    assert not CheckIn.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", [Kind.REGULAR, Kind.NEXT_TOUR])
def test_two_who_ask_at_once_have_one(kind):
    tour = make_signed_tour(make_person(), make_person())
    if kind is Kind.NEXT_TOUR:
        make_checkin(tour, tour.ends_on - WEEK, kind=kind, slot=tour.ends_on)

    def ask(actor):
        try:
            return services.ask_for(tour, kind, actor=actor, now=TODAY)
        except services.AlreadyOpen as already:
            return already.checkin

    results = at_once(*(lambda who=who: ask(who) for who in (tour.employee, tour.manager, tour.employee)))
    assert {checkin.pk for checkin in results} == {tour.checkins.get().pk}


def test_the_planner_leaves_it_alone(cast, tour):
    asked = services.ask_for(tour, Kind.REGULAR, actor=cast.alice, now=TODAY)
    for reason in (cast.bob, cast.alice):
        make_absence(reason, asked.due_on, asked.due_on + WEEK)
        plan_checkins(TODAY)
    asked.refresh_from_db()
    assert asked.due_on == DAY + WEEK
    make_early_end(tour, DAY + timedelta(days=2))
    plan_checkins(TODAY)
    assert CheckIn.objects.filter(pk=asked.pk).exists()  # whether it is begun is not told


def test_it_can_be_moved_skipped_and_comes_next_after_a_reveal(cast, as_, tour):
    revealed = make_revealed_checkin(tour, DAY - timedelta(days=3))
    make_checkin(tour, DAY + timedelta(days=90))
    asked = services.ask_for(tour, Kind.REGULAR, actor=cast.alice, now=TODAY)
    assert as_(cast.bob).get(revealed.get_absolute_url()).context["checkin"].next_due_on == asked.due_on
    assert services.move(asked, DAY + timedelta(days=20), seen=asked.due_on, actor=cast.bob, now=TODAY)
    assert services.skip(asked, actor=cast.bob, reason="Solved", now=TODAY)
    assert services.ask_for(tour, Kind.REGULAR, actor=cast.alice, now=TODAY) != asked


def test_the_database_wants_to_know_who_asked_or_moved_and_when(tour):
    for half in ({"asked_by": "employee"}, {"asked_at": NOW}, {"moved_by": "manager"}, {"moved_from": DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_checkin(tour, DAY, **half)


def test_asking_takes_few_queries_whatever_the_number_of_tours(cast, as_, tour, statements):
    few = len(statements(as_(cast.bob), URL, has="Alice Ames"))
    for n in range(5):
        make_signed_tour(make_person(f"Number {n}"), cast.bob)
    assert len(statements(as_(cast.bob), URL, has="Number 4")) == few <= 6
