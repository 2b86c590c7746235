"""The role somebody expects: stated, answered in writing, looked at again, and talked about if it goes."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from alliance_site.dashboards.todo import todo
from alliance_site.outbox.models import Message
from alliance_site.outbox.planning import plan_occasion
from feedback.access.expectations import Act, acts
from feedback.models import Debrief, Expectation, Reply
from feedback.reminders import expectation_waiting
from feedback.services import expectations as services
from people import teams
from people.models import Access, Employment, ReportingLine
from people.services import set_manager
from tests.factories import (
    make_alignment,
    make_conversation,
    make_debrief,
    make_expectation,
    make_line,
    make_person,
    make_position,
    make_reply,
)
from tests.feedback.conftest import TODAY
from tests.sending import asked_once
from tours.services import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "no_missing_words")]

DAY = TODAY.date()
State = Expectation.State
ROLE, WHY, WORDS = "Head of Platypus Care", "Nobody else knows the pond.", "I back you for the spring round."


@pytest.fixture
def expectation(cast) -> Expectation:
    due_on = DAY + timedelta(days=14)
    return make_expectation(
        cast.alice, cast.bob, role=ROLE, why=WHY, stated_at=TODAY - timedelta(days=2), due_on=due_on
    )


def page(row: Expectation, name: str = "expectation") -> str:
    return reverse(name, args=[row.pk])


def state(row: Expectation, on: date = DAY) -> State:
    return Expectation.objects.with_state(on).get(pk=row.pk).state


def sentences(person, on: date = DAY) -> list[str]:
    return [item.sentence for item in todo(person, on) if "tour" not in item.sentence]


def reply(**kw) -> dict:
    return {
        "seen": 0,
        "verdict": "backed",
        "condition": "",
        "words": WORDS,
        "review_on": DAY + timedelta(days=90),
        **kw,
    }


def new_manager(cast, manager=None):
    set_manager(cast.alice, manager or cast.carol, since=DAY)


class TestStating:
    def test_it_goes_to_the_manager_of_that_day(self, cast, as_):
        typed = {"role": ROLE, "by_when": "2027-06-01", "why": WHY, "to": cast.bob.pk}
        answer = as_(cast.alice).post(reverse("expectation_new"), typed, follow=True)
        row = Expectation.objects.get()
        assert (row.manager, row.due_on, state(row)) == (cast.bob, DAY + timedelta(days=14), State.OPEN)
        assert "Bob Brand has been asked to answer in writing by 29 Jun 2026" in answer.text
        assert sentences(cast.bob) == ["Answer Alice Ames about the role they expect"]

    def test_a_double_click_states_it_once(self, cast, as_):
        typed = {"role": ROLE, "by_when": "2027-06-01", "why": WHY, "to": cast.bob.pk}
        for _ in range(2):
            as_(cast.alice).post(reverse("expectation_new"), typed)
        assert Expectation.objects.count() == 1

    def test_it_goes_to_nobody_but_whom_the_page_named(self, cast, as_):
        typed = {"role": ROLE, "by_when": "2027-06-01", "why": WHY, "to": cast.bob.pk}
        new_manager(cast)
        answer = as_(cast.alice).post(reverse("expectation_new"), typed)
        assert answer.status_code == 400
        assert "Your manager has changed in the meantime" in answer.text
        assert WHY in answer.text
        assert f'value="{cast.carol.pk}"' in answer.text
        assert not Expectation.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("role", "  "),
            ("role", "…"),
            ("by_when", "2026-06-15"),
            ("by_when", "x"),
            ("why", "\u200b"),
            ("why", ""),
        ],
    )
    def test_what_says_nothing_is_not_sent_and_nothing_typed_is_lost(self, cast, as_, field, value):
        typed = {"role": ROLE, "by_when": "2027-06-01", "why": WHY, "to": cast.bob.pk} | {field: value}
        answer = as_(cast.alice).post(reverse("expectation_new"), typed)
        assert answer.status_code == 400
        assert (WHY in answer.text) == (field != "why")
        assert not Expectation.objects.exists()

    def test_who_has_no_manager_is_told_why_there_is_nobody_to_ask(self, cast, as_):
        assert as_(cast.carol).get(reverse("expectation_new")).status_code == 404
        assert "nobody to ask. HR can change that" in as_(cast.carol).get(reverse("ahead")).text
        for_hr = as_(cast.heidi).get(reverse("ahead")).text
        assert "HR can change that" not in for_hr
        assert reverse("person_manager", args=[cast.heidi.pk]) in for_hr
        with pytest.raises(Refused):
            services.state_expectation(cast.carol, role=ROLE, by_when=DAY, why=WHY, now=TODAY)

    def test_it_says_who_will_read_it(self, cast, as_):
        line = "Read by you and Bob Brand. HR sees that it is there and how it stands, not what it says."
        assert line in as_(cast.alice).get(reverse("expectation_new")).text


class TestAnswering:
    def test_the_employee_reads_it_at_once(self, cast, as_, expectation):
        as_(cast.bob).post(page(expectation, "expectation_answer"), reply())
        assert state(expectation) == State.ANSWERED
        shown = as_(cast.alice).get(page(expectation)).text
        for words in ("Bob Brand answered on 15 Jun 2026", "Backed", WORDS, "13 Sep 2026"):
            assert words in shown

    def test_possible_names_the_condition(self, cast, as_, expectation):
        url = page(expectation, "expectation_answer")
        refused = as_(cast.bob).post(url, reply(verdict="possible"))
        assert refused.status_code == 400
        assert WORDS in refused.text
        as_(cast.bob).post(url, reply(verdict="possible", condition="The budget holds."))
        assert "The budget holds." in as_(cast.alice).get(page(expectation)).text

    def test_a_condition_belongs_to_possible_alone(self, cast, as_, expectation):
        as_(cast.bob).post(page(expectation, "expectation_answer"), reply(condition="If."))
        assert Reply.objects.get().condition == ""

    def test_the_day_of_review_is_to_come(self, cast, as_, expectation):
        answer = as_(cast.bob).post(page(expectation, "expectation_answer"), reply(review_on=DAY))
        assert answer.status_code == 400
        assert "Choose a day after today." in answer.text
        assert not Reply.objects.exists()

    def test_a_double_click_answers_once(self, cast, as_, expectation):
        for _ in range(2):
            answer = as_(cast.bob).post(page(expectation, "expectation_answer"), reply())
            assert answer.status_code == 302
        assert Reply.objects.count() == 1

    def test_a_window_that_fell_behind_is_told_and_keeps_what_was_typed(self, cast, as_, expectation):
        url = page(expectation, "expectation_answer")
        as_(cast.bob).post(url, reply())
        refused = as_(cast.bob).post(url, reply(words="Second thoughts", verdict="not_planned"))
        assert refused.status_code == 400
        assert "from another window" in refused.text
        assert "Second thoughts" in refused.text
        as_(cast.bob).post(url, reply(words="Second thoughts", verdict="not_planned", seen=1))
        assert list(Reply.objects.values_list("verdict", flat=True)) == ["backed", "not_planned"]

    def test_to_confirm_is_to_choose_the_next_day(self, cast, as_, expectation):
        make_reply(expectation, words=WORDS, review_on=DAY, at=TODAY - timedelta(days=60))
        form = as_(cast.bob).get(page(expectation, "expectation_answer")).text
        assert WORDS in form
        as_(cast.bob).post(page(expectation, "expectation_answer"), reply(seen=1))
        assert "Bob Brand confirmed the answer on 15 Jun 2026" in as_(cast.alice).get(page(expectation)).text

    def test_what_was_withdrawn_meanwhile_cannot_be_answered_but_nothing_typed_is_lost(
        self, cast, as_, expectation
    ):
        services.withdraw_expectation(expectation, actor=cast.alice, now=TODAY)
        answer = as_(cast.bob).post(page(expectation, "expectation_answer"), reply())
        assert answer.status_code == 400
        assert WORDS in answer.text
        assert as_(cast.bob).get(page(expectation, "expectation_answer")).status_code == 302

    def test_who_has_left_answers_no_more(self, cast, expectation):
        Employment.objects.filter(person=cast.bob).update(
            left_on=DAY - timedelta(days=1), ending="resignation"
        )
        assert acts(cast.bob, expectation, DAY) == set()
        with pytest.raises(Refused):
            services.answer_expectation(expectation, actor=cast.bob, now=TODAY, **reply())


class TestTheStateOfIt:
    def test_silence_becomes_overdue_for_all_who_may_know(self, cast, as_, expectation):
        late = expectation.due_on + timedelta(days=1)
        assert state(expectation, expectation.due_on) == State.OPEN
        assert state(expectation, late) == State.OVERDUE
        assert sentences(cast.bob, late) == ["Answer Alice Ames about the role they expect"]
        assert sentences(cast.alice, late) == ["Ask Bob Brand for the answer about the role you expect"]
        assert "1 expected role has waited too long for an answer" in sentences(cast.heidi, late)
        assert all(item.overdue for item in todo(cast.alice, late))

    def test_so_does_an_answer_that_nobody_looks_at_again(self, cast, expectation):
        make_reply(expectation, review_on=DAY)
        assert sentences(cast.alice) == ["Look again with Bob Brand at the role you expect"]
        again = ["Look again at your answer to Alice Ames about the role they expect"]
        assert sentences(cast.bob) == again
        assert state(expectation, DAY + timedelta(days=1)) == State.OVERDUE
        assert sentences(cast.bob, DAY + timedelta(days=1)) == again

    def test_what_is_answered_or_withdrawn_waits_for_nobody(self, cast, expectation):
        make_reply(expectation)
        other = make_expectation(cast.alice, cast.bob, due_on=DAY)
        services.withdraw_expectation(other, actor=cast.alice, now=TODAY)
        assert (state(expectation), state(other)) == (State.ANSWERED, State.WITHDRAWN)
        for person in (cast.alice, cast.bob, cast.heidi):
            assert sentences(person) == []


class TestADebrief:
    def test_it_stays_due_until_the_employee_says_that_they_talked(self, cast, as_, expectation):
        typed = {"gone_on": DAY, "talk_on": DAY, "words": "It went outside."}
        as_(cast.bob).post(page(expectation, "expectation_debrief"), typed)
        assert state(expectation) == State.DEBRIEF
        assert sentences(cast.bob) == ["Talk with Alice Ames about the role they expect"]
        assert sentences(cast.alice) == [
            "Say whether you have talked with Bob Brand about the role you expect"
        ]
        as_(cast.alice).post(
            page(expectation, "expectation_hear"), {"took_place": "no", "words": "Not a word."}
        )
        assert sentences(cast.bob) == ["Talk with Alice Ames about the role they expect"]
        assert sentences(cast.alice) == []
        assert "Not a word." in as_(cast.bob).get(page(expectation)).text
        as_(cast.bob).post(page(expectation, "expectation_debrief"), typed | {"words": "We have talked now."})
        as_(cast.alice).post(page(expectation, "expectation_hear"), {"took_place": "yes", "words": ""})
        assert state(expectation) == State.CLOSED
        assert sentences(cast.bob) == sentences(cast.alice) == []

    def test_a_no_says_what_has_not_happened(self, cast, as_, expectation):
        make_debrief(expectation)
        answer = as_(cast.alice).post(page(expectation, "expectation_hear"), {"took_place": "no"})
        assert answer.status_code == 400
        assert Debrief.objects.get().took_place is None

    def test_a_decision_cannot_lie_ahead(self, cast, as_, expectation):
        typed = {"gone_on": DAY + timedelta(days=1), "talk_on": DAY, "words": "Tomorrow."}
        assert as_(cast.bob).post(page(expectation, "expectation_debrief"), typed).status_code == 400

    def test_double_clicks_are_harmless(self, cast, as_, expectation):
        typed = {"gone_on": DAY, "talk_on": DAY, "words": "It went outside."}
        for _ in range(2):
            as_(cast.bob).post(page(expectation, "expectation_debrief"), typed)
        assert Debrief.objects.count() == 1
        for _ in range(2):
            answer = as_(cast.alice).post(
                page(expectation, "expectation_hear"), {"took_place": "yes", "words": ""}
            )
            assert answer.status_code == 302
        with pytest.raises(Refused):
            services.record_debrief(
                expectation, actor=cast.bob, gone_on=DAY, talk_on=DAY, words="Again", now=TODAY
            )


@pytest.mark.parametrize(
    ("name", "field", "words"),
    [
        ("expectation_withdraw", "withdrawn_at", "Withdrawn. Nobody is asked any more."),
        ("expectation_show_hr", "shown_to_hr_at", "HR can read it now."),
    ],
)
def test_a_second_click_of_the_employee_is_answered_like_the_first(
    cast, as_, expectation, name, field, words
):
    for later in (0, 1):
        with time_machine.travel(TODAY + timedelta(hours=later), tick=False):
            said = as_(cast.alice).post(page(expectation, name), follow=True).text
        assert words in said
        assert "no longer possible" not in said
    assert getattr(Expectation.objects.get(), field) == TODAY


class TestANewManager:
    def test_learns_nothing_until_the_employee_passes_it_on(self, cast, as_, expectation):
        make_reply(expectation, words=WORDS, at=TODAY - timedelta(days=1))
        new_manager(cast)
        assert state(expectation) == State.MOVED
        assert sentences(cast.bob) == sentences(cast.carol) == []
        assert as_(cast.carol).get(page(expectation)).status_code == 404
        assert ROLE not in as_(cast.carol).get(reverse("ahead")).text
        assert sentences(cast.alice) == ["Pass the role you expect on to Carol Cole, or keep it to yourself"]
        assert asked_once(as_(cast.alice).get(page(expectation)).text, "Pass it on to Carol Cole")
        as_(cast.alice).post(page(expectation, "expectation_pass_on"), {"to": cast.carol.pk})
        shown = as_(cast.carol).get(page(expectation)).text
        for words in (ROLE, WHY, WORDS, "Alice Ames passed it on to Carol Cole on 15 Jun 2026"):
            assert words in shown

    def test_owes_an_answer_in_time_to_what_was_never_answered(self, cast, expectation):
        Expectation.objects.update(due_on=DAY - timedelta(days=20))
        new_manager(cast)
        services.pass_on(expectation, actor=cast.alice, to=cast.carol.pk, now=TODAY)
        expectation.refresh_from_db()
        assert (expectation.manager, expectation.due_on) == (cast.carol, DAY + timedelta(days=14))
        assert sentences(cast.carol) == ["Answer Alice Ames about the role they expect"]

    def test_owes_one_also_to_what_the_one_before_has_answered(self, cast, as_, expectation):
        make_reply(expectation, words="From Bob")
        new_manager(cast)
        said = as_(cast.alice).post(
            page(expectation, "expectation_pass_on"), {"to": cast.carol.pk}, follow=True
        )
        assert "Carol Cole answers in writing by 29 Jun 2026" in said.text
        assert sentences(cast.carol) == ["Answer Alice Ames about the role they expect"]
        plan_occasion(expectation_waiting, TODAY)
        assert [letter.recipient for letter in Message.objects.all()] == [cast.carol]
        form = as_(cast.carol).get(page(expectation, "expectation_answer")).text
        assert "From Bob" not in form
        assert "Your answer from before" not in form
        assert "From Bob" in as_(cast.carol).get(page(expectation)).text

    def test_owes_it_and_the_former_one_does_not(self, cast, as_, expectation):
        assert "You answer in writing by" in as_(cast.bob).get(page(expectation)).text
        new_manager(cast)
        said = as_(cast.bob).get(page(expectation)).text
        assert "You no longer manage Alice Ames, so no answer is due from you." in said
        assert "btn-primary" not in said

    def test_is_not_said_to_have_said_what_the_one_before_did(self, cast, as_, expectation):
        make_debrief(expectation)
        new_manager(cast)
        services.pass_on(expectation, actor=cast.alice, to=cast.carol.pk, now=TODAY)
        assert "Bob Brand says that the role went" in as_(cast.alice).get(page(expectation)).text

    def test_may_be_kept_out(self, cast, as_, expectation):
        new_manager(cast)
        as_(cast.alice).post(page(expectation, "expectation_keep"), {"to": cast.carol.pk})
        assert sentences(cast.alice) == sentences(cast.carol) == sentences(cast.bob) == []
        assert as_(cast.carol).get(page(expectation)).status_code == 404
        assert (
            "You keep this to yourself; Carol Cole is not told" in as_(cast.alice).get(page(expectation)).text
        )

    def test_the_former_one_reads_what_was_said_until_then_and_no_more(self, cast, as_, expectation):
        make_reply(expectation, words="From Bob", at=TODAY - timedelta(days=1))
        new_manager(cast)
        services.pass_on(expectation, actor=cast.alice, to=cast.carol.pk, now=TODAY)
        later = TODAY + timedelta(hours=1)
        services.answer_expectation(
            expectation, actor=cast.carol, now=later, **reply(words="From Carol", seen=1)
        )
        assert "From Carol" in as_(cast.alice).get(page(expectation)).text
        shown = as_(cast.bob).get(page(expectation)).text
        assert "From Bob" in shown
        assert "From Carol" not in shown
        assert as_(cast.bob).post(page(expectation, "expectation_answer"), reply(seen=2)).status_code == 404

    @pytest.mark.parametrize("then", ["withdraw_expectation", "close"])
    def test_the_former_one_finds_it_and_nothing_there_tells_what_became_of_it(
        self, cast, as_, expectation, then
    ):
        new_manager(cast)
        services.pass_on(expectation, actor=cast.alice, to=cast.carol.pk, now=TODAY)

        def read() -> list[str]:
            pages = [as_(cast.bob).get(url) for url in (reverse("ahead"), page(expectation))]
            return [re.sub(r'value="\w{64}"', "", found.text) for found in pages]

        before, later = read(), TODAY + timedelta(hours=1)
        assert ROLE in before[0]
        if then == "close":
            make_debrief(Expectation.objects.get(), at=later)
            services.hear_debrief(expectation, actor=cast.alice, took_place=True, words="", now=later)
        else:
            services.withdraw_expectation(expectation, actor=cast.alice, now=later)
        assert read() == before

    def test_it_is_passed_on_only_to_whom_the_page_named(self, cast, as_, expectation):
        new_manager(cast)
        answer = as_(cast.alice).post(
            page(expectation, "expectation_pass_on"), {"to": cast.dan.pk}, follow=True
        )
        assert "Your manager has changed in the meantime" in answer.text
        assert as_(cast.dan).get(page(expectation)).status_code == 404

    def test_a_second_click_passes_it_on_once_and_is_answered_like_the_first(self, cast, as_, expectation):
        new_manager(cast)
        for later in (0, 1):
            with time_machine.travel(TODAY + timedelta(hours=later), tick=False):
                url = page(expectation, "expectation_pass_on")
                said = as_(cast.alice).post(url, {"to": cast.carol.pk}, follow=True).text
            assert "Passed on. Your manager can read it now, and owes you an answer." in said
            assert "in the meantime" not in said
        assert expectation.askings.get(manager=cast.carol).at == TODAY

    @pytest.mark.parametrize("answered", [True, False])
    def test_whoever_passes_on_what_was_answered_or_never_left_is_promised_no_answer(
        self, cast, as_, expectation, answered
    ):
        manager = cast.bob
        if answered:
            new_manager(cast)
            manager = cast.carol
            services.pass_on(expectation, actor=cast.alice, to=manager.pk, now=TODAY)
            make_reply(Expectation.objects.get(), at=TODAY)
        url = page(expectation, "expectation_pass_on")
        said = as_(cast.alice).post(url, {"to": manager.pk}, follow=True).text
        assert f"{manager.name} can read it already." in said
        assert "owes you an answer" not in said

    def test_whoever_keeps_it_in_another_tab_is_told_that_it_is_passed_on(self, cast, as_, expectation):
        new_manager(cast)
        services.pass_on(expectation, actor=cast.alice, to=cast.carol.pk, now=TODAY)
        url = page(expectation, "expectation_keep")
        said = as_(cast.alice).post(url, {"to": cast.carol.pk}, follow=True).text
        assert "Carol Cole can read it by now: you have passed it on in the meantime." in said
        assert Expectation.objects.get().kept_from is None

    def test_one_who_comes_back_is_asked_again(self, cast, expectation):
        new_manager(cast)
        services.pass_on(expectation, actor=cast.alice, to=cast.carol.pk, now=TODAY)
        ReportingLine.objects.filter(person=cast.alice).delete()
        make_line(cast.alice, cast.bob)
        services.pass_on(expectation, actor=cast.alice, to=cast.bob.pk, now=TODAY + timedelta(hours=1))
        expectation.refresh_from_db()
        assert expectation.manager == cast.bob
        assert Act.ANSWER in acts(cast.bob, expectation, DAY)


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_nothing_waits_for_anybody_once_one_of_the_two_has_left(cast, expectation, who):
    make_debrief(expectation)
    make_alignment(cast.alice, manager=cast.bob, shared_at=TODAY)
    make_conversation(cast.alice, cast.bob, answer_by=DAY + timedelta(days=5))
    assert len(sentences(cast.bob)) == 3
    Employment.objects.filter(person=getattr(cast, who)).update(
        left_on=DAY - timedelta(days=1), ending="resignation"
    )
    assert sentences(cast.bob) == sentences(cast.alice) == []


class TestHR:
    def test_sees_that_and_not_what(self, cast, as_, expectation):
        make_reply(expectation, words=WORDS, review_on=DAY - timedelta(days=1))
        shown = as_(cast.heidi).get(reverse("expectations")).text
        for words in ("Alice Ames", "Bob Brand", "Answer overdue"):
            assert words in shown
        for words in (ROLE, WHY, WORDS, "Backed", page(expectation)):
            assert words not in shown
        assert as_(cast.heidi).get(page(expectation)).status_code == 404

    def test_reads_it_once_released_and_is_written_down(self, cast, as_, expectation):
        as_(cast.alice).post(page(expectation, "expectation_show_hr"))
        assert WHY in as_(cast.heidi).get(page(expectation)).text
        assert Access.objects.get().person == cast.alice
        assert page(expectation) in as_(cast.heidi).get(reverse("expectations")).text
        assert "and by HR, to whom Alice Ames has shown it" in as_(cast.bob).get(page(expectation)).text

    def test_counts_by_state_and_by_team_and_filters(self, cast, as_, expectation):
        dan = make_expectation(cast.bob, cast.carol, due_on=DAY - timedelta(days=3))
        teams = as_(cast.heidi).get(reverse("expectations"), {"state": "overdue"})
        assert [(team.manager, team.numbers) for team in teams.context["teams"]] == [
            ("Carol Cole", [1, 0, 0, 0, 0, 0]),
            ("Bob Brand", [0, 1, 0, 0, 0, 0]),
        ]
        assert [row.pk for row in teams.context["page"]] == [dan.pk]

    def test_finds_no_more_teams_on_a_page_than_can_be_read(self, cast, as_, expectation, monkeypatch):
        make_expectation(cast.bob, cast.carol, due_on=DAY - timedelta(days=3))
        monkeypatch.setattr(teams, "MOST", 1)
        page = as_(cast.heidi).get(reverse("expectations"))
        assert [team.manager for team in page.context["teams"]] == ["Carol Cole"]
        assert "1 further team is not named here" in page.text

    def test_knows_nothing_of_what_was_withdrawn(self, cast, as_, expectation):
        services.withdraw_expectation(expectation, actor=cast.alice, now=TODAY)
        assert "Alice Ames" not in as_(cast.heidi).get(reverse("expectations")).text

    def test_its_page_takes_as_many_queries_for_many_as_for_few(self, cast, as_, statements):
        def queries() -> int:
            return len(statements(as_(cast.heidi), reverse("expectations"), has="Bob Brand"))

        def more() -> None:
            for _ in range(10):
                person = make_person()
                make_line(person, cast.bob)
                make_position(person)
                make_expectation(person, cast.bob)

        more()
        few = queries()
        more()
        assert queries() == few <= 6


class TestQueries:
    def test_a_page_takes_few(self, cast, as_, expectation, statements):
        for n in range(3):
            make_reply(expectation, at=TODAY + timedelta(minutes=n))
        make_debrief(expectation)
        for who in (cast.alice, cast.bob):
            client = as_(who)
            assert len(statements(client, page(expectation), has=ROLE)) <= 8
            assert len(statements(client, reverse("ahead"), has=ROLE)) <= 6


@pytest.mark.parametrize("who", ["carol", "dan", "mallory"])
def test_nobody_else_learns_that_it_is_there(cast, as_, expectation, who):
    client = as_(getattr(cast, who))
    assert client.get(page(expectation)).status_code == 404
    for url in (reverse("home"), reverse("ahead"), reverse("people"), reverse("person", args=[who_pk(cast)])):
        assert ROLE not in client.get(url).text
    assert Expectation.objects.visible_to(getattr(cast, who)).count() == 0


def who_pk(cast) -> int:
    return cast.alice.pk
