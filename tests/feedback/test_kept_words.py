"""What is typed into a form that is sent once stays in the browser's window until it has arrived."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from feedback.services import expectations as services
from tests.factories import (
    make_action,
    make_alignment,
    make_checkin,
    make_debrief,
    make_expectation,
    make_reply,
    make_revealed_checkin,
    make_signed_tour,
    make_tour,
)
from tests.feedback.conftest import TODAY
from tours.services import end_early

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "no_missing_words")]

DAY = TODAY.date()
KEEP = re.compile(r'<script src="[^"]*autosave[^"]*" defer data-keep="([^"]+)"')


@pytest.fixture
def form(as_) -> Callable[..., str]:
    """Under which name the window keeps what is typed into the form there."""

    def key(person, name: str, *args: object) -> str:
        page = as_(person).get(reverse(name, args=args)).text
        sheet = page[page.index('id="sheet"') :]
        assert 'role="status"' in sheet[: sheet.index("</form>")]
        (found,) = KEEP.findall(page)
        assert found.endswith(f" {person.pk}")
        return found

    return key


def test_each_form_of_words_that_are_sent_once_has_its_own_place(cast, form):
    tour = make_signed_tour(cast.alice, cast.bob)
    checkin = make_revealed_checkin(tour, DAY - timedelta(days=9))
    action = make_action(checkin)
    asked = make_checkin(tour, DAY)
    expected = make_expectation(cast.alice, cast.bob)
    shared = make_alignment(cast.alice, manager=cast.bob)
    keys = [
        form(cast.alice, "expectation_new"),
        form(cast.bob, "expectation_answer", expected.pk),
        form(cast.bob, "expectation_debrief", expected.pk),
        form(cast.bob, "alignment_shared", shared.pk),
        form(cast.alice, "action_drop", action.pk),
        form(cast.alice, "checkin_action", checkin.pk),
        form(cast.alice, "checkin_summary_write", checkin.pk),
        form(cast.alice, "tour_promise", tour.pk),
        form(cast.alice, "checkin_skip", asked.pk),
        form(cast.alice, "tour_end_early", tour.pk),
    ]
    make_debrief(expected)
    keys.append(form(cast.alice, "expectation_hear", expected.pk))
    end_early(tour, DAY, reason="Moved.", learnt="Much.", actor=cast.bob, now=TODAY)
    keys.append(form(cast.alice, "tour_end_words", tour.pk))
    assert len(set(keys)) == len(keys)


def test_no_browser_puts_back_by_itself_what_the_window_keeps():
    """What stands in a field that did not come in it has been typed, then, since the page came."""
    pages = (settings.BASE_DIR / "templates").rglob("*.html")
    tags = [tag for page in pages for tag in re.findall(r'<form [^>]*id="sheet"[^>]*>', page.read_text())]
    assert len(tags) > 7
    assert [tag for tag in tags if 'autocomplete="off"' not in tag] == []


def test_what_is_saved_as_one_types_is_kept_for_this_sheet_and_this_draft(cast, form, checkin):
    assert form(cast.alice, "checkin", checkin.pk) == f"check-in {checkin.pk} {cast.alice.pk}"
    draft = make_tour(cast.alice, cast.bob).versions.get()
    assert form(cast.bob, "terms_edit", draft.tour_id) == f"terms {draft.pk} {cast.bob.pk}"


def test_what_has_arrived_does_not_come_back_into_the_next_one(cast, as_, form):
    checkin = make_revealed_checkin(make_signed_tour(cast.alice, cast.bob), DAY - timedelta(days=9))
    expected = make_expectation(cast.alice, cast.bob)
    before = form(cast.bob, "expectation_answer", expected.pk)
    make_reply(expected)
    assert form(cast.bob, "expectation_answer", expected.pk) != before

    before = form(cast.alice, "checkin_action", checkin.pk)
    data = {"action-what": "Send the draft.", "action-owner": "manager"}
    as_(cast.alice).post(reverse("checkin_action", args=[checkin.pk]), data)
    assert form(cast.alice, "checkin_action", checkin.pk) != before

    key = form(cast.alice, "checkin_summary_write", checkin.pk)
    data = {"summary-words": "The draft comes.", "summary-basis": 0}
    write = reverse("checkin_summary_write", args=[checkin.pk])
    landed = as_(cast.alice).post(write, data, follow=True).text
    assert KEEP.findall(landed)[1:] == [key]  # without a form: it is forgotten
    assert 'id="sheet"' not in landed
    assert key not in KEEP.findall(as_(cast.alice).get(checkin.get_absolute_url()).text)

    key = form(cast.alice, "expectation_new")
    stated = {"role": "Head", "by_when": DAY + timedelta(days=90), "why": "I can.", "to": cast.bob.pk}
    landed = as_(cast.alice).post(reverse("expectation_new"), stated, follow=True).text
    assert KEEP.findall(landed) == [key]  # without a form: it is forgotten
    assert 'id="sheet"' not in landed


def test_what_is_typed_of_one_role_is_not_forgotten_by_what_becomes_of_another(cast, as_):
    expected = make_expectation(cast.alice, cast.bob)
    alice = as_(cast.alice)
    for what in ("expectation_show_hr", "expectation_withdraw"):
        landed = alice.post(reverse(what, args=[expected.pk]), follow=True).text
        assert "note-good" in landed
        assert KEEP.findall(landed) == []


def test_who_answers_from_a_second_tab_finds_the_words_again(cast, as_):
    shared = make_alignment(cast.alice, manager=cast.bob)
    url = reverse("alignment_shared", args=[shared.pk])
    client = as_(cast.bob)
    client.post(url, {"words": "We both say no in time."})
    client.post(url, {"words": "We both say no in time."})
    again = client.post(url, {"words": "Another thought."})
    assert again.status_code == 400
    for said in ("The first answer stands", "We both say no in time.", "Another thought."):
        assert said in again.text

    expected = make_expectation(cast.alice, cast.bob)
    make_debrief(expected)
    services.hear_debrief(expected, actor=cast.alice, took_place=False, words="Not yet.", now=TODAY)
    typed = {"took_place": "no", "words": "Another thought."}
    again = as_(cast.alice).post(reverse("expectation_hear", args=[expected.pk]), typed)
    assert again.status_code == 400
    assert "Another thought." in again.text
