"""Questions with choices: what can be picked, what cannot, and how both picks are shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from feedback import services
from feedback.models import Answer, CheckIn, Kind
from tests.factories import (
    NOW,
    make_checkin,
    make_question,
    make_question_set,
    make_revealed_checkin,
    make_sheet,
    make_signed_tour,
)
from tests.feedback.conftest import TODAY
from tests.refusing import refused
from tours.models import Side

pytestmark = pytest.mark.usefixtures("no_missing_words")


@pytest.fixture
def talk(cast, today) -> CheckIn:
    """The check-in about the next tour, which begins with a choice."""
    return make_checkin(make_signed_tour(cast.alice, cast.bob), TODAY.date(), kind=Kind.NEXT_TOUR)


def url(checkin: CheckIn) -> str:
    return reverse("checkin", args=[checkin.pk])


def test_the_choices_are_radio_buttons_with_a_legend_and_who_sees_them(cast, as_, talk):
    page = as_(cast.alice).get(url(talk)).text
    assert "<legend>What do you want after this tour?</legend>" in page
    assert page.count('type="radio"') == 6
    assert page.count("Read by you until both have handed in") == 4
    assert "What do you want for Alice Ames after this tour?" in as_(cast.bob).get(url(talk)).text


def test_a_choice_is_saved_and_comes_back(cast, as_, talk, typed):
    client = as_(cast.alice)
    assert client.post(url(talk), typed(talk, choice="move")).status_code == 302
    assert services.said(talk.sheets.get()) == {talk.question_set.questions.get(key="wanted").pk: "move"}
    assert Answer.objects.get(choice="move").text == ""
    assert client.get(url(talk)).text.count("checked") == 1


def test_handing_in_needs_a_choice_and_keeps_what_was_typed(cast, as_, talk, typed):
    response = as_(cast.alice).post(url(talk), typed(talk, text="Some words", act="hand_in"))
    assert response.status_code == 400
    assert 'href="#id_answer-wanted"' in response.text
    assert response.text.count("Choose one of these.") == 2
    assert response.text.count("Some words") == 3
    assert not talk.sheets.exists()


@pytest.mark.parametrize("wrong", ["x", "A new tour", "NEW_TOUR", "new_tour\x00", "1", "x" * 5000])
@pytest.mark.parametrize("act", ["save", "hand_in"])
def test_what_was_not_offered_is_refused(cast, as_, talk, typed, act, wrong):
    response = as_(cast.alice).post(url(talk), typed(talk, choice=wrong, act=act))
    assert response.status_code == 400
    assert not talk.sheets.exists()


def test_the_database_takes_only_what_the_question_offers(talk):
    sheet = make_sheet(talk, Side.EMPLOYEE, choice="move")
    choices, texts = (sheet.answers.filter(question__answer_kind=kind) for kind in ("choice", "text"))
    refused(lambda: choices.update(choice="everything"))
    refused(lambda: texts.update(choice="move"))
    refused(lambda: choices.update(scale=3))
    refused(lambda: choices.update(text="And words"))
    assert choices.update(choice="part_well") == 1


def test_a_question_has_choices_if_and_only_if_it_asks_for_one(cast):
    for kind, choices in (("choice", []), ("text", [["a", "b"]])):
        wrong = make_question("wrong", kind, choices=choices)
        with pytest.raises(IntegrityError, match="question_choices_of_a_choice"), transaction.atomic():
            make_question_set(cast.heidi, wrong)


def test_what_was_chosen_and_handed_in_never_changes(talk):
    sheet = make_sheet(talk, Side.EMPLOYEE, choice="move", submitted_at=NOW)
    refused(lambda: sheet.answers.filter(choice="move").update(choice="part_well"))


@pytest.mark.parametrize(
    ("theirs", "sentence"),
    [
        ("move", "Both of you say “A move within the company”."),
        ("part_well", "You differ: you say “A move within the company”, Bob Brand says “To part well”."),
    ],
)
def test_the_page_says_in_words_whether_both_chose_the_same(cast, as_, today, theirs, sentence):
    tour = make_signed_tour(cast.alice, cast.bob)
    talk = make_revealed_checkin(
        tour, TODAY.date(), kind=Kind.NEXT_TOUR, employee_choice="move", manager_choice=theirs
    )
    page = as_(cast.alice).get(url(talk)).text
    assert sentence in page
    assert "How each of you sees it" not in page  # there are no marks here
    assert page.index("What each of you chose") < page.index("In your own words")


def test_the_labels_follow_the_reader_s_language(talk):
    question = talk.question_set.questions.get(key="wanted")
    assert question.labels["part_well"] == "To part well"
    with translation.override("de"):
        assert list(question.labels) == [key for key, _label in question.choices]


def test_a_second_window_is_shown_the_labels_that_differ(cast, as_, talk, typed):
    client = as_(cast.alice)
    client.post(url(talk), typed(talk, choice="move"))
    response = client.post(url(talk), typed(talk, choice="part_well"))
    assert response.status_code == 409
    assert "To part well" in response.text
    assert "<del>" in response.text


def test_what_was_chosen_in_vain_is_shown_in_words(cast, as_, talk, typed, today):
    as_(cast.alice).post(url(talk), typed(talk, choice="part_well", act="hand_in"))
    assert "To part well" in as_(cast.alice).get(url(talk)).text
    today.shift(timedelta(days=20))
    as_(cast.alice).post(reverse("checkin_show", args=[talk.pk]))
    page = as_(cast.bob).get(url(talk)).text
    assert page.index("has shown you these answers") < page.index("To part well")
