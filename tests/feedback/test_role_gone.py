"""The employee, too, can say that the role went to somebody else: then the talk about it is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.urls import reverse

from alliance_site.dashboards.todo import todo
from alliance_site.outbox.facts import DONE
from alliance_site.outbox.models import Message
from feedback.models import Debrief, Expectation
from feedback.reminders import debrief_due, expectation_waiting, role_gone, role_stays
from feedback.services import expectations as services
from people.services import set_manager
from tests.factories import make_debrief, make_expectation, make_line, make_person, make_policy, make_reply
from tests.feedback.conftest import TODAY
from tests.reminding import planned, silenced
from tours.services import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "no_missing_words")]

DAY = TODAY.date()
State = Expectation.State
TALK = ["Talk with Alice Ames about the role they expect"]
DEBRIEF = {"gone_on": DAY, "talk_on": DAY, "words": "It went outside."}


@pytest.fixture
def expectation(cast) -> Expectation:
    row = make_expectation(cast.alice, cast.bob, role="Head of Ponds", stated_at=TODAY - timedelta(days=9))
    return make_reply(row, at=TODAY - timedelta(days=5), review_on=DAY + timedelta(days=90)).expectation


@pytest.fixture
def gone(cast, expectation) -> Expectation:
    services.say_gone(expectation, actor=cast.alice, seen=1, now=TODAY)
    expectation.refresh_from_db()
    return expectation


def feedback_migration(name: str) -> tuple[Migration, ProjectState]:
    """With the state of the models that it finds."""
    loader = MigrationLoader(connection)
    return loader.get_migration("feedback", name), loader.project_state(("feedback", name), at_end=False)


@contextmanager
def migrating() -> Iterator[BaseDatabaseSchemaEditor]:
    """With no constraint waiting for the end of the transaction, as at the end of one."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    with connection.schema_editor() as editor:
        yield editor


def after(days: float) -> datetime:
    return TODAY + timedelta(days=days)


def page(row: Expectation, name: str = "expectation") -> str:
    return reverse(name, args=[row.pk])


def state(row: Expectation) -> State:
    return Expectation.objects.with_state(DAY).get(pk=row.pk).state


def sentences(person, on: date = DAY) -> list[str]:
    return [item.sentence for item in todo(person, on) if "tour" not in item.sentence]


class TestToSayIt:
    def test_makes_the_talk_due_to_the_manager_and_before_hr(self, cast, as_, expectation):
        assert "It went to somebody else" in as_(cast.alice).get(page(expectation)).text
        said = as_(cast.alice).post(page(expectation, "expectation_gone"), {"seen": 1}, follow=True).text
        assert "Noted. The conversation about it is due now." in said
        assert "Bob Brand owes you a conversation about it, and records it." in said
        assert state(expectation) == State.DEBRIEF
        assert (sentences(cast.bob), sentences(cast.alice)) == (TALK, [])
        assert "Talk is due" in as_(cast.heidi).get(reverse("expectations")).text
        assert "even if you see it differently" in as_(cast.bob).get(page(expectation)).text

    def test_stands_in_the_story_with_who_said_it(self, cast, as_, gone):
        for who in (cast.alice, cast.bob):
            kinds = [moment.kind for moment in as_(who).get(page(gone)).context["story"]]
            assert kinds == ["stated", "answered", "said_gone"]
        assert "Alice Ames said on 15 Jun 2026" in as_(cast.bob).get(page(gone)).text
        services.record_debrief(gone, actor=cast.bob, now=after(1), **DEBRIEF)
        story = as_(cast.alice).get(page(gone)).context["story"]
        assert [moment.kind for moment in story][2:] == ["said_gone", "gone"]

    def test_is_not_said_to_have_been_the_employee_where_the_manager_said_it_first(
        self, cast, as_, expectation
    ):
        services.record_debrief(expectation, actor=cast.bob, now=TODAY, **DEBRIEF)
        services.say_gone(expectation, actor=cast.alice, seen=1, now=after(1))
        story = as_(cast.alice).get(page(expectation)).context["story"]
        assert [moment.kind for moment in story] == ["stated", "answered", "gone"]

    def test_twice_says_it_once(self, cast, as_, gone):
        later = as_(cast.alice).post(page(gone, "expectation_gone"), {"seen": 1}, follow=True).text
        assert "note-good" in later
        assert Expectation.objects.get().gone_at == TODAY
        assert "It went to somebody else" not in later

    @pytest.mark.parametrize("who", ["bob", "carol", "heidi", "mallory"])
    def test_is_the_employees_alone(self, cast, as_, expectation, who):
        assert (
            as_(getattr(cast, who)).post(page(expectation, "expectation_gone"), {"seen": 1}).status_code
            == 404
        )
        with pytest.raises(Refused):
            services.say_gone(expectation, actor=getattr(cast, who), seen=1, now=TODAY)

    def test_comes_too_late_for_what_was_withdrawn(self, cast, expectation):
        services.withdraw_expectation(expectation, actor=cast.alice, now=TODAY)
        with pytest.raises(Refused):
            services.say_gone(expectation, actor=cast.alice, seen=1, now=TODAY)

    def test_is_closed_as_any_other_by_a_talk_that_took_place(self, cast, as_, gone):
        as_(cast.bob).post(page(gone, "expectation_debrief"), DEBRIEF)
        assert sentences(cast.alice) == [
            "Say whether you have talked with Bob Brand about the role you expect"
        ]
        as_(cast.alice).post(page(gone, "expectation_hear"), {"took_place": "yes", "words": ""})
        assert state(gone) == State.CLOSED

    def test_leaves_nothing_else_to_the_manager_than_the_talk(self, cast, as_, gone):
        refused = as_(cast.bob).get(page(gone, "expectation_answer"), follow=True).text
        assert "the matter has moved on" in refused

    def test_waits_for_the_answer_that_came_meanwhile_to_be_read(self, cast, as_, expectation):
        assert 'name="seen" value="1"' in as_(cast.alice).get(page(expectation)).text
        make_reply(expectation, at=TODAY, words="It is decided: you get it.")
        said = as_(cast.alice).post(page(expectation, "expectation_gone"), {"seen": 1}, follow=True).text
        assert "It was answered in the meantime. Read that first." in said
        assert "It is decided: you get it." in said
        assert state(expectation) == State.ANSWERED
        as_(cast.alice).post(page(expectation, "expectation_gone"), {"seen": 2})
        assert state(expectation) == State.DEBRIEF

    def test_without_having_read_anything_says_nothing(self, cast, as_, expectation):
        said = as_(cast.alice).post(page(expectation, "expectation_gone"), follow=True).text
        assert "That is not one of the answers." in said
        assert state(expectation) == State.ANSWERED


class TestAManagerWhoSeesItOtherwise:
    def test_records_the_conversation_and_names_no_day_of_a_decision(self, cast, as_, gone):
        form = as_(cast.bob).get(page(gone, "expectation_debrief")).text
        assert "Leave it empty if you see it differently." in form
        assert "The role went to somebody else" not in form
        said = DEBRIEF | {"gone_on": "", "words": "It is open still."}
        assert as_(cast.bob).post(page(gone, "expectation_debrief"), said).status_code == 302
        assert Debrief.objects.get().gone_on is None

    @pytest.fixture
    def otherwise(self, cast, gone) -> Expectation:
        said = "It is open still."
        services.record_debrief(gone, actor=cast.bob, gone_on=None, talk_on=DAY, words=said, now=TODAY)
        return gone

    def heard(self, cast, as_, row: Expectation) -> Expectation:
        said = {"took_place": "yes", "words": "So it is."}
        assert as_(cast.alice).post(page(row, "expectation_hear"), said).status_code == 302
        row.refresh_from_db()
        return row

    def test_owes_an_answer_anew_once_both_have_talked(self, cast, as_, otherwise):
        asked = as_(cast.alice).get(page(otherwise, "expectation_hear")).text
        assert "Yes. Your manager then answers anew" in asked
        assert "closes the matter" not in asked
        assert "Bob Brand sees it differently" in asked
        assert "owes you a conversation about where the role went" not in asked
        row = self.heard(cast, as_, otherwise)
        assert state(row) == State.OPEN
        assert (row.gone_at, row.answered_at, row.closed_at) == (None, None, None)
        assert row.due_on == DAY + timedelta(days=14)
        assert sentences(cast.bob) == ["Answer Alice Ames about the role they expect"]
        assert sentences(cast.alice) == []
        assert "You answer in writing by 29 Jun 2026" in as_(cast.bob).get(page(row)).text

    def test_is_reminded_of_that_answer_as_of_any(self, cast, as_, otherwise):
        self.heard(cast, as_, otherwise)
        assert planned(expectation_waiting, TODAY) == {("Bob", 0)}
        letter = Message.objects.get(occasion=expectation_waiting.key)
        assert (
            "You have talked with Alice Ames about the role they expect, and it is still open" in letter.text
        )
        assert "has stated" not in letter.text
        assert planned(expectation_waiting, after(15)) == {("Bob", 2)}
        assert planned(debrief_due, after(8)) == set()

    def test_stands_in_the_story_with_what_the_employee_had_said(self, cast, as_, otherwise):
        row = self.heard(cast, as_, otherwise)
        for who in (cast.alice, cast.bob):
            read = as_(who).get(page(row)).text
            assert (
                "Alice Ames had said that the role went to somebody else; Bob Brand sees it differently."
                in read
            )
            assert "So the role was still open, and an answer was due again." in read

    def test_hears_of_it_again_if_it_is_said_again_and_the_talk_about_that_closes_it(
        self, cast, as_, otherwise
    ):
        row = self.heard(cast, as_, otherwise)
        services.say_gone(row, actor=cast.alice, seen=1, now=after(1))
        assert planned(role_gone, after(1)) == {("Bob", 0)}
        assert "Bob Brand owes you a conversation about it" in as_(cast.alice).get(page(row)).text
        assert "Talk about it, even if you see it differently" in as_(cast.bob).get(page(row)).text
        services.record_debrief(row, actor=cast.bob, now=after(2), **DEBRIEF)
        services.hear_debrief(row, actor=cast.alice, took_place=True, words="", now=after(3))
        assert state(row) == State.CLOSED
        assert row.debriefs.filter(took_place=True).count() == 2

    def test_still_owes_the_talk_while_it_has_not_taken_place(self, cast, otherwise):
        services.hear_debrief(otherwise, actor=cast.alice, took_place=False, words="No.", now=TODAY)
        assert state(otherwise) == State.DEBRIEF
        assert sentences(cast.bob) == TALK

    def test_reads_in_no_letter_that_the_role_went(self, cast, otherwise):
        planned(debrief_due, after(7))
        services.hear_debrief(otherwise, actor=cast.alice, took_place=False, words="No.", now=after(8))
        planned(debrief_due, after(8))
        letters = Message.objects.filter(recipient=cast.bob)
        assert [letter.step for letter in letters.order_by("step")] == [0, 1]
        for letter in letters:
            assert "talked" in letter.text
            assert "somebody else" not in letter.text

    @pytest.mark.parametrize(("chosen", "days"), [(None, 14), (7, 14), (30, 30)])
    def test_what_was_opened_again_so_is_due_within_the_days_of_hrs_policy(
        self, cast, as_, otherwise, chosen, days
    ):
        if chosen:
            make_policy(cast.heidi, holds_from=DAY, expectation_answer_days=chosen)
        make_policy(cast.heidi, holds_from=DAY + timedelta(days=1), expectation_answer_days=90)
        row, stated = self.heard(cast, as_, otherwise), make_expectation(cast.alice, cast.bob)
        Expectation.objects.update(due_on=DAY + timedelta(days=14))
        migration, before = feedback_migration("0021_days_of_the_reopened")
        with migrating() as editor:
            editor.execute(
                "UPDATE django_migrations SET applied = %s WHERE app = 'feedback' AND name LIKE '0020%%'",
                [after(0.5)],
            )
            migration.apply(before, editor)
        row.refresh_from_db()
        stated.refresh_from_db()
        assert [each.due_on for each in (row, stated)] == [DAY + timedelta(days=n) for n in (days, 14)]

    def test_does_so_only_of_what_the_employee_has_said(self, cast, expectation):
        with pytest.raises(ValueError, match="only of what the employee has said"):
            services.record_debrief(expectation, actor=cast.bob, now=TODAY, **DEBRIEF | {"gone_on": None})
        assert not Debrief.objects.exists()

    def test_is_not_said_to_have_said_that_it_went(self, cast, as_, gone):
        services.record_debrief(gone, actor=cast.bob, now=after(1), **DEBRIEF | {"gone_on": None})
        read = as_(cast.alice).get(page(gone)).text
        assert "Bob Brand has something to talk about with you" in read
        assert "Our conversation" in read
        assert "Bob Brand says that the role went" not in read
        assert read.count("The role went to somebody else") == 1, "as Alice has said"
        asked = as_(cast.alice).get(page(gone, "expectation_hear")).text
        assert "Bob Brand: to be talked about on 15 Jun 2026" in asked
        assert "None" not in read + asked

    def test_names_the_day_where_nobody_but_the_manager_says_so(self, cast, as_, expectation):
        for _ in range(2):
            form = as_(cast.bob).post(page(expectation, "expectation_debrief"), DEBRIEF | {"gone_on": ""})
            assert form.status_code == 400
            assert "Leave it empty" not in form.text
            make_debrief(expectation, at=TODAY, took_place=False, heard_at=TODAY, employee_words="No.")


class TestTheLetter:
    def test_comes_to_the_manager_at_once_and_a_week_later(self, gone):
        days = [planned(role_gone, after(n)) for n in (0, 1, 7, 8, 29)]
        assert days == [{("Bob", 0)}, set(), {("Bob", 1)}, set(), set()]
        letter = Message.objects.get(step=0)
        assert letter.subject == "You owe Alice Ames a conversation"
        assert "Head of Ponds" not in letter.subject + letter.text + letter.html

    def test_of_an_answer_comes_no_more(self, cast):
        row = make_expectation(cast.alice, cast.bob, stated_at=TODAY, due_on=DAY + timedelta(days=14))
        planned(expectation_waiting, TODAY)
        services.say_gone(row, actor=cast.alice, seen=0, now=TODAY)
        assert silenced(Message.objects.get(), TODAY) == DONE

    def test_is_silenced_once_the_conversation_is_recorded(self, cast, gone):
        planned(role_gone, TODAY)
        services.record_debrief(gone, actor=cast.bob, now=after(1), **DEBRIEF)
        assert silenced(Message.objects.get(), after(1)) == DONE
        assert planned(role_gone, after(8)) == set()
        assert planned(debrief_due, after(1)) == {("Alice", 0)}

    def test_is_silenced_once_it_is_withdrawn(self, cast, gone):
        planned(role_gone, TODAY)
        services.withdraw_expectation(gone, actor=cast.alice, now=TODAY)
        assert silenced(Message.objects.get(), TODAY) == DONE

    def test_does_not_come_where_the_manager_said_it(self, expectation):
        make_debrief(expectation, at=TODAY)
        assert planned(role_gone, TODAY) == set()

    def test_comes_to_the_next_manager_only_once_it_is_passed_on(self, cast, gone):
        set_manager(cast.alice, cast.carol, since=DAY)
        assert planned(role_gone, TODAY) == set()
        services.pass_on(gone, actor=cast.alice, to=cast.carol.pk, now=after(60))
        assert planned(role_gone, after(60)) == {("Carol", 0)}


class TestWithANewManager:
    def test_it_is_the_employees_to_pass_on_although_it_was_said(self, cast, as_, gone):
        set_manager(cast.alice, cast.carol, since=DAY)
        assert sentences(cast.alice) == ["Pass the role you expect on to Carol Cole, or keep it to yourself"]
        assert sentences(cast.bob) == sentences(cast.carol) == []
        services.pass_on(gone, actor=cast.alice, to=cast.carol.pk, now=TODAY)
        assert (sentences(cast.alice), sentences(cast.carol)) == ([], TALK)

    def test_who_keeps_it_to_themselves_is_asked_no_more_and_nobody_owes_a_talk(self, cast, as_, gone):
        set_manager(cast.alice, cast.carol, since=DAY)
        services.keep(gone, actor=cast.alice, to=cast.carol.pk, now=TODAY)
        assert sentences(cast.alice) == []
        assert state(gone) == State.MOVED
        assert "You keep this to yourself; Carol Cole is not told" in as_(cast.alice).get(page(gone)).text
        read = as_(cast.bob).get(page(gone)).text
        assert "You no longer manage Alice Ames, so no conversation is due from you." in read
        assert "Has the role gone to somebody else?" not in read

    def test_who_gets_it_owes_the_talk_and_no_answer_as_the_page_says(self, cast, as_, gone, expectation):
        set_manager(cast.alice, cast.carol, since=DAY)
        read = as_(cast.alice).get(page(gone)).text
        assert "owes you a conversation about it. If you keep it" in read
        assert "owes you an answer" not in read
        unsaid = make_expectation(cast.alice, cast.bob)
        assert "owes you an answer. If you keep it" in as_(cast.alice).get(page(unsaid)).text
        read = as_(cast.bob).get(page(unsaid)).text
        assert "so no answer is due from you" in read
        assert "Has the role gone to somebody else?" in read

    def test_a_talk_that_was_recorded_before_is_still_heard_and_nothing_passed_on_before(
        self, cast, as_, gone
    ):
        services.record_debrief(gone, actor=cast.bob, now=TODAY, **DEBRIEF)
        set_manager(cast.alice, cast.carol, since=DAY)
        assert state(gone) == State.DEBRIEF
        assert sentences(cast.alice) == [
            "Say whether you have talked with Bob Brand about the role you expect"
        ]
        read = as_(cast.alice).get(page(gone)).text
        assert "Say whether you have talked" in read
        assert "Pass it on" not in read

    @pytest.mark.parametrize("otherwise", [True, False])
    def test_nobody_is_said_to_owe_what_they_do_not_where_it_is_heard_only_then(
        self, cast, as_, gone, otherwise
    ):
        said = DEBRIEF | ({"gone_on": None} if otherwise else {})
        services.record_debrief(gone, actor=cast.bob, now=TODAY, **said)
        set_manager(cast.alice, cast.carol, since=DAY)
        asked = as_(cast.alice).get(page(gone, "expectation_hear")).text
        for untrue in (
            "still owes",
            "owes you a conversation",
            "an answer in writing is due",
            "answers anew",
        ):
            assert untrue not in asked
        assert ("whoever manages you owes an answer once you pass it on" in asked) == otherwise
        assert ("It is then open again" in asked) == otherwise
        assert ("This closes the matter" in asked) == (not otherwise)
        heard = {"took_place": "yes", "words": ""}
        read = as_(cast.alice).post(page(gone, "expectation_hear"), heard, follow=True).text
        assert ("an answer was due again" in read) == otherwise
        assert ("Pass it on to Carol Cole" in read) == otherwise
        assert state(gone) == (State.MOVED if otherwise else State.CLOSED)

    def test_one_before_who_manages_again_is_not_said_to_know_nothing(self, cast, as_, gone):
        set_manager(cast.alice, cast.carol, since=DAY - timedelta(days=1))
        services.pass_on(gone, actor=cast.alice, to=cast.carol.pk, now=TODAY)
        set_manager(cast.alice, cast.bob, since=DAY)
        planned(role_stays, TODAY)
        letter = Message.objects.get(occasion=role_stays.key)
        for told in (as_(cast.alice).get(page(gone)).text, letter.text):
            assert "Bob Brand is told nothing of it" in told
            assert "learns nothing" not in told
            assert "does not know" not in told

    @pytest.mark.parametrize("managed", [True, False])
    def test_it_is_said_to_whom_manages_now_or_to_nobody(self, cast, as_, expectation, managed):
        cast.alice.reporting_lines.all().delete()
        if managed:
            make_line(cast.alice, cast.carol, since=DAY)
        assert "It went to somebody else" not in as_(cast.alice).get(page(expectation)).text
        said = as_(cast.alice).post(page(expectation, "expectation_gone"), {"seen": 1}, follow=True).text
        assert "the matter has moved on" in said
        assert state(expectation) == State.MOVED
        if managed:
            services.pass_on(expectation, actor=cast.alice, to=cast.carol.pk, now=TODAY)
            assert "It went to somebody else" in as_(cast.alice).get(page(expectation)).text


class TestOfTheReleaseBefore:
    """A database in which a talk closed the matter also where the manager sees it otherwise."""

    @pytest.fixture
    def upgrade(self) -> Iterator[Callable[[], None]]:
        migration, before = feedback_migration("0020_seen_otherwise_is_open")
        done: list[bool] = []

        def upgrade() -> None:
            with migrating() as editor:
                migration.apply(before.clone(), editor)
            done.append(True)

        with migrating() as editor:
            migration.unapply(before.clone(), editor)
        yield upgrade
        if not done:
            upgrade()

    @pytest.mark.django_db(transaction=True)  # for what one transaction has written is checked otherwise
    def test_what_was_closed_so_is_open_and_nothing_else(self, upgrade):
        alice, bob = make_person("Alice Ames"), make_person("Bob Brand")
        make_line(alice, bob)
        otherwise, by_day, withdrawn = (make_expectation(alice, bob, stated_at=TODAY) for _ in range(3))
        make_reply(otherwise, at=TODAY)
        make_debrief(otherwise, at=TODAY, gone_on=None)
        make_debrief(by_day, at=TODAY, gone_on=None, took_place=False, heard_at=TODAY, employee_words="No.")
        make_debrief(by_day, at=after(1))
        for row in (otherwise, by_day):
            with transaction.atomic():
                row.debriefs.filter(took_place=None).update(took_place=True, heard_at=after(1))
                Expectation.objects.filter(pk=row.pk).update(closed_at=after(1))
        Expectation.objects.filter(pk=withdrawn.pk).update(withdrawn_at=after(1))
        assert list(Debrief.objects.exclude(closes=None).values_list("expectation", flat=True)) == [
            otherwise.pk,
            by_day.pk,
        ]
        upgrade()
        assert Debrief.objects.exclude(closes=None).get().expectation == by_day
        alive = Expectation.objects.alive().get()
        assert (alive, alive.gone_at, alive.answered_at) == (otherwise, None, None)
        services.say_gone(otherwise, actor=alice, seen=1, now=after(2))
        services.record_debrief(otherwise, actor=bob, now=after(2), **DEBRIEF)
        services.hear_debrief(otherwise, actor=alice, took_place=True, words="", now=after(2))
        assert not Expectation.objects.alive().exists(), "the key that was made anew lets it be closed"
        with pytest.raises(IntegrityError):
            Expectation.objects.filter(pk=withdrawn.pk).update(
                withdrawn_at=None, gone_at=after(2), closed_at=after(2)
            )
