"""Rule 4: nobody reads, counts or guesses the other side's answers before the reveal."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.urls import reverse

from feedback import access
from feedback.models import Answer, CheckIn, Sheet
from feedback.questions import SHIPPED
from tests.factories import NOW, make_checkin, make_revealed_checkin, make_sheet, make_signed_tour
from tests.feedback.conftest import TODAY
from tours.models import Side

SECRET = "Zanzibar"
SAID = {Side.EMPLOYEE: SECRET, Side.MANAGER: "Timbuktu"}


def pages_of(checkin: CheckIn) -> list[str]:
    return [reverse(name, args=[checkin.pk]) for name in ("checkin", "checkin_skip", "checkin_show")]


def lists_around(checkin: CheckIn) -> list[str]:
    tour = [reverse(name, args=[checkin.tour_id]) for name in ("tour", "tour_along")]
    return [reverse("checkins"), *tour, reverse("home")]


@pytest.fixture
def spoken(cast, today) -> list[CheckIn]:
    """Two of each kind: one side has handed in and the other has a draft, and the other way round."""
    tour = make_signed_tour(cast.alice, cast.bob)
    found = []
    for number, (kind, first) in enumerate(product(SHIPPED, Side)):
        checkin = make_checkin(tour, TODAY.date() - timedelta(days=number), kind=kind)
        make_sheet(checkin, first, scale=5, text=SAID[first], submitted_at=NOW)
        make_sheet(checkin, first.other, scale=5, text=SAID[first.other])
        found.append(checkin)
    return found


def test_nothing_a_side_said_is_in_any_response_before_the_reveal(cast, as_, spoken, typed, caplog, today):
    handed_in = [(sheet.checkin, sheet.side) for sheet in Sheet.objects.exclude(submitted_at=None)]
    for when in (timedelta(0), timedelta(days=15)):  # open, then lapsed
        today.shift(when)
        for person in vars(cast).values():
            client, side = as_(person), spoken[0].side_of(person)
            own = SAID.get(side, "")
            others = set(SAID.values()) - {own}
            for checkin in spoken:
                for url in pages_of(checkin):
                    asked = [client.get(url)]
                    if (checkin, side) not in handed_in:  # or they would show their own
                        asked.append(client.post(url, typed(checkin, "", own)))
                    for response in asked:
                        text = response.text + json.dumps(dict(response.headers))
                        assert not [words for words in others if words in text], (person, url)
                if own:
                    assert own in client.get(pages_of(checkin)[0]).text, "so nothing is shown to anybody"
            for url in lists_around(spoken[0]):
                assert not [words for words in others if words in client.get(url).text], (person, url)
    assert not [words for words in SAID.values() if words in caplog.text]
    assert {answer.text for answer in Answer.objects.all()} >= set(SAID.values())


def test_marks_and_drafts_leave_no_trace_on_the_other_s_page(cast, as_, any_checkin):
    """Whatever the author's answers are, and whether they have begun, Bob's page is the same."""

    def bobs_page() -> str:
        return without_tokens(as_(cast.bob).get(reverse("checkin", args=[any_checkin.pk])).text)

    pages = [bobs_page()]
    sheet = make_sheet(any_checkin, Side.EMPLOYEE, scale=1, text="")
    pages.append(bobs_page())
    sheet.answers.filter(question__answer_kind="scale").update(scale=5)
    sheet.answers.filter(question__answer_kind="text").update(text=SECRET * 100)
    sheet.answers.filter(question__answer_kind="choice").update(choice="part_well")
    pages.append(bobs_page())
    assert len(set(pages)) == 1


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_no_other_table_holds_what_was_said(cast, as_, any_checkin, typed):
    url = reverse("checkin", args=[any_checkin.pk])
    said = typed(any_checkin, 5, SECRET, "move", act="hand_in")
    assert as_(cast.alice).post(url, said).status_code == 302
    with connection.cursor() as cursor:
        tables = [
            table for table in connection.introspection.table_names(cursor) if table != "feedback_answer"
        ]
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{SECRET}%"])
            assert cursor.fetchone() == (0,), table
    assert "feedback_sheet" in tables


@pytest.mark.parametrize("name", ["carol", "dan", "heidi", "mallory"])
def test_strangers_managers_above_and_hr_get_404(cast, as_, any_checkin, typed, name):
    revealed = make_revealed_checkin(
        any_checkin.tour, TODAY.date() - timedelta(days=30), employee_text=SECRET
    )
    client = as_(getattr(cast, name))
    for each in (any_checkin, revealed):
        for url_name in ("checkin", "checkin_skip", "checkin_show"):
            url = reverse(url_name, args=[each.pk])
            assert client.post(url, typed(each, 3, act="hand_in") | {"reason": "No"}).status_code == 404
            assert client.get(url, follow=True).status_code == 404
    assert not any_checkin.sheets.exists()
    any_checkin.refresh_from_db()
    assert any_checkin.skipped_at is None


def test_what_is_not_there_looks_like_what_one_may_not_see(cast, as_, checkin):
    client = as_(cast.mallory)
    missing = client.get(reverse("checkin", args=[checkin.pk + 999]))
    hidden = client.get(reverse("checkin", args=[checkin.pk]))
    assert (missing.status_code, hidden.status_code) == (404, 404)
    assert without_tokens(missing.text) == without_tokens(hidden.text)


def test_dates_and_states_are_known_to_the_parties_and_to_hr(cast, checkin):
    knowing = {
        name
        for name, person in vars(cast).items()
        if checkin in CheckIn.objects.visible_to(person, TODAY.date())
    }
    assert knowing == {"alice", "bob", "heidi"}


@pytest.mark.parametrize("stage", ["draft", "handed in", "shown", "revealed"])
def test_the_words_that_name_the_readers_follow_the_rule_that_lets_them_read(cast, today, stage):
    tour = make_signed_tour(cast.alice, cast.bob)
    if stage == "revealed":
        checkin = make_revealed_checkin(tour, TODAY.date())
    else:
        checkin = make_checkin(tour, TODAY.date())
        times = {"handed in": {"submitted_at": NOW}, "shown": {"submitted_at": NOW, "shown_at": NOW}}
        make_sheet(checkin, Side.EMPLOYEE, **times.get(stage, {}))
    sheet = Sheet.objects.get(checkin=checkin, side=Side.EMPLOYEE)
    said = access.readers(checkin, Side.EMPLOYEE, revealed=stage in ("shown", "revealed"))
    may = [
        person
        for person in vars(cast).values()
        if Answer.objects.visible_to(person).filter(sheet=sheet).exists()
    ]
    assert may == said


def test_the_lines_below_the_fields_name_the_readers(cast, checkin):
    assert (
        access.who_sees_answers(cast.bob, checkin)
        == "Read by you until both have handed in, then by you and Alice Ames. By nobody else."
    )
    assert access.who_sees_revealed(cast.alice, checkin) == "Read by you and Bob Brand, and by nobody else."
    assert access.who_sees_skip(cast.alice, checkin).startswith("Read by you and Bob Brand.")
