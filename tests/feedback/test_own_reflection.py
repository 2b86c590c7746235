"""What only its author is to read: neither the other side nor whom it is released to, at any time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from feedback import access
from feedback.models import Answer, CheckIn, Question
from tests.factories import (
    NOW,
    make_checkin,
    make_question,
    make_question_set,
    make_release,
    make_sheet,
    make_signed_tour,
)
from tests.feedback.conftest import TODAY
from tours.models import Side

pytestmark = pytest.mark.usefixtures("no_missing_words")

SECRET, SHARED = "Zanzibar", "Said to both"
Visibility = Question.Visibility
LINE = "Read by you alone, also after both have handed in."


@pytest.fixture
def checkin(cast, today) -> CheckIn:
    questions = make_question_set(
        cast.heidi,
        make_question("mark", "scale", visibility=Visibility.FIGURES),
        make_question("shared"),
        make_question("own_mark", "scale", visibility=Visibility.AUTHOR),
        make_question("own_words", visibility=Visibility.AUTHOR),
        make_question(
            "own_choice", "choice", visibility=Visibility.AUTHOR, choices=[["a", "Stay on"], ["b", "Move on"]]
        ),
    )
    return make_checkin(make_signed_tour(cast.alice, cast.bob), TODAY.date(), question_set=questions)


def url(checkin: CheckIn) -> str:
    return reverse("checkin", args=[checkin.pk])


def hand_in(checkin: CheckIn, as_, typed, person) -> None:
    sheet = typed(checkin, 4, SHARED, "b", act="hand_in", own_words=f"{SECRET} of {person.name}")
    assert as_(person).post(url(checkin), sheet).status_code == 302


@pytest.mark.parametrize("stage", ["draft", "handed in", "shown", "revealed", "released"])
@pytest.mark.parametrize("visibility", list(Visibility))
def test_the_words_that_name_the_readers_follow_the_rule(cast, as_, checkin, typed, stage, visibility):
    if stage in ("revealed", "released"):
        for person in (cast.alice, cast.bob):
            hand_in(checkin, as_, typed, person)
    else:
        times = {"handed in": {"submitted_at": NOW}, "shown": {"submitted_at": NOW, "shown_at": NOW}}
        make_sheet(checkin, Side.EMPLOYEE, choice="b", **times.get(stage, {}))
    if stage == "released":
        make_release(checkin, cast.carol)
    checkin.refresh_from_db()
    rows = Answer.objects.filter(sheet__side=Side.EMPLOYEE, question__visibility=visibility)
    may = {person for person in vars(cast).values() if rows.visible_to(person).exists()}
    open_ = stage in ("shown", "revealed", "released")
    assert rows.exists()
    assert may == set(access.readers(checkin, Side.EMPLOYEE, revealed=open_, visibility=visibility))
    assert may == {cast.alice} or (open_ and visibility != Visibility.AUTHOR)


def test_the_line_below_each_field_says_who_reads_it(cast, as_, checkin):
    page = as_(cast.alice).get(url(checkin)).text
    assert page.count(LINE) == 3
    assert page.count("Others see it only as one of many, in figures of a whole group.") == 1
    assert page.count("By nobody else.") == 1


def test_nobody_else_ever_finds_it_on_a_page(cast, as_, checkin, typed):
    for person in (cast.alice, cast.bob):
        hand_in(checkin, as_, typed, person)
    make_release(checkin, cast.carol)
    for person in vars(cast).values():
        page = as_(person).get(url(checkin)).text
        for author in (cast.alice, cast.bob):
            assert (f"{SECRET} of {author.name}" in page) == (person == author)
        assert page.count("Move on") == (person in (cast.alice, cast.bob))


def test_its_author_finds_it_apart_from_what_both_read(cast, as_, checkin, typed):
    for person in (cast.alice, cast.bob):
        hand_in(checkin, as_, typed, person)
    response = as_(cast.alice).get(url(checkin))
    assert [row.said for row in response.context["private_rows"]] == [
        "4 of 5",
        f"{SECRET} of Alice Ames",
        "Move on",
    ]
    assert (len(response.context["gaps"]), len(response.context["words"])) == (1, 1)
    assert not response.context["chosen"]
    assert (
        response.text.index("In your own words")
        < response.text.index("For yourself")
        < response.text.index(LINE)
    )


def test_shown_in_vain_it_stays_the_author_s(cast, as_, checkin, today):
    make_sheet(checkin, Side.EMPLOYEE, text=SECRET, choice="b", submitted_at=NOW)
    today.shift(timedelta(days=15))
    as_(cast.alice).post(reverse("checkin_show", args=[checkin.pk]))
    bobs, alices = (as_(person).get(url(checkin)) for person in (cast.bob, cast.alice))
    assert bobs.text.count(SECRET) == 1
    assert "Move on" not in "".join(row.said for row in bobs.context["their_rows"])
    assert alices.text.count(SECRET) == 2
    assert LINE in alices.text
