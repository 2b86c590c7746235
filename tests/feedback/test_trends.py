"""How marks went over time: what is drawn, what stands beside it, and who reads it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from feedback.models import Answer, CheckIn, Kind, QuestionSet
from feedback.trends import past_checkins, trends
from people.services import set_manager
from tests.factories import (
    NOW,
    make_amended_tour,
    make_checkin,
    make_proposed_tour,
    make_question,
    make_release,
    make_revealed_checkin,
    make_sheet,
    make_shipped_set,
    make_signed_tour,
    make_tour,
)
from tests.feedback.conftest import TODAY
from tours.models import Side, Tour

DAY = TODAY.date()
SPAN = {"starts_on": DAY - timedelta(days=900), "ends_on": DAY + timedelta(days=400)}


@pytest.fixture(autouse=True)
def _at(today) -> None:
    """Every test of this file is of that day."""


@pytest.fixture
def tour(cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, **SPAN)


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def make_set(number: int, *keys: str, **kw: str) -> QuestionSet:
    """Of scales, each worded as its key unless something else is said."""
    alike = {"low": "Low", "high": "High", "visibility": "figures"}
    words = ({"for_employee": key, "for_manager": key} | alike | kw for key in keys)
    scales = (make_question(key, "scale", **said) for key, said in zip(keys, words, strict=True))
    return make_shipped_set(*scales, number=number)


def url(tour: Tour) -> str:
    return reverse("tour_over_time", args=[tour.pk])


def charts(client, address: str) -> dict[str, object]:
    """By the question's key."""
    return {chart.id.split("-")[1]: chart for chart in client.get(address).context["charts"]}


# ── What is drawn ────────────────────────────────────────────────────────────


def test_each_scale_is_a_chart_of_both_sides_and_a_table_of_the_same(cast, as_, tour, no_missing_words):
    for days, marks in ((300, (5, 3)), (200, (4, 3)), (100, (2, 4))):
        make_revealed_checkin(tour, ago(days), employee=marks[0], manager=marks[1])
    page = as_(cast.alice).get(url(tour))
    found = charts(as_(cast.alice), url(tour))
    assert list(found) == [
        "stretch",
        "market_value",
        "learning",
        "on_track",
        "manager_keeps",
        "employee_keeps",
    ]
    chart = found["stretch"]
    assert chart.title == "How much does this mission stretch you?"
    assert chart.units == "From 1, “Bored”, to 5, “Fully stretched”, 3 check-ins"
    assert chart.summary == ["You went from 5 to 2.", "Bob Brand went from 3 to 4."]
    assert [line.label for line in chart.lines] == ["You", "Bob Brand"]
    assert chart.lines[0].path == "M45 0L507 30L970 90"
    assert chart.lines[1].path == "M45 60L507 60L970 30"
    assert [row.said for row in chart.rows] == [[2, 4], [4, 3], [5, 3]]
    assert page.text.count("<table") == page.text.count('role="img"') == 6
    assert "Read by you and Bob Brand, and by nobody else." in page.text
    assert len(re.findall("<h1", page.text)) == 1


def test_the_other_side_reads_the_same_from_where_they_sit(cast, as_, tour):
    make_revealed_checkin(tour, ago(100), employee=5, manager=2)
    chart = charts(as_(cast.bob), url(tour))["stretch"]
    assert chart.title == "How much does this mission stretch Alice Ames?"
    assert chart.summary == ["You gave 2.", "Alice Ames gave 5."]
    assert [(line.side, line.label) for line in chart.lines] == [
        ("manager", "You"),
        ("employee", "Alice Ames"),
    ]


def test_one_check_in_is_a_mark_in_the_middle(cast, as_, tour):
    make_revealed_checkin(tour, ago(100), employee=4, manager=4)
    chart = charts(as_(cast.alice), url(tour))["stretch"]
    assert chart.lines[0].dots == "M507 30h0"
    assert len(chart.across) == 1


def test_with_no_check_in_the_page_says_what_will_come(cast, as_, tour):
    for client, address in ((as_(cast.alice), url(tour)), (as_(cast.mallory), reverse("over_time"))):
        page = client.get(address).text
        assert "Nothing to show yet." in page
        assert "<figure" not in page


@pytest.mark.parametrize("how", ["skipped", "lapsed"])
def test_a_line_is_broken_where_a_check_in_was_skipped_or_has_lapsed(cast, as_, tour, how):
    skip = {"skipped_at": NOW, "skipped_by": "manager", "skipped_reason": "Holidays"}
    for days in (400, 300, 100):
        make_revealed_checkin(tour, ago(days), employee=3)
    make_checkin(tour, ago(200), **(skip if how == "skipped" else {}))
    chart = charts(as_(cast.alice), url(tour))["stretch"]
    assert chart.lines[0].path == "M45 60L353 60M970 60"
    assert [row.state for row in chart.rows] == ["", how.capitalize(), "", ""]


def test_what_is_open_or_planned_is_not_there_yet(cast, as_, tour):
    make_revealed_checkin(tour, ago(100))
    for day in (DAY, DAY - timedelta(days=14), DAY + timedelta(days=90)):
        make_checkin(tour, day)
    assert len(charts(as_(cast.alice), url(tour))["stretch"].rows) == 1


def test_a_newest_lapse_stands_in_the_table_too(cast, as_, tour):
    make_revealed_checkin(tour, ago(100))
    make_checkin(tour, ago(30))
    assert [row.state for row in charts(as_(cast.alice), url(tour))["stretch"].rows] == ["Lapsed", ""]


def test_a_side_that_left_a_question_out_has_a_gap_of_its_own(cast, as_, tour):
    questions = make_set(1, "stretch")
    for days in (300, 200, 100):
        checkin = make_checkin(tour, ago(days), question_set=questions)
        for side in Side:
            sheet = make_sheet(checkin, side, scale=3)
            if days == 200 and side is Side.MANAGER:
                sheet.answers.update(scale=None)
            type(sheet).objects.filter(pk=sheet.pk).update(submitted_at=NOW)
        CheckIn.objects.filter(pk=checkin.pk).update(revealed_at=NOW, revealed_on=DAY)
    chart = charts(as_(cast.alice), url(tour))["stretch"]
    own, theirs = chart.lines
    assert own.path.count("M") == 1
    assert theirs.path == "M45 60M970 60"
    assert chart.summary == ["You stayed at 3.", "Bob Brand stayed at 3."]


def test_who_ends_where_they_began_came_back_there(cast, as_, tour):
    for days, mark in ((300, 4), (200, 2), (100, 4)):
        make_revealed_checkin(
            tour, ago(days), question_set=make_set(days, "stretch"), employee=mark, manager=2
        )
    assert charts(as_(cast.alice), url(tour))["stretch"].summary[0] == "You came back to 4."


# ── One question over versions ───────────────────────────────────────────────


def test_a_question_is_followed_by_its_key_and_a_new_wording_is_said(cast, as_, tour):
    old = make_set(1, "stretch", for_employee="Are you stretched, {employee}?")
    make_revealed_checkin(tour, ago(200), question_set=old, employee=2)
    new = make_set(2, "other", "stretch", for_employee="Does it stretch you?")
    make_revealed_checkin(tour, ago(100), question_set=new, employee=4)
    found = charts(as_(cast.alice), url(tour))
    chart = found["stretch"]
    assert list(found) == ["other", "stretch"]
    assert chart.title == "Does it stretch you?"
    assert chart.summary[0] == "You went from 2 to 4."
    assert chart.notes == [
        "Until 27 Nov 2025 it was asked as “Are you stretched, Alice Ames?”, from “Low” to “High”."
    ]
    # To the other side, whose wording is the same as before, there is nothing to say.
    assert charts(as_(cast.bob), url(tour))["stretch"].notes == []


def test_a_question_that_is_asked_no_more_ends_where_it_was_asked_last(cast, as_, tour):
    make_revealed_checkin(tour, ago(300), question_set=make_set(1, "stretch", "other"))
    make_revealed_checkin(tour, ago(200), question_set=make_set(2, "stretch"))
    make_checkin(tour, ago(100), question_set=QuestionSet.objects.get(number=2))
    found = charts(as_(cast.alice), url(tour))
    assert [len(found[key].rows) for key in ("stretch", "other")] == [3, 1]


def test_kinds_do_not_mix_even_with_the_same_key(cast, as_, tour):
    make_revealed_checkin(tour, ago(200), question_set=make_set(1, "achieved"))
    make_revealed_checkin(tour, ago(100), kind=Kind.CLOSE_OUT)
    found = trends(cast.alice, past_checkins(cast.alice, DAY).reverse())
    assert [(trend.kind, trend.question.key) for trend in found][:2] == [
        ("regular", "achieved"),
        ("close_out", "achieved"),
    ]
    client = as_(cast.alice)
    page = client.get(url(tour))
    assert page.context["kinds"] == [Kind.REGULAR, Kind.CLOSE_OUT]
    assert list(charts(client, url(tour))) == ["achieved"]
    assert list(charts(client, url(tour) + "?kind=close_out")) == [
        "achieved",
        "company_gained",
        "employee_gained",
    ]
    assert list(charts(client, url(tour) + "?kind=nonsense")) == ["achieved"]


# ── All tours of one person ──────────────────────────────────────────────────


def test_over_all_tours_each_is_marked_and_a_line_ends_with_its_tour(cast, as_, tour):
    before = make_signed_tour(cast.alice, cast.dan, starts_on=ago(2000), ends_on=ago(901))
    for days, of, mark in ((1200, before, 4), (1000, before, 2), (300, tour, 5), (100, tour, 3)):
        make_revealed_checkin(of, ago(days), employee=mark, manager=mark)
    page = as_(cast.alice).get(reverse("over_time"))
    chart = charts(as_(cast.alice), reverse("over_time"))["stretch"]
    assert chart.lines[0].path == "M45 30L213 90M802 0L970 60"
    assert [line.label for line in chart.lines] == ["You", "Your manager"]
    assert chart.summary == ["You went from 4 to 3.", "Bob Brand went from 5 to 3."]
    assert [tick.label for tick in chart.tours] == ["1", "2"]
    assert [row.tour for row in chart.rows] == [2, 2, 1, 1]
    assert "Transformational tour with Dan Drew, from 23 Dec 2020" in page.text
    assert "each manager only the check-ins they had with you" in page.text


def test_tours_that_one_manages_are_not_ones_own(cast, as_, tour):
    make_revealed_checkin(tour, ago(100))
    assert "Nothing to show yet." in as_(cast.bob).get(reverse("over_time")).text


# ── Who reads it ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["carol", "dan", "heidi", "mallory"])
def test_for_anybody_but_the_two_there_is_no_such_page(cast, as_, tour, who):
    make_release(make_revealed_checkin(tour, ago(100)), getattr(cast, who))
    assert as_(getattr(cast, who)).get(url(tour)).status_code == 404
    assert "Nothing to show yet." in as_(getattr(cast, who)).get(reverse("over_time")).text


def test_a_draft_is_not_known_by_its_page_over_time(cast, as_):
    for tour in (make_tour(cast.alice, cast.bob), make_proposed_tour(cast.alice, cast.bob)):
        for person in (cast.alice, cast.bob, cast.mallory):
            assert as_(person).get(url(tour)).status_code == 404


def test_each_manager_reads_their_own_check_ins_and_none_that_was_released(cast, as_):
    tour = make_signed_tour(cast.alice, cast.dan, **SPAN)
    make_release(make_revealed_checkin(tour, ago(200), employee=1, manager=1), cast.bob)
    make_amended_tour(tour, cast.bob, **SPAN)
    make_revealed_checkin(tour, ago(100), employee=5, manager=4)
    tables = {
        name: [row.said for row in charts(as_(getattr(cast, name)), url(tour))["stretch"].rows]
        for name in ("alice", "bob", "dan")
    }
    assert tables == {"alice": [[5, 4], [1, 1]], "bob": [[4, 5]], "dan": [[1, 1]]}
    # Another person's mark does not go on from the one before.
    assert charts(as_(cast.alice), url(tour))["stretch"].lines[1].path == "M45 120M970 30"


def test_who_is_to_take_over_reads_nothing_of_it(cast, as_, tour):
    make_revealed_checkin(tour, ago(100))
    set_manager(cast.alice, cast.carol, since=DAY)
    assert as_(cast.carol).get(url(tour)).status_code == 404
    assert as_(cast.bob).get(url(tour)).status_code == 200


@pytest.mark.parametrize("sides", [(Side.EMPLOYEE,), (Side.MANAGER,), tuple(Side)])
@pytest.mark.parametrize("days", [3, 100])
def test_nothing_is_drawn_before_the_reveal_even_if_it_was_shown(cast, as_, tour, sides, days):
    checkin = make_checkin(tour, ago(days))
    for side in sides:
        make_sheet(checkin, side, scale=1, submitted_at=NOW, shown_at=NOW)
    for person in (cast.alice, cast.bob):
        for address in (url(tour), reverse("over_time")):
            assert as_(person).get(address).context["charts"] == []


def test_what_one_writes_for_oneself_alone_is_drawn_for_oneself_alone(cast, as_, tour):
    questions = make_set(1, "mood", visibility="author")
    make_revealed_checkin(tour, ago(100), question_set=questions, employee=1, manager=5)
    for person, mark in ((cast.alice, 1), (cast.bob, 5)):
        chart = charts(as_(person), url(tour))["mood"]
        assert [line.label for line in chart.lines] == ["You"]
        assert [row.said for row in chart.rows] == [[mark]]


def test_the_tour_and_a_revealed_check_in_lead_there(cast, as_, tour):
    checkin = make_revealed_checkin(tour, ago(100))
    for page in (tour.along_url, checkin.get_absolute_url()):
        assert url(tour) in as_(cast.alice).get(page).text
        assert url(tour) in as_(cast.bob).get(page).text
    for person in (cast.carol, cast.heidi):
        assert url(tour) not in as_(person).get(tour.along_url).text


# ── Large, and hostile ───────────────────────────────────────────────────────


def test_however_many_check_ins_it_takes_the_same_queries_and_stays_small(cast, as_, tour, statements):
    client = as_(cast.alice)
    questions = make_set(1, *(f"question-{n}" for n in range(12)))
    old = make_signed_tour(cast.alice, cast.dan, starts_on=ago(3000), ends_on=ago(901))

    def asked() -> list[int]:
        pages = (url(tour), reverse("over_time"))
        return [len(statements(client, page, has="question-11")) for page in pages]

    make_revealed_checkin(tour, ago(900), question_set=questions)
    make_revealed_checkin(old, ago(950), question_set=questions)
    few = asked()
    for n in range(40):
        make_revealed_checkin(tour, ago(880 - 20 * n), question_set=questions, employee=1 + n % 5)
    assert asked() == few
    assert max(few) <= 8
    first, second = client.get(url(tour)), client.get(url(tour) + "?page=2")
    rows = [row.day for page in (first, second) for row in page.context["charts"][0].rows]
    assert len(rows) == 24 + 17
    assert rows == sorted(rows, reverse=True)


def test_hostile_words_stay_words(cast, as_, tour):
    evil = "<script>alert(1)</script>%(name)s{manager}\u202e😀"
    questions = make_set(1, "stretch", for_employee=evil, low=evil[:60], high=evil[:60])
    type(cast.bob).objects.filter(pk=cast.bob.pk).update(name=evil)
    make_revealed_checkin(tour, ago(100), question_set=questions)
    page = as_(cast.alice).get(url(tour))
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_answers_without_a_mark_make_no_chart(cast, as_, tour):
    checkin = make_revealed_checkin(tour, ago(100), employee_text="Words", manager_text="Words")
    assert Answer.objects.filter(sheet__checkin=checkin, text="Words").exists()
    assert "Words" not in as_(cast.alice).get(url(tour)).text
