"""A reorganisation changes who manages, never who agreed; and nobody stays in between."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from alliance_site.dashboards.todo import todo
from alliance_site.outbox.facts import DONE, OVERTAKEN
from alliance_site.outbox.models import Message
from people.models import Person
from people.recipients import LEFT
from people.services import end_employment, set_manager
from tests.factories import (
    DAY,
    NOW,
    TODAY,
    make_line,
    make_person,
    make_policy,
    make_promise,
    make_proposed_tour,
    make_signed_tour,
    make_tour,
)
from tests.reminding import planned, silenced
from tests.tours.standing import tour_on
from tests.tours.test_query_counts import AT_MOST, LOGGED
from tours import access, services
from tours.access import Act
from tours.models import Terms, Tour
from tours.reminders import handover, off_the_table, terms_waiting
from tours.services import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]
SINCE = TODAY - timedelta(days=10)
DUE = SINCE + timedelta(days=30)
SPAN = {"starts_on": TODAY - timedelta(days=200), "ends_on": TODAY + timedelta(days=400)}
AT_NOON = datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(hours=12)


@pytest.fixture
def tour(cast) -> Tour:
    """Agreed by Alice and Bob; since ten days Carol manages Alice."""
    tour = make_signed_tour(cast.alice, cast.bob, **SPAN)
    set_manager(cast.alice, cast.carol, since=SINCE)
    return tour


def standing(tour: Tour, on: date = TODAY) -> Tour:
    return tour_on(tour.pk, on)


def acts(person: Person, tour: Tour) -> set[Act]:
    return access.acts(person, standing(tour), TODAY)


def sentences(person: Person) -> list[str]:
    return [item.sentence for item in todo(person, TODAY)]


def reaffirm(tour: Tour, actor: Person) -> Terms:
    return services.reaffirm(tour, "I stand by this.", actor=actor, now=timezone.now())


class TestWhichTours:
    def test_the_day_is_set_by_the_policy_of_the_day_on_which_the_line_changed(self, cast, tour):
        make_policy(cast.heidi, holds_from=SINCE, handover_days=20)
        make_policy(cast.heidi, holds_from=TODAY, handover_days=5)
        found, same = Tour.objects.handed_over(TODAY).get(), standing(tour)
        assert (found.successor_id, found.successor_name) == (cast.carol.pk, "Carol Cole")
        assert found.take_over_by == same.take_over_by == SINCE + timedelta(days=20)
        assert (same.manager_now_name, same.manager_now_since) == ("Carol Cole", SINCE)

    def test_it_is_to_be_taken_over_before_it_ends(self, cast):
        """Later there would be nothing left to take over, and no time to say what comes next."""
        ends_on = TODAY + timedelta(days=4)
        tour = make_signed_tour(cast.alice, cast.bob, starts_on=SPAN["starts_on"], ends_on=ends_on)
        set_manager(cast.alice, cast.carol, since=SINCE)
        found = Tour.objects.handed_over(TODAY).get(pk=tour.pk)
        assert found.take_over_by == standing(tour).take_over_by == ends_on

    def test_one_that_is_over_is_nobodys_to_take_over(self, cast, tour):
        assert not Tour.objects.handed_over(tour.ends_on + timedelta(days=1)).exists()

    def test_nor_one_that_was_never_agreed(self, cast, tour):
        Tour.objects.all()
        make_proposed_tour(cast.alice, cast.bob, **SPAN)
        assert Tour.objects.handed_over(TODAY).get() == tour

    def test_one_that_is_still_to_begin_is(self, cast):
        begins = TODAY + timedelta(days=40)
        tour = make_signed_tour(cast.alice, cast.bob, starts_on=begins, ends_on=begins + timedelta(days=300))
        set_manager(cast.alice, cast.carol, since=SINCE)
        assert Tour.objects.handed_over(TODAY).get() == tour
        assert acts(cast.carol, tour) == {Act.AMEND, Act.REAFFIRM}
        services.sign(reaffirm(tour, cast.carol), actor=cast.alice, now=timezone.now())
        assert not Tour.objects.handed_over(TODAY).exists()

    def test_a_line_that_goes_back_to_the_old_manager_ends_it(self, cast, tour):
        set_manager(cast.alice, cast.bob, since=TODAY)
        assert not Tour.objects.handed_over(TODAY).exists()
        assert Act.AMEND in acts(cast.bob, tour)
        assert acts(cast.carol, tour) == set()

    def test_a_second_reorganisation_before_the_first_was_settled(self, cast, tour):
        waiting = reaffirm(tour, cast.carol)
        set_manager(cast.alice, cast.dan, since=TODAY)
        found = Tour.objects.handed_over(TODAY).get()
        assert (found.successor_id, found.take_over_by) == (cast.dan.pk, TODAY + timedelta(days=30))
        with pytest.raises(Refused):
            services.sign(waiting, actor=cast.alice, now=timezone.now())
        assert acts(cast.dan, tour) >= {Act.AMEND, Act.REAFFIRM}
        newer = reaffirm(tour, cast.dan)
        tour = services.sign(newer, actor=cast.alice, now=timezone.now())
        assert (tour.manager, tour.in_force.number) == (cast.dan, 3)

    def test_back_to_the_old_manager_while_the_new_one_had_proposed(self, cast, tour):
        waiting = reaffirm(tour, cast.carol)
        set_manager(cast.alice, cast.bob, since=TODAY)
        with pytest.raises(Refused):
            services.sign(waiting, actor=cast.alice, now=timezone.now())
        draft = services.amend(tour, actor=cast.bob, now=timezone.now())
        assert (draft.number, draft.manager) == (3, cast.bob)

    def test_when_the_old_manager_left_the_new_one_takes_over_all_the_same(self, cast, tour):
        end_employment(cast.bob, last_day=SINCE, ending="resignation")
        tour = services.sign(reaffirm(tour, cast.carol), actor=cast.alice, now=timezone.now())
        assert tour.manager == cast.carol

    def test_when_the_new_manager_leaves_the_employee_has_none_and_hr_sees_it(self, cast, tour):
        end_employment(cast.carol, last_day=TODAY - timedelta(days=1), ending="resignation")
        assert not Tour.objects.handed_over(TODAY).exists()
        assert Tour.objects.unmanaged(TODAY).get() == tour
        assert acts(cast.alice, tour) == {Act.AMEND, Act.END_EARLY}

    def test_who_has_left_is_handed_to_nobody(self, cast, tour):
        end_employment(cast.alice, last_day=TODAY - timedelta(days=1), ending="resignation")
        assert not Tour.objects.handed_over(TODAY).exists()
        assert not access.is_handed_over(standing(tour), TODAY)

    def test_the_list_and_the_door_say_the_same(self, cast, tour):
        others = [
            make_signed_tour(cast.bob, cast.carol, **SPAN),
            make_signed_tour(cast.mallory, cast.bob, **SPAN),
            make_proposed_tour(cast.alice, cast.bob, **SPAN),
        ]
        found = set(Tour.objects.handed_over(TODAY))
        assert found == {each for each in [tour, *others] if access.is_handed_over(standing(each), TODAY)}
        alone = set(Tour.objects.unmanaged(TODAY))
        assert alone == {each for each in [tour, *others] if access.is_unmanaged(standing(each), TODAY)}
        assert alone == {others[1]}


class TestWhatIsInTheWay:
    """A draft or a proposal with the manager who no longer manages."""

    def test_a_draft_that_nobody_saw_is_no_hindrance(self, cast):
        tour = make_signed_tour(cast.alice, cast.bob, **SPAN)
        draft = services.amend(tour, actor=cast.bob, now=timezone.now())
        set_manager(cast.alice, cast.carol, since=SINCE)
        newer = reaffirm(tour, cast.carol)
        assert newer.number == 2
        assert not Terms.objects.filter(pk=draft.pk).exists()

    def test_a_proposal_gives_way_to_the_terms_with_the_new_manager(self, cast):
        tour = make_signed_tour(cast.alice, cast.bob, **SPAN)
        old = services.amend(tour, actor=cast.bob, now=timezone.now())
        make_promise(old)
        services.propose(old, actor=cast.bob, now=timezone.now())
        set_manager(cast.alice, cast.carol, since=SINCE)
        with pytest.raises(Refused):
            services.sign(old, actor=cast.alice, now=timezone.now())
        newer = reaffirm(tour, cast.alice)
        tour = services.sign(newer, actor=cast.carol, now=timezone.now())
        assert (tour.in_force.number, tour.manager) == (3, cast.carol)
        assert tour.in_force.mission == Terms.objects.get(tour=tour, number=1).mission

    @pytest.mark.parametrize(("who", "verb"), [("alice", services.decline), ("bob", services.withdraw)])
    def test_a_tour_never_agreed_is_cleared_away_by_either_side_with_a_word_why(self, cast, who, verb):
        tour = make_proposed_tour(cast.alice, cast.bob, **SPAN)
        set_manager(cast.alice, cast.carol, since=SINCE)
        terms = tour.versions.get()
        verb(terms, "Carol manages Alice now.", actor=getattr(cast, who), now=timezone.now())
        assert terms.comments.get().words == "Carol manages Alice now."
        assert Act.SIGN not in acts(cast.alice, tour)

    def test_nobody_is_asked_to_sign_with_a_manager_who_no_longer_manages(self, cast):
        make_proposed_tour(cast.alice, cast.bob, **SPAN)
        assert planned(terms_waiting, NOW) == {("Alice", 0)}
        set_manager(cast.alice, cast.carol, since=DAY)
        assert planned(terms_waiting, NOW + timedelta(days=7)) == set()
        assert silenced(Message.objects.get(), NOW + timedelta(days=1)) == DONE
        (sentence,) = [words for words in sentences(cast.alice) if "Clear away" in words]
        assert sentence == "Clear away the terms with Bob Brand, which can no longer be agreed on"


class TestWhoWasOnlyAsked:
    """Carol, whom Alice asked to take over, and who signed nothing before Dan came in her place."""

    @pytest.fixture
    def asked(self, cast, tour) -> Terms:
        return reaffirm(tour, cast.alice)

    def numbers(self, person: Person, tour: Tour) -> list[int]:
        """The versions that the person may read; what the list says of it is what the door does."""
        known, found = bool(access.sees(person, standing(tour), TODAY)), standing(tour)
        assert Tour.objects.known_to(person, TODAY).filter(pk=tour.pk).exists() is known
        return [terms.number for terms in access.reader(person, found, TODAY).versions] if known else []

    def test_they_read_on_no_more_once_somebody_else_manages(self, cast, as_, tour, asked):
        assert self.numbers(cast.carol, tour) == [1, 2]
        set_manager(cast.alice, cast.dan, since=TODAY)
        assert self.numbers(cast.carol, tour) == []
        for agreed in (tour, asked):
            assert as_(cast.carol).get(agreed.get_absolute_url()).status_code == 404
        assert not any("Alice" in sentence for sentence in sentences(cast.carol))
        assert [self.numbers(who, tour) for who in (cast.bob, cast.dan)] == [[1], [1, 2]]

    def test_nor_do_they_hear_that_what_they_were_asked_is_cleared_away(self, cast, tour, asked):
        set_manager(cast.alice, cast.dan, since=TODAY)
        services.withdraw(asked, "It is Dan now.", actor=cast.alice, now=AT_NOON)
        assert planned(off_the_table, AT_NOON) == set()

    def test_who_signed_keeps_what_they_agreed_to_though_the_other_never_signed(self, cast, tour):
        reaffirm(tour, cast.carol)
        set_manager(cast.alice, cast.dan, since=TODAY)
        reaffirm(tour, cast.dan)
        assert self.numbers(cast.carol, tour) == [1, 2]

    def test_while_nobody_manages_they_can_still_agree_and_so_read(self, cast, tour, asked):
        set_manager(cast.alice, None, since=TODAY)
        assert self.numbers(cast.carol, tour) == [1, 2]
        assert Act.SIGN in acts(cast.carol, tour)
        assert "Sign version 2 of the tour with Alice Ames" in sentences(cast.carol)

    def test_so_does_who_writes_the_terms_to_take_over_with(self, cast, as_, tour):
        services.amend(tour, actor=cast.carol, now=timezone.now())
        set_manager(cast.alice, None, since=TODAY)
        assert self.numbers(cast.carol, tour) == [1]
        assert as_(cast.carol).get(reverse("terms_edit", args=[tour.pk])).status_code == 200
        set_manager(cast.alice, cast.dan, since=TODAY)
        assert self.numbers(cast.carol, tour) == []
        assert not any("Alice" in sentence for sentence in sentences(cast.carol))

    @pytest.mark.parametrize("who", ["alice", "carol"])
    def test_that_ends_when_one_of_the_two_has_left(self, cast, tour, asked, who):
        end_employment(getattr(cast, who), last_day=TODAY - timedelta(days=1), ending="resignation")
        assert self.numbers(Person.objects.get(pk=cast.carol.pk), tour) == []


class TestToDo:
    def test_both_are_asked_and_hr_counts(self, cast, tour):
        assert sentences(cast.carol)[0] == "Take over the tour of Alice Ames"
        (item,) = todo(cast.alice, TODAY)
        assert item.sentence == "Agree with Carol Cole, who manages you now, on the terms of your tour"
        assert (item.when, item.overdue) == (DUE, False)
        assert sentences(cast.heidi)[0] == "1 tour is to be taken over by a new manager"
        assert not any("Alice" in sentence for sentence in sentences(cast.bob))

    def test_what_is_late_is_so_for_both_and_hr(self, cast, tour):
        late = DUE + timedelta(days=1)
        assert todo(cast.alice, late)[0].overdue
        told = [item.sentence for item in todo(cast.heidi, late)]
        assert told[0] == "1 tour should have been taken over by its new manager by now"
        assert not any("is to be taken over" in sentence for sentence in told)

    def test_once_proposed_only_the_signature_waits(self, cast, tour):
        reaffirm(tour, cast.carol)
        assert sentences(cast.alice) == ["Read and sign version 2 of your tour with Carol Cole"]
        assert "Take over the tour of Alice Ames" not in sentences(cast.carol)
        assert sentences(cast.heidi)[0] == "1 tour is to be taken over by a new manager"

    def test_who_writes_newer_terms_is_told_of_the_draft_and_the_other_of_the_hand_over(self, cast, tour):
        services.amend(tour, actor=cast.carol, now=timezone.now())
        assert sentences(cast.carol)[0] == "Write version 2 of the tour with Alice Ames"
        assert "Take over the tour of Alice Ames" not in sentences(cast.carol)
        assert "Agree with Carol Cole" in sentences(cast.alice)[0]

    def test_hr_hears_of_employees_without_a_manager(self, cast):
        make_signed_tour(make_person(), cast.bob, **SPAN)
        assert sentences(cast.heidi)[0] == "Record who manages the employee of 1 tour, who has no manager"

    def test_the_list_shows_who_and_by_when(self, cast, as_, tour):
        make_signed_tour(cast.bob, cast.carol, **SPAN)
        url = reverse("tours") + "?show=handover"
        text = as_(cast.heidi).get(url).content.decode()
        assert "now Carol Cole" in text
        assert text.count(tour.get_absolute_url()) == 1
        assert "Transformational, Bob Brand" not in text
        assert "None at the moment" in as_(cast.mallory).get(url).content.decode()

    def test_many_take_no_more_queries_than_few(self, cast, as_, statements):
        def more(count: int) -> None:
            for _ in range(count):
                employee = make_person()
                make_line(employee, cast.carol, since=SINCE)
                make_signed_tour(employee, cast.bob, **SPAN)
                make_signed_tour(make_person(), cast.bob, **SPAN)

        def asked(person: Person, url: str) -> int:
            shown = (
                ("?show=handover" if person == cast.heidi else "Person") if "show" not in url else "Bob Brand"
            )
            return len(statements(as_(person), url, has=shown))

        pages = [
            (cast.heidi, "?show=handover"),
            (cast.heidi, "?show=unmanaged"),
            (cast.carol, "?show=handover"),
        ]
        more(10)
        few = [asked(person, reverse("tours") + show) for person, show in pages]
        home = asked(cast.carol, reverse("home")), asked(cast.heidi, reverse("home"))
        more(10)
        assert [asked(person, reverse("tours") + show) for person, show in pages] == few
        assert (asked(cast.carol, reverse("home")), asked(cast.heidi, reverse("home"))) == home
        assert max(few) <= 6
        assert max(home) <= 10

    @pytest.mark.parametrize("who", ["alice", "carol", "bob"])
    def test_the_page_asks_no_more_than_any_other(self, cast, as_, tour, statements, who):
        for url in (tour.get_absolute_url(), tour.along_url):
            found = statements(as_(getattr(cast, who)), url, has="Alice Ames")
            assert len(found) <= AT_MOST + LOGGED * (who == "carol"), "\n".join(found)


class TestLetters:
    def day(self, after: int) -> datetime:
        """So many days after the line changed."""
        return AT_NOON + timedelta(days=after - 10)

    def test_both_hear_at_once_half_way_on_the_day_and_three_times_after(self, cast, tour):
        days = {0: 0, 15: 1, 30: 2, 37: 3, 44: 4, 51: 5}
        around = {on + beside for on in days for beside in (-1, 0, 1)} - {-1} | {89}
        for after in sorted(around):  # what was due in between would come with the next
            step = days.get(after)
            due = set() if step is None else {("Alice", step), ("Carol", step)}
            assert planned(handover, self.day(after)) == due, after

    def test_not_before_the_day_of_the_change(self, cast):
        make_signed_tour(cast.alice, cast.bob, **SPAN)
        set_manager(cast.alice, cast.carol, since=TODAY + timedelta(days=5))
        assert planned(handover, AT_NOON) == set()

    def test_a_change_recorded_long_after_is_told_once(self, cast):
        make_signed_tour(cast.alice, cast.bob, **SPAN)
        set_manager(cast.alice, cast.carol, since=TODAY - timedelta(days=190))
        assert planned(handover, AT_NOON) == {("Alice", 5), ("Carol", 5)}
        assert planned(handover, AT_NOON + timedelta(days=30)) == set()

    def test_a_changed_policy_moves_the_steps_to_come_and_repeats_none(self, cast, tour):
        assert planned(handover, self.day(1)) == {("Alice", 0), ("Carol", 0)}
        make_policy(cast.heidi, holds_from=SINCE, handover_days=60)
        assert planned(handover, self.day(2)) == set()
        assert {silenced(message, self.day(2)) for message in Message.objects.all()} == {""}
        assert planned(handover, self.day(29)) == set()
        assert planned(handover, self.day(30)) == {("Alice", 1), ("Carol", 1)}
        by = date_format(SINCE + timedelta(days=60))
        assert all(by in letter.text for letter in Message.objects.filter(step=1))

    def test_a_later_step_takes_over_from_one_that_still_waits(self, cast, tour):
        planned(handover, self.day(1))
        assert silenced(Message.objects.first(), self.day(1)) == ""
        assert silenced(Message.objects.first(), self.day(15)) == OVERTAKEN

    def test_it_ends_with_the_proposal_and_begins_again_when_that_comes_to_nothing(self, cast, tour):
        planned(handover, self.day(1))
        newer = reaffirm(tour, cast.carol)
        assert {silenced(message, self.day(2)) for message in Message.objects.all()} == {DONE}
        assert planned(handover, self.day(15)) == set()
        services.decline(newer, "Not so.", actor=cast.alice, now=timezone.now())
        assert planned(handover, self.day(30)) == {("Alice", 2), ("Carol", 2)}

    def test_while_an_answer_is_written_neither_letters_nor_front_pages_ask_again(self, cast, tour):
        newer = reaffirm(tour, cast.carol)
        services.revise(newer, actor=cast.alice, now=timezone.now())
        assert planned(handover, self.day(15)) == set()
        assert sentences(cast.alice) == ["Write version 3 of the tour with Carol Cole"]
        assert not any("Alice Ames" in sentence for sentence in sentences(cast.carol))

    def test_a_draft_does_not_end_it(self, cast, tour):
        services.amend(tour, actor=cast.carol, now=timezone.now())
        assert planned(handover, self.day(1)) == {("Alice", 0), ("Carol", 0)}

    def test_it_ends_with_the_tour_and_with_the_signatures(self, cast, tour):
        planned(handover, self.day(1))
        message = Message.objects.first()
        services.end_early(tour, TODAY, reason="I go.", learnt="", actor=cast.alice, now=timezone.now())
        assert silenced(message, self.day(12)) == DONE
        assert planned(handover, self.day(15)) == set()

    def test_another_change_begins_another_row_of_letters(self, cast, tour):
        planned(handover, self.day(1))
        set_manager(cast.alice, cast.dan, since=TODAY)
        assert {silenced(message, self.day(10)) for message in Message.objects.all()} == {DONE}
        assert planned(handover, self.day(10)) == {("Alice", 0), ("Dan", 0)}

    def test_nobody_writes_to_or_about_who_has_left(self, cast, tour):
        planned(handover, self.day(1))
        mail = {message.recipient.get_short_name(): message for message in Message.objects.all()}
        end_employment(cast.alice, last_day=TODAY, ending="resignation")
        assert silenced(mail["Alice"], self.day(11)) == LEFT
        assert silenced(mail["Carol"], self.day(11)) == DONE
        assert planned(handover, self.day(15)) == set()

    def test_the_day_is_that_of_the_recipient(self, cast, tour):
        Person.objects.filter(pk=cast.alice.pk).update(time_zone="Pacific/Auckland")
        Person.objects.filter(pk=cast.carol.pk).update(time_zone="Pacific/Honolulu")
        planned(handover, self.day(1))
        evening = datetime.combine(DUE - timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=13)
        assert planned(handover, evening) == {("Alice", 2), ("Carol", 1)}

    def test_the_letters_say_who_and_by_when_and_no_word_of_the_terms(self, cast, tour):
        planned(handover, self.day(0))
        planned(handover, self.day(37))
        subjects = set(Message.objects.values_list("subject", flat=True))
        assert subjects == {
            "Your tour of duty, now with Carol Cole",
            "The tour of duty of Alice Ames, now with you",
        }
        for message in Message.objects.all():
            assert f"/tours/{tour.pk}/" in message.text
            assert "booking engine" not in message.text + message.html
            assert "Bob Brand" in message.text


def test_a_manager_drafts_nothing_for_who_they_no_longer_manage(cast):
    tour = make_tour(cast.alice, cast.bob, **SPAN)
    set_manager(cast.alice, cast.carol, since=SINCE)
    with pytest.raises(Refused):
        services.propose(tour.versions.get(), actor=cast.bob, now=timezone.now())
    assert acts(cast.bob, tour) == {Act.WITHDRAW}
