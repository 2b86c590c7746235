"""The pages of check-ins, as each of the cast meets them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import escape

from feedback import services
from feedback.limits import TEXT_LIMIT
from feedback.models import CheckIn, Sheet
from people.services import set_manager
from tests.factories import (
    NOW,
    make_amended_tour,
    make_checkin,
    make_revealed_checkin,
    make_sheet,
    make_signed_tour,
)
from tests.feedback.conftest import TODAY
from tests.sending import asked_once
from tours.models import Side

JSON = {"Accept": "application/json"}


def url(checkin: CheckIn, name: str = "checkin") -> str:
    return reverse(name, args=[checkin.pk])


def late(today) -> None:
    today.shift(timedelta(days=15))


# ── The list ────────────────────────────────────────────────────────────────


def test_the_list_puts_what_is_open_first(cast, as_, checkin):
    tour = checkin.tour
    day = TODAY.date()
    make_checkin(tour, day - timedelta(days=60))
    make_checkin(tour, day + timedelta(days=60))
    make_revealed_checkin(tour, day - timedelta(days=120))
    response = as_(cast.alice).get(reverse("checkins"))
    sections = {name: len(response.context[name]) for name in ("open", "lapsed", "planned", "done")}
    assert sections == {"open": 1, "lapsed": 1, "planned": 1, "done": 1}
    page = response.content.decode()
    assert page.index("Answer the check-in with Bob Brand") < page.index("Planned") < page.index("Done")


def test_the_list_has_no_lapsed_one_that_nobody_will_have_and_calls_none_overdue_that_rests(
    cast, as_, checkin, today
):
    def shown() -> dict[str, list[bool]]:
        found = as_(cast.alice).get(reverse("checkins")).context
        return {name: [line.is_overdue for line in found[name]] for name in ("open", "lapsed")}

    make_checkin(checkin.tour, TODAY.date() - timedelta(days=80))
    make_checkin(checkin.tour, TODAY.date() - timedelta(days=100))
    today.shift(timedelta(days=2))
    assert shown() == {"open": [True], "lapsed": [True]}
    set_manager(cast.alice, cast.carol, since=TODAY.date())
    assert shown() == {"open": [False], "lapsed": [False]}
    cast.bob.employments.update(left_on=TODAY.date(), ending="resignation")
    assert shown() == {"open": [False], "lapsed": []}


@pytest.mark.parametrize(("had", "folded"), [(6, 0), (7, 4)])
def test_a_tour_s_page_folds_what_was_had_long_ago_and_nothing_that_is_to_be_done(
    cast, as_, checkin, had, folded
):
    day = TODAY.date()
    lapsed = make_checkin(checkin.tour, day - timedelta(days=400))
    for number in range(had):
        make_revealed_checkin(checkin.tour, day - timedelta(days=300 - 30 * number))
    page = as_(cast.alice).get(checkin.tour.along_url).content.decode()
    before, _, after = page.partition("</details>\n<ul") if folded else ("", "", page)
    assert before.count(">Complete<") == folded
    assert after.count(">Complete<") == had - folded
    assert (f"{folded} earlier check-ins" in before) is bool(folded)
    assert url(lapsed) in after
    assert url(checkin) in after


def test_an_empty_list_says_what_brings_a_check_in(cast, as_):
    assert "planned as soon as both sides have signed" in as_(cast.mallory).get(reverse("checkins")).text


def test_the_list_is_one_s_own(cast, as_, checkin):
    for person in (cast.carol, cast.dan, cast.heidi, cast.mallory):
        assert "Bob Brand" not in as_(person).get(reverse("checkins")).text


def test_the_number_of_queries_does_not_grow_with_the_rows(cast, as_, checkin, statements):
    def counts() -> list[int]:
        pages = (reverse("checkins"), url(checkin))
        return [len(statements(as_(cast.bob), page, has="Alice Ames")) for page in pages]

    for n in range(1, 6):
        make_checkin(checkin.tour, TODAY.date() + timedelta(days=n))
        make_revealed_checkin(checkin.tour, TODAY.date() - timedelta(days=100 + n))
    few = counts()
    for n in range(6, 11):
        make_checkin(checkin.tour, TODAY.date() + timedelta(days=n))
        make_revealed_checkin(checkin.tour, TODAY.date() - timedelta(days=100 + n))
    assert counts() == few
    assert few[0] <= 6
    assert few[1] <= 8


@pytest.mark.parametrize("other_in", [False, True], ids=["the first to hand in", "the second"])
def test_saving_and_handing_in_take_eight_queries(cast, as_, any_checkin, typed, statements, other_in):
    client = as_(cast.alice)
    if other_in:
        make_sheet(any_checkin, Side.MANAGER, choice="move", submitted_at=NOW)
    for basis, act in enumerate(("save", "save", "hand_in")):
        sheet = typed(any_checkin, basis + 2, "Fine.", "move", act=act, basis=basis)
        asked = statements(client, url(any_checkin), sheet)
        assert len(asked) <= 8, "\n".join(asked)
    any_checkin.refresh_from_db()
    assert bool(any_checkin.revealed_at) == other_in


# ── One's own sheet ─────────────────────────────────────────────────────────


def test_each_side_is_asked_in_its_own_words(cast, as_, checkin):
    alice, bob = as_(cast.alice).get(url(checkin)).text, as_(cast.bob).get(url(checkin)).text
    assert "How much does this mission stretch you?" in alice
    assert "How much does this mission stretch Alice Ames?" in bob
    assert "Read by you until both have handed in, then by you and Bob Brand." in alice
    assert alice.count("<fieldset") == 7  # six scales, and the review
    assert "Handing in is final" in alice


def test_a_draft_is_saved_and_comes_back(cast, as_, checkin, typed):
    client = as_(cast.alice)
    response = client.post(url(checkin), typed(checkin, 4, "Half a thought", on_track=""), follow=True)
    assert "Saved at 09:00" in response.text or "Saved at 9 a.m." in response.text
    page = client.get(url(checkin))
    assert page.context["form"].initial["basis"] == 1
    assert page.text.count("Half a thought") == 2
    assert page.text.count("checked") == 5


def test_the_page_saves_by_itself_as_one_types(cast, as_, checkin, typed):
    client = as_(cast.alice)
    response = client.post(url(checkin), typed(checkin, "", "Half"), headers=JSON)
    assert response.json()["set"] == {"basis": 1}
    assert response.json()["said"].startswith("Saved at")
    stale = client.post(url(checkin), typed(checkin, "", "Other"), headers=JSON)
    assert (stale.status_code, "another window" in stale.json()["said"]) == (409, True)
    wrong = client.post(url(checkin), typed(checkin, 9, "Half", basis=1), headers=JSON)
    assert (wrong.status_code, "mark from 1 to 5" in wrong.json()["said"]) == (400, True)


def test_handing_in_needs_every_mark_and_keeps_what_was_typed(cast, as_, checkin, typed):
    response = as_(cast.alice).post(url(checkin), typed(checkin, 4, "Some words", act="hand_in", stretch=""))
    assert response.status_code == 400
    assert "This cannot be handed in yet; you can still save it for now" in response.text
    assert 'href="#id_answer-stretch"' in response.text
    assert 'id="id_answer-stretch"' in response.text
    assert response.text.count("Some words") == 2
    assert not checkin.sheets.exists()


def test_what_could_not_be_saved_either_is_not_said_to_be_savable(cast, as_, checkin, typed):
    for words, may in [("Some words", True), ("w" * (TEXT_LIMIT + 1), False)]:
        page = as_(cast.alice).post(url(checkin), typed(checkin, 4, words, act="hand_in", stretch=""))
        assert page.status_code == 400
        assert ("you can still save it for now" in page.text) is may
        assert ("This cannot be saved yet" in page.text) is not may


@pytest.mark.parametrize("wrong", ["0", "6", "x", "3.5", "-1", "٣", "3" * 5000])
@pytest.mark.parametrize("act", ["save", "hand_in"])
def test_a_mark_that_was_not_offered_is_refused(cast, as_, checkin, typed, act, wrong):
    response = as_(cast.alice).post(url(checkin), typed(checkin, 3, act=act, on_track=wrong))
    assert response.status_code == 400
    assert not checkin.sheets.exists()


@pytest.mark.parametrize(
    "broken", [{"act": "publish"}, {"act": ""}, {"basis": ""}, {"basis": "-1"}, {"basis": "x"}]
)
def test_a_form_without_its_parts_is_refused(cast, as_, checkin, typed, broken):
    assert as_(cast.alice).post(url(checkin), typed(checkin, 3) | broken).status_code == 400
    assert as_(cast.alice).post(url(checkin), {}).status_code == 400
    assert not checkin.sheets.exists()


def test_too_long_a_text_says_how_long_it_is(cast, as_, checkin, typed):
    client = as_(cast.alice)
    response = client.post(url(checkin), typed(checkin, 3, unsaid="x" * 4001))
    assert response.status_code == 400
    assert "This is 4001 characters long; 4000 fit." in response.text.replace(",", "")
    assert "x" * 4001 in response.text
    # A browser counts a line break as one character, and posts two.
    assert client.post(url(checkin), typed(checkin, 3, unsaid="x\r\n" * 1999 + "xx")).status_code == 302


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "{{ 7|add:7 }} {employee}",
        "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET} \N{REGIONAL INDICATOR SYMBOL LETTER D}",
        "\N{RIGHT-TO-LEFT OVERRIDE}שלום مرحبا",
        "a\x00b",
    ],
)
def test_hostile_words_are_shown_as_they_are(cast, as_, checkin, typed, words):
    data = typed(checkin, 3, unsaid=words, act="hand_in")
    assert as_(cast.alice).post(url(checkin), data).status_code == 302
    as_(cast.bob).post(url(checkin), typed(checkin, 3, act="hand_in"))
    assert escape(words.replace("\x00", "")) in as_(cast.bob).get(url(checkin)).text


def test_the_second_window_is_shown_what_changed(cast, as_, checkin, typed):
    client = as_(cast.alice)
    client.post(url(checkin), typed(checkin, 2, unsaid="I am bored here"))
    response = client.post(url(checkin), typed(checkin, 2, unsaid="I am happy here", act="hand_in"))
    assert response.status_code == 409
    assert "You saved something else from another window" in response.text
    assert "bored" in response.text
    assert "I am happy here</textarea>" in response.text
    assert (
        services.said(checkin.sheets.get())[checkin.question_set.questions.get(key="unsaid").pk]
        == "I am bored here"
    )
    again = typed(checkin, 2, unsaid="I am happy here", basis=response.context["form"].data["basis"])
    assert client.post(url(checkin), again).status_code == 302
    assert "I am happy here" in client.get(url(checkin)).text


def test_a_double_click_on_hand_in_is_harmless(cast, as_, checkin, typed):
    client = as_(cast.alice)
    for _ in range(2):
        assert client.post(url(checkin), typed(checkin, 4, "Once", act="hand_in")).status_code == 302
    assert checkin.sheets.get().version == 1


def test_what_is_typed_after_handing_in_is_not_lost_in_silence(cast, as_, checkin, typed):
    client = as_(cast.alice)
    client.post(url(checkin), typed(checkin, 4, "Handed in", act="hand_in"))
    response = client.post(url(checkin), typed(checkin, 4, "Afterthought", basis=1))
    assert response.status_code == 409
    assert "You have handed in already" in response.text
    assert "Afterthought" in response.text


def test_what_is_typed_while_the_other_skips_is_not_lost_in_silence(cast, as_, checkin, typed):
    as_(cast.bob).post(url(checkin, "checkin_skip"), {"reason": "Away"})
    response = as_(cast.alice).post(url(checkin), typed(checkin, 4, "My long answer"))
    assert response.status_code == 409
    assert "cannot be answered now" in response.text
    assert "My long answer" in response.text


def test_nobody_answers_before_it_opens(cast, as_, today, typed):
    checkin = make_checkin(make_signed_tour(cast.alice, cast.bob), TODAY.date() + timedelta(days=8))
    page = as_(cast.alice).get(url(checkin))
    assert page.context["form"] is None
    assert "you can both answer from" in page.text
    assert as_(cast.alice).post(url(checkin), typed(checkin, 3, act="hand_in")).status_code == 409
    assert not checkin.sheets.exists()


def test_each_opens_it_on_their_own_calendar(cast, as_, today):
    checkin = make_checkin(make_signed_tour(cast.alice, cast.bob), TODAY.date() + timedelta(days=8))
    type(cast.bob).objects.filter(pk=cast.bob.pk).update(time_zone="Pacific/Kiritimati")
    today.shift(timedelta(hours=4))  # in Kiritimati it is tomorrow
    assert as_(cast.bob).get(url(checkin)).context["form"]
    assert as_(cast.alice).get(url(checkin)).context["form"] is None


def test_who_has_left_reads_and_does_not_write(cast, as_, checkin, typed):
    make_sheet(checkin, Side.EMPLOYEE, text="My draft")
    cast.alice.employments.update(left_on=TODAY.date() - timedelta(days=1), ending="resignation")
    client = as_(cast.alice)
    page = client.get(url(checkin))
    assert page.context["form"] is None
    assert "My draft" in page.text
    assert not page.context["can_skip"]
    assert client.post(url(checkin), typed(checkin, 5, act="hand_in")).status_code == 409
    client.post(url(checkin, "checkin_skip"), {"reason": "Gone"})
    checkin.refresh_from_db()
    assert checkin.skipped_at is None
    assert Sheet.objects.get().submitted_at is None


# ── The reveal ──────────────────────────────────────────────────────────────


def test_both_views_stand_side_by_side_the_widest_gap_first(cast, as_, checkin, typed):
    as_(cast.alice).post(url(checkin), typed(checkin, 3, "Alice’s words", act="hand_in", manager_keeps=2))
    response = as_(cast.bob).post(
        url(checkin), typed(checkin, 3, "Bob’s words", act="hand_in", manager_keeps=5, stretch=4), follow=True
    )
    assert "Here is how each of you sees it" in response.text
    sentences = [item.sentence for item in response.context["gaps"]]
    assert sentences[:3] == [
        "You 5, Alice Ames 2: three apart",
        "You 4, Alice Ames 3: one apart",
        "You 3, Alice Ames 3: the same",
    ]
    assert [item.gap.is_wide for item in response.context["gaps"]] == [True, *[False] * 5]
    assert response.text.count("gap-wide") == 1
    for words in ("Alice’s words", "Bob’s words"):
        assert response.text.count(words) == 2
    assert "You 2, Bob Brand 5: three apart" in as_(cast.alice).get(url(checkin)).text
    assert "Read by you and Alice Ames, and by nobody else." in response.text


def test_one_side_in_says_so_and_nothing_more(cast, as_, checkin):
    def bobs_page() -> str:
        return re.sub(r'value="\w{64}"', "", as_(cast.bob).get(url(checkin)).text)  # the form's token

    before = bobs_page()
    make_sheet(checkin, Side.EMPLOYEE, text="Bored stiff")
    assert bobs_page() == before
    Sheet.objects.update(submitted_at=TODAY - timedelta(hours=3))
    after = bobs_page()
    assert "Alice Ames has handed in" in after
    assert "Bored stiff" not in after
    assert "You have handed in. Bob Brand has not yet." in as_(cast.alice).get(url(checkin)).text


# ── Lapsed, shown, skipped ──────────────────────────────────────────────────


def test_a_lapsed_one_can_be_completed_late_and_says_so(cast, as_, checkin, typed, today):
    late(today)
    for person in (cast.alice, cast.bob):
        page = as_(person).get(url(checkin)).text
        assert "It can still be completed, and counts as late." in page
        as_(person).post(url(checkin), typed(checkin, 3, act="hand_in"))
    assert "That counts as late." in as_(cast.alice).get(url(checkin)).text


def test_answers_given_in_vain_are_shown_only_by_their_author(cast, as_, checkin, today):
    make_sheet(checkin, Side.EMPLOYEE, text="Given in vain", submitted_at=NOW)
    show = url(checkin, "checkin_show")
    assert "Show my answers" not in as_(cast.alice).get(url(checkin)).text
    as_(cast.alice).post(show)
    late(today)
    as_(cast.bob).post(show)
    assert "Given in vain" not in as_(cast.bob).get(url(checkin)).text
    assert asked_once(as_(cast.alice).get(url(checkin)).text, "Show my answers to Bob Brand")
    assert "Bob Brand can read your answers now." in as_(cast.alice).post(show, follow=True).text
    bob = as_(cast.bob).get(url(checkin))
    assert "Given in vain" in bob.text
    assert "Alice Ames has shown you these answers" in bob.text
    assert bob.context["form"]
    assert "Show my answers" not in as_(cast.alice).get(url(checkin)).text


def test_nothing_is_shown_while_the_other_has_a_day_left(cast, as_, checkin, today):
    make_sheet(checkin, Side.EMPLOYEE, text="Given in vain", submitted_at=NOW)
    type(cast.bob).objects.filter(pk=cast.bob.pk).update(time_zone="Pacific/Honolulu")
    today.shift(timedelta(days=15) - timedelta(hours=1))  # eight in the morning, of the day before for Bob
    assert "Show my answers" not in as_(cast.alice).get(url(checkin)).text
    as_(cast.alice).post(url(checkin, "checkin_show"))
    assert not services.show(CheckIn.objects.get(), actor=cast.alice, now=TODAY + timedelta(days=15))
    assert Sheet.objects.get().shown_at is None


def test_skipping_asks_once_and_tells_both_why(cast, as_, checkin):
    assert "for neither of you" in as_(cast.bob).get(url(checkin, "checkin_skip")).text
    for reason in ("", " \n", "x" * 4001, "\x00"):
        assert as_(cast.bob).post(url(checkin, "checkin_skip"), {"reason": reason}).status_code == 400
    as_(cast.bob).post(url(checkin, "checkin_skip"), {"reason": "On leave <b>until</b> July"})
    for person in (cast.alice, cast.bob):
        page = as_(person).get(url(checkin)).text
        assert "Bob Brand skipped this check-in" in page
        assert "On leave &lt;b&gt;until&lt;/b&gt; July" in page
        assert "HR sees that it was skipped, not why." in page


def test_nothing_is_skipped_once_somebody_has_handed_in(cast, as_, checkin):
    make_sheet(checkin, Side.EMPLOYEE, submitted_at=NOW)
    client = as_(cast.bob)
    assert "Skip this check-in" not in client.get(url(checkin)).text
    response = client.post(url(checkin, "checkin_skip"), {"reason": "Not now"}, follow=True)
    assert "cannot be skipped any more" in response.text
    checkin.refresh_from_db()
    assert checkin.skipped_at is None


# ── After a reorganisation ──────────────────────────────────────────────────


def test_a_new_manager_reads_none_of_the_earlier_answers(cast, as_, today):
    tour = make_signed_tour(cast.alice, cast.dan)
    past = make_revealed_checkin(tour, TODAY.date() - timedelta(days=90), employee_text="Said to Dan")
    make_amended_tour(tour, cast.bob)
    assert as_(cast.bob).get(url(past)).status_code == 404
    assert past in CheckIn.objects.visible_to(cast.bob, TODAY.date())
    assert "Said to Dan" in as_(cast.dan).get(url(past)).text


def test_after_the_reveal_the_page_says_what_comes_next(cast, as_, checkin):
    day = TODAY.date()
    revealed = make_revealed_checkin(checkin.tour, day - timedelta(days=30))
    long_ago = make_revealed_checkin(checkin.tour, day - timedelta(days=120))
    assert "Now talk about it" in as_(cast.alice).get(url(revealed)).content.decode()
    assert "Now talk about it" not in as_(cast.alice).get(url(long_ago)).content.decode()


def test_enter_in_a_field_saves_and_hands_nothing_in(cast, as_, checkin):
    page = as_(cast.alice).get(url(checkin)).content.decode()
    assert page.index('value="save"') < page.index('value="hand_in"')
