"""A first conversation: between two people, and for everybody else it does not exist."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from alliance_site.outbox.delivery import deliver
from alliance_site.outbox.models import Message
from alliance_site.outbox.planning import plan
from feedback.access import conversations
from feedback.models import FirstConversation
from feedback.reminders import conversation_answered, conversation_asked
from feedback.services import conversations as services
from people.models import Employment
from tests.factories import make_person
from tests.feedback.conftest import TODAY
from tests.outbox.post_office import post_office
from tests.reminding import planned
from tours.services import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DAY = TODAY.date()
WORDS = "An offer from Platypus Ltd."
NEW = "first_conversation_new"


@pytest.fixture
def office(settings):
    with post_office() as office:
        settings.EMAIL_URL = office.url
        yield office


def ask(cast, chosen=None, words: str = WORDS) -> FirstConversation:
    return services.ask_for_conversation(cast.alice, chosen or cast.carol, words=words, now=TODAY)


def page(row: FirstConversation, name: str = "first_conversation") -> str:
    return reverse(name, args=[row.pk])


@pytest.mark.usefixtures("no_missing_words")
class TestAsking:
    def test_by_name_of_somebody_above_or_in_an_hr_that_can_be_looked_through(self, cast, as_, monkeypatch):
        form = as_(cast.alice).get(reverse(NEW)).context["form"]
        assert list(form.fields["whom"].queryset) == [cast.bob, cast.carol, cast.heidi]
        monkeypatch.setattr(conversations, "MOST_OF_HR", 0)
        assert list(as_(cast.alice).get(reverse(NEW)).context["form"].fields["whom"].queryset) == [
            cast.bob,
            cast.carol,
        ]
        as_(cast.alice).post(reverse(NEW), {"whom": cast.carol.pk, "words": WORDS})
        row = FirstConversation.objects.get()
        assert (row.author, row.chosen, row.answer_by) == (cast.alice, cast.carol, DAY + timedelta(days=5))

    def test_of_any_colleague_by_the_exact_address(self, cast, as_):
        as_(cast.alice).post(reverse(NEW), {"address": "Mallory@Example.com "})
        assert FirstConversation.objects.get().chosen == cast.mallory

    @pytest.mark.parametrize(
        "address", ["mallory", "alice@example.com", "nobody@example.com", "left@example.com"]
    )
    def test_of_nobody_else(self, cast, as_, address):
        make_person("Left", email="left@example.com", left_on=DAY - timedelta(days=1))
        answer = as_(cast.alice).post(reverse(NEW), {"address": address, "words": WORDS})
        assert answer.status_code == 400
        assert "Nobody else at work here has this address." in answer.text
        assert WORDS in answer.text
        assert not FirstConversation.objects.exists()

    def test_somebody_must_be_chosen(self, cast, as_):
        assert as_(cast.alice).post(reverse(NEW), {"words": WORDS}).status_code == 400
        # Whom one does not find by name is not chosen by a number either.
        assert as_(cast.alice).post(reverse(NEW), {"whom": cast.mallory.pk}).status_code == 400

    def test_nobody_asks_themselves_nor_one_who_has_left(self, cast):
        left = make_person(left_on=DAY - timedelta(days=1))
        for chosen in (cast.alice, left):
            with pytest.raises(Refused):
                ask(cast, chosen)

    def test_a_double_click_asks_once_and_other_words_are_not_lost(self, cast, as_):
        ask(cast)
        assert ask(cast) == FirstConversation.objects.get()
        answer = as_(cast.alice).post(reverse(NEW), {"whom": cast.carol.pk, "words": "Something else"})
        assert answer.status_code == 400
        assert "You have asked Carol Cole already" in answer.text
        assert "Something else" in answer.text


@pytest.mark.usefixtures("no_missing_words")
class TestAnswering:
    def test_the_chosen_one_accepts_with_a_time(self, cast, as_):
        row = ask(cast)
        assert WORDS in as_(cast.carol).get(page(row)).text
        assert as_(cast.carol).post(page(row), {"answer": "accepted", "words": ""}).status_code == 400
        as_(cast.carol).post(page(row), {"answer": "accepted", "words": "Thursday at noon"})
        shown = as_(cast.alice).get(page(row)).text
        assert "Thursday at noon" in shown
        assert "Carol Cole answered on 15 Jun 2026" in shown

    def test_or_cannot_and_need_not_say_why(self, cast, as_):
        row = ask(cast)
        as_(cast.carol).post(page(row), {"answer": "declined"})
        assert "I cannot" in as_(cast.alice).get(page(row)).text

    def test_the_first_answer_stands(self, cast, as_):
        row = ask(cast)
        for words in ("Thursday", "Friday"):
            as_(cast.carol).post(page(row), {"answer": "accepted", "words": words})
        row.refresh_from_db()
        assert row.answer_words == "Thursday"

    def test_nobody_answers_for_the_chosen_one(self, cast, as_):
        row = ask(cast)
        for who in (cast.alice, cast.bob, cast.heidi):
            assert as_(who).post(page(row), {"answer": "declined"}).status_code == 404
        row.refresh_from_db()
        assert row.answer is None

    def test_both_pages_say_that_they_keep_nothing_of_what_is_typed(self, cast, as_):
        for client, at in (
            (as_(cast.alice), reverse("first_conversation_new")),
            (as_(cast.carol), page(ask(cast))),
        ):
            shown = client.get(at).text
            assert "What you type here is kept nowhere until you send it" in shown
            assert "data-keep" not in shown


@pytest.mark.usefixtures("no_missing_words")
class TestReminders:
    def test_the_chosen_one_is_written_to_at_once_before_the_day_and_after_it(self, cast):
        ask(cast)
        assert planned(conversation_asked, TODAY) == {("Carol", 0)}
        assert planned(conversation_asked, TODAY + timedelta(days=4)) == {("Carol", 1)}
        assert planned(conversation_asked, TODAY + timedelta(days=6)) == {("Carol", 2)}
        assert planned(conversation_asked, TODAY + timedelta(days=60)) == set()

    def test_the_author_is_written_to_once_there_is_an_answer(self, cast):
        row = ask(cast)
        assert planned(conversation_answered, TODAY) == set()
        services.answer_conversation(row, actor=cast.carol, answer="declined", words="", now=TODAY)
        assert planned(conversation_answered, TODAY) == {("Alice", 0)}
        assert planned(conversation_asked, TODAY) == set()

    def test_the_page_says_that_there_is_no_answer_and_that_none_can_come(self, cast, as_):
        row = ask(cast)
        FirstConversation.objects.update(answer_by=DAY - timedelta(days=1))
        said = as_(cast.alice).get(page(row)).text
        assert "Carol Cole has not answered in time. You can delete this" in said
        Employment.objects.filter(person=cast.carol).update(
            left_on=DAY - timedelta(days=1), ending="resignation"
        )
        said = as_(cast.alice).get(page(row)).text
        assert "Carol Cole has left the company." in said
        assert "Carol Cole cannot answer any more. You can delete this" in said
        assert "has not answered in time" not in said

    def test_nobody_hears_of_somebody_who_has_left(self, cast):
        ask(cast)
        Employment.objects.filter(person=cast.alice).update(
            left_on=DAY - timedelta(days=1), ending="resignation"
        )
        assert planned(conversation_asked, TODAY) == set()

    def test_no_letter_names_anybody_or_says_what_it_is(self, cast):
        row = ask(cast)
        services.answer_conversation(row, actor=cast.carol, answer="accepted", words="Thursday", now=TODAY)
        ask(cast, cast.heidi)
        plan(TODAY)
        letters = list(Message.objects.filter(occasion__startswith="feedback.conversation"))
        assert {letter.subject for letter in letters} == {
            "Somebody asks for a word with you",
            "There is an answer for you",
        }
        for letter in letters:
            whole = letter.subject + letter.text + letter.html
            for words in ("Alice", "Platypus", "Thursday", "onversation"):
                assert words not in whole.replace(f"Hello {letter.recipient.name}", "")

    def test_each_has_it_on_the_home_page_without_a_name(self, cast, as_):
        ask(cast)
        assert "Answer whoever asks for a word with you" in as_(cast.carol).get("/").text
        assert "for a word" not in as_(cast.alice).get("/").text
        FirstConversation.objects.update(answer_by=DAY - timedelta(days=1))
        assert "Ask somebody else for a word: there is no answer yet" in as_(cast.alice).get("/").text


@pytest.mark.usefixtures("no_missing_words")
class TestUnsaying:
    def test_the_row_and_every_letter_vanish(self, cast, as_):
        row = ask(cast)
        plan(TODAY)
        assert Message.objects.filter(about=str(row.pk)).exists()
        as_(cast.alice).post(page(row, "first_conversation_delete"))
        assert not FirstConversation.objects.exists()
        assert not Message.objects.filter(about=str(row.pk)).exists()
        assert as_(cast.carol).get(page(row)).status_code == 404
        assert as_(cast.carol).post(page(row), {"answer": "declined"}).status_code == 404
        assert "word with you" not in as_(cast.carol).get("/").text

    def test_also_once_it_was_answered(self, cast, as_):
        row = ask(cast)
        services.answer_conversation(row, actor=cast.carol, answer="declined", words="No", now=TODAY)
        plan(TODAY)
        as_(cast.alice).post(page(row, "first_conversation_delete"))
        assert not FirstConversation.objects.exists()
        assert not Message.objects.filter(about=str(row.pk)).exists()

    def test_only_its_author_may(self, cast, as_):
        row = ask(cast)
        for who in (cast.carol, cast.bob, cast.heidi):
            assert as_(who).post(page(row, "first_conversation_delete")).status_code == 404
        assert FirstConversation.objects.exists()

    def test_what_planning_wrote_at_that_very_moment_goes_at_delivery(self, cast, office):
        row = ask(cast)
        plan(TODAY)
        FirstConversation.objects.all().delete()  # as if planning had written after `unask`
        letter = Message.objects.get(about=str(row.pk))
        assert deliver(TODAY) == 0
        assert office.taken == []
        assert not Message.objects.filter(pk=letter.pk).exists()


class TestAttacks:
    """That everybody else's pages are the same without one is in `test_hidden_from_others.py`."""

    def test_hr_cannot_settle_such_a_letter_even_by_its_key(self, cast, as_):
        row = ask(cast)
        plan(TODAY)
        letter = Message.objects.get(about=str(row.pk))
        Message.objects.filter(pk=letter.pk).update(state=Message.State.FAILED)
        url = reverse("message_settle", args=[letter.pk])
        assert as_(cast.heidi).post(url, {"verdict": "again"}).status_code == 404

    def test_no_history_and_no_log_has_it(self, cast, as_, caplog):
        def rows() -> dict[str, int]:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
                    " AND table_name SIMILAR TO '%%event|pghistory%%|%%access'"
                )
                found = {}
                for (name,) in cursor.fetchall():
                    cursor.execute(f'SELECT count(*) FROM "{name}"')
                    found[name] = cursor.fetchone()[0]
            return found

        alice, carol = as_(cast.alice), as_(cast.carol)
        before = rows()
        assert len(before) > 5
        caplog.set_level("DEBUG")
        alice.post(reverse(NEW), {"whom": cast.carol.pk, "words": WORDS})
        row = FirstConversation.objects.get()
        plan(TODAY)
        carol.post(page(row), {"answer": "accepted", "words": "Thursday"})
        alice.post(page(row, "first_conversation_delete"))
        assert rows() == before
        said = " ".join(
            record.getMessage() for record in caplog.records if record.name != "django.db.backends"
        )
        for words in (WORDS, "Thursday", "Carol Cole"):
            assert words not in said

    def test_the_letter_says_to_mail_programs_that_it_is_private(self, cast, office):
        ask(cast)
        plan(TODAY)
        deliver(TODAY)
        (letter,) = (letter for letter in office.taken if "word with you" in letter["Subject"])
        assert letter["Sensitivity"] == "Private"


def test_its_pages_take_few_queries(cast, as_, statements):
    row = ask(cast)
    for who in (cast.alice, cast.carol):
        assert len(statements(as_(who), page(row), has=WORDS)) <= 8
