"""The day by which a role is expected asks both what became of it, whatever was answered before."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from alliance_site.dashboards.todo import todo
from alliance_site.outbox.facts import DONE
from alliance_site.outbox.models import Message
from feedback.models import Expectation, Reply
from feedback.reminders import expectation_review
from feedback.services import expectations as services
from tests.factories import make_expectation, make_reply
from tests.feedback.conftest import TODAY
from tests.reminding import planned, silenced

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "no_missing_words")]

DAY = TODAY.date()
BY = DAY + timedelta(days=100)
State = Expectation.State
ASK = ["Ask Bob Brand what became of the role you expect"]
SAY = ["Say what became of the role that Alice Ames expects"]


@pytest.fixture
def expectation(cast) -> Expectation:
    return make_expectation(cast.alice, cast.bob, by_when=BY, stated_at=TODAY)


def sentences(person, on: date) -> list[str]:
    return [item.sentence for item in todo(person, on) if "tour" not in item.sentence]


def reply(**kw) -> dict:
    said = {"seen": 0, "verdict": "backed", "condition": "", "words": "I will work for it."}
    return said | {"review_on": BY} | kw


def answered(row: Expectation) -> Expectation:
    return make_reply(row, review_on=row.by_when, at=TODAY).expectation


class TestTheNextLook:
    def test_is_no_later_than_the_day_while_that_is_ahead(self, cast, as_, expectation):
        url = reverse("expectation_answer", args=[expectation.pk])
        late = as_(cast.bob).post(url, reply(review_on=BY + timedelta(days=1)))
        assert late.status_code == 400
        assert "Look at this again on 23 Sep 2026 at the latest." in late.text
        assert "I will work for it." in late.text
        assert not Reply.objects.exists()
        assert as_(cast.bob).post(url, reply()).status_code == 302
        assert Expectation.objects.get().due_on == BY

    def test_says_so_on_the_page_and_suggests_no_later_one(self, cast, as_, expectation):
        url = reverse("expectation_answer", args=[expectation.pk])
        page = as_(cast.bob).get(url)
        assert "Choose 23 Sep 2026 at the latest: the role is expected by that day" in page.text
        assert page.context["form"].initial["review_on"] == BY

    def test_is_due_on_the_day_however_the_answer_came(self, cast, expectation):
        later = reply(review_on=BY + timedelta(days=900))
        services.answer_expectation(expectation, actor=cast.bob, now=TODAY, **later)
        assert Expectation.objects.get().due_on == BY

    @pytest.mark.parametrize("past", [0, 30])
    def test_is_within_half_a_year_once_the_day_is_there(self, cast, as_, past):
        row = make_expectation(cast.alice, cast.bob, by_when=DAY - timedelta(days=past))
        url = reverse("expectation_answer", args=[row.pk])
        page = as_(cast.bob).get(url)
        assert "Choose 12 Dec 2026 at the latest: the day by which the role is expected is past." in page.text
        assert page.context["form"].initial["review_on"] == DAY + timedelta(days=180)
        late = as_(cast.bob).post(url, reply(review_on=DAY + timedelta(days=181)))
        assert "Look at this again on 12 Dec 2026 at the latest." in late.text
        assert late.status_code == 400
        as_(cast.bob).post(url, reply(review_on=DAY + timedelta(days=180)))
        assert Expectation.objects.get().due_on == DAY + timedelta(days=180)


class TestOnThatDay:
    def test_both_are_asked_what_became_of_it(self, cast, expectation):
        answered(expectation)
        before = BY - timedelta(days=1)
        assert sentences(cast.alice, before) == sentences(cast.bob, before) == []
        assert (sentences(cast.alice, BY), sentences(cast.bob, BY)) == (ASK, SAY)

    def test_what_was_said_on_it_is_of_that_day_where_the_day_in_utc_is_another(self, cast):
        """The rows of migration 0018 alone are older, and by far."""
        row = make_expectation(cast.alice, cast.bob, by_when=DAY)
        row = make_reply(row, review_on=DAY + timedelta(days=9), at=TODAY - timedelta(hours=12)).expectation
        assert row.answered_at.date() < DAY
        assert not row.asks_what_came(DAY + timedelta(days=9))
        look = DAY + timedelta(days=9)
        assert (sentences(cast.alice, look), sentences(cast.bob, look)) not in [(ASK, SAY), ([], [])]

    def test_the_answer_from_before_is_not_confirmed(self, cast, as_):
        row = make_expectation(cast.alice, cast.bob, by_when=DAY)
        make_reply(row, words="I will work for it.", review_on=DAY, at=TODAY - timedelta(days=1))
        assert "Confirm or answer anew" not in as_(cast.bob).get(row.get_absolute_url()).text
        url = reverse("expectation_answer", args=[row.pk])
        assert "The role is expected by now: say what became of it." in as_(cast.bob).get(url).text
        said = reply(seen=1, review_on=DAY + timedelta(days=90))
        old = as_(cast.bob).post(url, said)
        assert (old.status_code, Reply.objects.count()) == (400, 1)
        assert "Say what became of it; your answer from before stays." in old.text
        assert as_(cast.bob).post(url, said | {"words": "From May on it is yours."}).status_code == 302

    def test_what_was_said_on_it_may_be_confirmed(self, cast, as_):
        row = make_expectation(cast.alice, cast.bob, by_when=DAY)
        make_reply(row, words="I will work for it.", review_on=DAY + timedelta(days=9), at=TODAY)
        assert "Confirm or answer anew" in as_(cast.bob).get(row.get_absolute_url()).text
        url = reverse("expectation_answer", args=[row.pk])
        said = reply(seen=1, review_on=DAY + timedelta(days=90))
        assert as_(cast.bob).post(url, said).status_code == 302

    def test_a_look_on_another_day_is_a_look_again(self, cast, expectation):
        make_reply(expectation, review_on=BY - timedelta(days=9), at=TODAY)
        day, again = BY - timedelta(days=9), "Look again at your answer to Alice Ames about the role they"
        assert sentences(cast.alice, day) == ["Look again with Bob Brand at the role you expect"]
        assert sentences(cast.bob, day) == [f"{again} expect"]

    def test_silence_is_late_for_both_and_for_hr(self, cast, expectation):
        answered(expectation)
        late = BY + timedelta(days=1)
        assert Expectation.objects.with_state(late).get().state == State.OVERDUE
        assert (sentences(cast.alice, late), sentences(cast.bob, late)) == (ASK, SAY)
        assert "1 expected role has waited too long for an answer" in sentences(cast.heidi, late)

    def test_a_first_answer_that_never_came_is_asked_for_as_such(self, cast):
        make_expectation(cast.alice, cast.bob, by_when=DAY, due_on=DAY)
        late = DAY + timedelta(days=1)
        assert sentences(cast.alice, late) == ["Ask Bob Brand for the answer about the role you expect"]
        assert sentences(cast.bob, late) == ["Answer Alice Ames about the role they expect"]

    def test_the_page_says_what_the_day_is(self, cast, as_, expectation):
        url, day = expectation.get_absolute_url(), "That is the day by which the role is expected"
        make_reply(expectation, review_on=BY - timedelta(days=9), at=TODAY - timedelta(days=1))
        assert all(day not in as_(who).get(url).text for who in (cast.alice, cast.bob))
        answered(expectation)
        assert f"{day}: Bob Brand then says what became of it." in as_(cast.alice).get(url).text
        assert f"{day}: you then say what became of it." in as_(cast.bob).get(url).text

    def test_each_gets_a_letter_and_another_a_week_later_if_nothing_was_said(self, expectation):
        answered(expectation)
        days = [TODAY + timedelta(days=100 + more) for more in (-1, 0, 1, 7, 8)]
        both = [{("Alice", step), ("Bob", step)} for step in (0, 1)]
        assert [planned(expectation_review, now) for now in days] == [set(), both[0], set(), both[1], set()]
        first = {letter.recipient.name: letter.text for letter in Message.objects.filter(step=0)}
        assert "You expect a role by 23 Sep 2026. Ask Bob Brand what became of it" in first["Alice Ames"]
        assert "Alice Ames expects a role by 23 Sep 2026. Say in writing what became" in first["Bob Brand"]

    def test_its_subject_tells_hr_of_no_day(self, expectation):
        make_reply(expectation, review_on=BY - timedelta(days=9), at=TODAY)
        planned(expectation_review, TODAY + timedelta(days=91))
        answered(expectation)
        planned(expectation_review, TODAY + timedelta(days=100))
        assert Message.objects.count() == 4
        assert Message.objects.values("subject").distinct().count() == 2


class TestAfterALookThatNobodyTook:
    """On the day itself both are asked all the same, and no longer for a look from before it."""

    @pytest.fixture
    def missed(self, expectation) -> Expectation:
        return make_reply(expectation, review_on=BY - timedelta(days=20), at=TODAY).expectation

    def test_both_are_asked_what_became_of_it_from_that_day_on(self, cast, missed):
        before = BY - timedelta(days=1)
        assert sentences(cast.alice, before) == ["Ask Bob Brand for the answer about the role you expect"]
        assert sentences(cast.bob, before)[0].startswith("Look again at your answer to Alice Ames")
        for day, late in ((BY, False), (BY + timedelta(days=120), True)):
            for who, words in ((cast.alice, ASK), (cast.bob, SAY)):
                (item,) = (item for item in todo(who, day) if "tour" not in item.sentence)
                assert ([item.sentence], item.when, item.overdue) == (words, BY, late)

    @pytest.mark.parametrize("past", [0, 20])
    def test_every_page_names_that_day_and_no_longer_the_look(self, cast, as_, missed, past):
        missed.refresh_from_db()
        for who, words in (
            (cast.alice, "The day by which the role is expected, 23 Sep 2026, has come: Bob Brand is asked"),
            (
                cast.bob,
                "The day by which the role is expected, 23 Sep 2026, has come: say what became of it.",
            ),
        ):
            with time_machine.travel(TODAY + timedelta(days=100 + past), tick=False):
                page, ahead = (
                    as_(who).get(url).text for url in (missed.get_absolute_url(), reverse("ahead"))
                )
            turn = page[page.index('<div class="note') :].split("</div>")[0]
            assert words in turn
            assert ("overdue." in turn) == (past > 0)
            assert "3 Sep 2026" not in turn.replace("23 Sep", "")
            assert ("answer due on 23 Sep 2026" if past else "next look on 23 Sep 2026") in ahead
            assert ("Answer overdue" in ahead) == (past > 0), "on the day itself it is due, and no more"
        with time_machine.travel(TODAY + timedelta(days=100 + past), tick=False):
            listed = as_(cast.heidi).get(reverse("expectations")).text
        assert (">23 Sep 2026<" if past else ">next look on 23 Sep 2026<") in listed
        assert ">3 Sep 2026<" not in listed

    def test_until_that_day_the_pages_name_the_look(self, cast, as_, missed):
        with time_machine.travel(TODAY + timedelta(days=99), tick=False):
            assert "Your answer was due on 3 Sep 2026." in as_(cast.bob).get(missed.get_absolute_url()).text
            assert "answer due on 3 Sep 2026" in as_(cast.alice).get(reverse("ahead")).text
            assert ">3 Sep 2026<" in as_(cast.heidi).get(reverse("expectations")).text

    def test_each_gets_two_letters_anew_that_name_the_day(self, missed):
        days = [-20, -13, -12, -1, 0, 1, 7, 8, 40]
        both = [{("Alice", step), ("Bob", step)} for step in (0, 1)]
        said = [planned(expectation_review, TODAY + timedelta(days=100 + more)) for more in days]
        assert said == [both[0], both[1], set(), set(), both[0], set(), both[1], set(), set()]
        of_the_look = Message.objects.filter(due_on=missed.due_on)
        assert all("look again" in letter.text.lower() for letter in of_the_look)
        assert all("what became of it" not in letter.text for letter in of_the_look)
        of_the_day = Message.objects.filter(due_on=BY)
        assert (of_the_look.count(), of_the_day.count()) == (4, 4)
        assert all("a role by 23 Sep 2026." in letter.text for letter in of_the_day)
        assert all("what became of it" in letter.text for letter in of_the_day)

    def test_a_letter_of_the_look_that_has_not_gone_by_then_does_not_go(self, missed):
        planned(expectation_review, TODAY + timedelta(days=99))
        letters = list(Message.objects.all())
        assert [silenced(letter, TODAY + timedelta(days=100)) for letter in letters] == [DONE, DONE]

    def test_an_answer_ends_it(self, cast, missed):
        said, now = reply(seen=1, review_on=BY + timedelta(days=30)), TODAY + timedelta(days=100)
        services.answer_expectation(missed, actor=cast.bob, now=now, **said | {"words": "From May on."})
        assert planned(expectation_review, now) == set()
        assert sentences(cast.alice, BY) == sentences(cast.bob, BY) == []


class TestAnAnswerFromBeforeThisRule:
    def due_after_the_release(self, row: Expectation) -> date:
        migration = import_module("feedback.migrations.0018_review_when_expected")
        with connection.cursor() as cursor:
            cursor.execute(migration.DUE_WHEN_EXPECTED)
        row.refresh_from_db()
        return row.due_on

    @pytest.fixture
    def real_day(self) -> date:
        """As the database has it, whatever day the test is on."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT CURRENT_DATE")
            (day,) = cursor.fetchone()
        return day

    @pytest.mark.parametrize(("expected_in", "due_in"), [(90, 90), (-90, 0)])
    def test_is_looked_at_again_on_the_day_or_now_if_it_is_past(self, cast, real_day, expected_in, due_in):
        row = make_expectation(cast.alice, cast.bob, by_when=real_day + timedelta(days=expected_in))
        make_reply(row, at=TODAY - timedelta(days=900), review_on=real_day + timedelta(days=999))
        assert self.due_after_the_release(row) == real_day + timedelta(days=due_in)

    def test_is_asked_of_as_what_became_of_it(self, cast, as_):
        row = make_expectation(cast.alice, cast.bob, by_when=DAY - timedelta(days=9))
        make_reply(row, at=TODAY - timedelta(days=90), review_on=DAY)
        assert (sentences(cast.alice, DAY), sentences(cast.bob, DAY)) == (ASK, SAY)
        for who in (cast.alice, cast.bob):
            assert "That is the day by which" not in as_(who).get(row.get_absolute_url()).text
        planned(expectation_review, TODAY)
        letter = Message.objects.get(recipient=cast.alice)
        assert "You expect a role by 6 Jun 2026. Ask Bob Brand what became of it" in letter.text

    def test_keeps_its_day_if_that_comes_first_or_it_was_given_after_the_day(self, cast, real_day):
        first = make_expectation(cast.alice, cast.bob, by_when=real_day + timedelta(days=90))
        make_reply(first, review_on=real_day + timedelta(days=30))
        after = make_expectation(cast.alice, cast.bob, by_when=DAY - timedelta(days=9))
        make_reply(after, at=TODAY, review_on=real_day + timedelta(days=999))
        assert self.due_after_the_release(first) == real_day + timedelta(days=30)
        assert self.due_after_the_release(after) == real_day + timedelta(days=999)
