"""The shared summary: either side writes on it, nothing of either is lost, and nobody else reads it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from feedback import access
from feedback.merging import merged
from feedback.models import Answer, CheckIn, Summary
from feedback.services.summaries import Crossed, write_summary
from people.models import Access, Person
from people.services import end_employment
from tests.factories import (
    make_amended_tour,
    make_checkin,
    make_release,
    make_revealed_checkin,
    make_signed_tour,
    make_summary,
)
from tests.feedback.conftest import TODAY
from tests.hypotheses import patiently
from tests.racing import at_once, rounds
from tests.refusing import refused
from tours.models import Side

JSON = {"Accept": "application/json"}
TEXT = "We meet weekly. Bob sends the draft. Alice reads it.\nNext: the plan."
SECRET = "Zanzibar"
WRITE = "checkin_summary_write"


@pytest.fixture
def revealed(cast, today) -> CheckIn:
    return make_revealed_checkin(make_signed_tour(cast.alice, cast.bob), TODAY.date() - timedelta(days=10))


def url(checkin: CheckIn, name: str = "checkin_summary") -> str:
    return reverse(name, args=[checkin.pk])


def typed(words: str, basis: object = 0) -> dict[str, object]:
    return {"summary-words": words, "summary-basis": basis}


def changed(pieces) -> list[tuple[str, str]]:
    return [(piece.change, piece.text) for piece in pieces if piece.change != "same"]


def newest(checkin: CheckIn) -> Summary:
    return checkin.summaries.order_by("-number")[0]


# ── Putting two texts together ──────────────────────────────────────────────


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (TEXT.replace("weekly", "daily"), TEXT.replace("plan", "cost"), "We meet daily. … Next: the cost."),
        (TEXT.replace("reads", "checks"), f"First this. {TEXT}", "First this. … Alice checks it."),
        (TEXT.replace("We meet weekly. ", ""), f"{TEXT}\nThen rest.", "Bob sends … Then rest."),
        (TEXT, f"{TEXT} More.", "the plan. More."),
        ("", TEXT, ""),
    ],
)
def test_changes_in_different_sentences_go_together(one, other, both):
    for found in (merged(TEXT, one, other), merged(TEXT, other, one)):
        assert found is not None
        assert all(part in found for part in both.split(" … "))
        assert (found == "") == (both == "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (TEXT.replace("weekly", "daily"), TEXT.replace("We meet", "We do not meet")),
        (f"{TEXT} More.", f"{TEXT} Less."),
        ("", f"{TEXT} More."),
        ("你好。再见。", "再见。您好。"),
    ],
)
def test_changes_of_the_same_place_do_not(one, other):
    assert merged(TEXT, one, other) is None
    assert merged(TEXT, other, one) is None


SENTENCE = st.sampled_from(["A.", "B.", "C.", "D!", "E?"])
WORDS = st.lists(SENTENCE, max_size=7).map(" ".join)


@patiently
@given(WORDS, WORDS, WORDS)
def test_what_is_put_together_loses_nothing_that_either_said(base, one, other):
    found = merged(base, one, other)
    assert found == merged(base, other, one)
    if found is None:
        return
    had, have, first, second = (Counter(re.findall(r"\w\S", text)) for text in (base, found, one, other))
    assert have >= (first - had) | (second - had), "what somebody added"
    assert have >= had - ((had - first) + (had - second)), "what nobody took away"


def test_texts_too_long_to_be_compared_are_left_to_people():
    lines = [f"{n}\n" for n in range(1500)]
    assert merged("".join(lines), "".join(lines[1:]), "".join(lines[:-1])) is None


# ── Writing ─────────────────────────────────────────────────────────────────


def test_either_side_writes_and_the_page_says_who_was_last(cast, as_, revealed):
    as_(cast.alice).post(url(revealed, WRITE), typed("Bob sends the draft."))
    said = as_(cast.bob).post(url(revealed, WRITE), typed("Bob sends it on Friday.", 1), follow=True).text
    assert "Saved at 9:00" in said or "Saved at 09:00" in said
    assert "Bob sends it on Friday.</textarea>" in as_(cast.alice).get(url(revealed, WRITE)).text
    page = as_(cast.alice).get(revealed.get_absolute_url()).text
    assert "Bob sends it on Friday.</p>" in page
    assert f'href="{url(revealed, WRITE)}"' in page
    assert "<textarea" not in page
    assert "Last written by Bob Brand on 15 Jun 2026" in page
    assert [(row.number, row.side, row.based_on) for row in revealed.summaries.all()] == [
        (1, "employee", None),
        (2, "manager", 1),
    ]


def test_what_both_said_is_in_sight_where_it_is_written(cast, as_, revealed):
    page = as_(cast.alice).get(url(revealed, WRITE)).text
    assert page.count("<h1") == 1
    for title in ("How each of you sees it", "In your own words"):
        assert title in as_(cast.alice).get(revealed.get_absolute_url()).text
        assert title in page


def test_a_save_over_an_older_one_is_put_together_and_says_so(cast, as_, revealed):
    make_summary(revealed, TEXT)
    as_(cast.alice).post(url(revealed, WRITE), typed(TEXT.replace("weekly", "daily"), 1))
    reply = as_(cast.bob).post(url(revealed, WRITE), typed(TEXT.replace("plan", "cost"), 1), follow=True)
    assert "together with what Alice Ames changed meanwhile" in reply.text
    last = newest(revealed)
    assert last.words == TEXT.replace("weekly", "daily").replace("plan", "cost")
    assert (last.author, last.based_on, last.merges) == (cast.bob, 2, 3)
    assert revealed.summaries.get(number=3).words == TEXT.replace("plan", "cost")


def test_the_page_that_saves_by_itself_learns_what_is_its_own_and_what_is_new(cast, as_, revealed):
    make_summary(revealed, TEXT)
    first = as_(cast.alice).post(
        url(revealed, WRITE), typed(TEXT.replace("weekly", "daily"), 1), headers=JSON
    )
    assert first.json()["set"] == {"summary-basis": 2}
    mine = TEXT.replace("plan", "cost")
    told = as_(cast.bob).post(url(revealed, WRITE), typed(mine, 1), headers=JSON).json()
    both = TEXT.replace("weekly", "daily").replace("plan", "cost")
    assert told["set"] == {"summary-basis": 3}
    assert told["fresh"] == {"summary-basis": 4, "summary-words": both}
    # Who typed on meanwhile goes on from their own words, and still undoes nothing of the other's.
    more = as_(cast.bob).post(url(revealed, WRITE), typed(f"{mine}\nAnd rest.", 3), headers=JSON).json()
    assert more["fresh"]["summary-words"] == f"{both}\nAnd rest."


def test_where_both_changed_the_same_place_nothing_is_saved_and_nothing_lost(cast, as_, revealed):
    make_summary(revealed, TEXT)
    as_(cast.alice).post(url(revealed, WRITE), typed(TEXT.replace("weekly", "daily"), 1))
    mine = TEXT.replace("weekly", "monthly")
    reply = as_(cast.bob).post(url(revealed, WRITE), typed(mine, 1))
    assert reply.status_code == 409
    assert "Not saved: Alice Ames changed the same place" in reply.text
    assert changed(reply.context["pieces"]) == [("removed", "daily. "), ("added", "monthly. ")]
    assert f"{mine}</textarea>" in reply.text
    assert newest(revealed).number == 2
    basis = reply.context["form"].data["summary-basis"]
    as_(cast.bob).post(url(revealed, WRITE), typed(mine, basis))
    assert newest(revealed).words == mine
    assert "daily" in as_(cast.bob).get(reverse("checkin_summary_version", args=[revealed.pk, 2])).text


def test_ones_own_second_window_is_not_taken_for_the_other_side(cast, as_, revealed):
    make_summary(revealed, TEXT)
    for word, status in (("daily", 302), ("monthly", 409)):
        reply = as_(cast.bob).post(url(revealed, WRITE), typed(TEXT.replace("weekly", word), 1))
        assert reply.status_code == status
    assert "Not saved: you changed the same place from another window" in reply.text


def test_the_script_is_told_of_it_with_the_difference(cast, as_, revealed):
    make_summary(revealed, TEXT)
    make_summary(revealed, TEXT.replace("weekly", "daily"))
    told = as_(cast.bob).post(url(revealed, WRITE), typed(TEXT.replace("weekly", "monthly"), 1), headers=JSON)
    assert told.status_code == 409
    assert told.json()["set"] == {"summary-basis": 2}
    assert "<ins" in told.json()["html"]
    assert "monthly. " in told.json()["html"]


def test_the_same_words_again_save_nothing(cast, as_, revealed):
    for basis in (0, 0, 1):
        as_(cast.alice).post(url(revealed, WRITE), typed("Once.", basis))
    as_(cast.bob).post(url(revealed, WRITE), typed("Once.", 0))
    assert revealed.summaries.count() == 1


def test_an_old_page_sent_again_unchanged_undoes_nothing(cast, as_, revealed):
    make_summary(revealed, "Old.")
    make_summary(revealed, "New.", Side.MANAGER)
    as_(cast.alice).post(url(revealed, WRITE), typed("Old.", 1))
    assert newest(revealed).words == "New."


def test_it_can_be_emptied_and_stays_readable(cast, as_, revealed):
    make_summary(revealed, SECRET)
    as_(cast.bob).post(url(revealed, WRITE), typed("", 1))
    assert newest(revealed).words == ""
    assert SECRET in as_(cast.alice).get(reverse("checkin_summary_version", args=[revealed.pk, 1])).text


def test_what_together_would_be_too_long_is_not_cut(cast, revealed):
    base = f"{'a' * 1900}.\n{'b' * 1900}."
    make_summary(revealed, base)
    make_summary(revealed, f"{'c' * 150}.\n{base}")
    with pytest.raises(Crossed):
        write_summary(revealed, f"{base}\n{'d' * 150}.", actor=cast.bob, basis=1, now=TODAY)


@pytest.mark.parametrize("broken", ["", "-1", "x", "9" * 30, "\x00"])
def test_a_form_without_its_basis_is_refused_and_keeps_the_words(cast, as_, revealed, broken):
    reply = as_(cast.alice).post(url(revealed, WRITE), typed("My words", broken))
    assert reply.status_code == 400
    assert "My words</textarea>" in reply.text
    assert not Summary.objects.exists()


def test_a_basis_that_never_was_is_no_way_around_the_other(cast, as_, revealed):
    make_summary(revealed, "Theirs.")
    assert as_(cast.bob).post(url(revealed, WRITE), typed("Mine.", 77)).status_code == 409


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script>", "\N{RIGHT-TO-LEFT OVERRIDE}שלום مرحبا", "🧨\u0301 {{ 7 }}", "a\x00b"],
)
def test_hostile_words_are_shown_as_they_are(cast, as_, revealed, words):
    as_(cast.alice).post(url(revealed, WRITE), typed(words))
    plain = escape(words.replace("\x00", ""))
    assert plain in as_(cast.bob).get(revealed.get_absolute_url()).text
    assert plain in as_(cast.bob).get(url(revealed)).text


def test_twenty_thousand_characters_are_told_and_kept(cast, as_, revealed):
    reply = as_(cast.alice).post(url(revealed, WRITE), typed("x" * 20_000))
    assert reply.status_code == 400
    assert "This is 20000 characters long; 4000 fit." in reply.text.replace(",", "")
    assert "x" * 20_000 in reply.text
    told = as_(cast.alice).post(url(revealed, WRITE), typed("x" * 20_000), headers=JSON)
    assert (told.status_code, "4000 fit" in told.json()["said"].replace(",", "")) == (400, True)


def test_what_was_refused_is_said_where_it_is_written(cast, as_, revealed):
    reply = as_(cast.alice).post(url(revealed, WRITE), typed("x" * 20_000))
    assert "<h1>Write in the shared summary</h1>" in reply.text
    assert 'href="#id_summary-words"' in reply.text


# ── Earlier versions ────────────────────────────────────────────────────────


def test_versions_are_where_each_came_to_rest(cast, as_, revealed):
    at = [TODAY + timedelta(minutes=minutes) for minutes in (0, 1, 2, 60, 61)]
    for n, (side, moment) in enumerate(zip("eeeem", at, strict=True)):
        make_summary(revealed, f"Text {n}.", Side.EMPLOYEE if side == "e" else Side.MANAGER, at=moment)
    page = as_(cast.bob).get(url(revealed))
    assert [row.number for row in page.context["page"]] == [5, 4, 3]
    assert changed(page.context["pieces"]) == [("removed", "3."), ("added", "4.")]
    for number in (1, 2, 6):  # what Alice went on to change is hers, whoever tries the numbers
        said = as_(cast.bob).get(reverse("checkin_summary_version", args=[revealed.pk, number]))
        assert said.status_code == 404
    first = as_(cast.bob).get(reverse("checkin_summary_version", args=[revealed.pk, 3])).text
    assert "Text 2." in first
    assert "<del" not in first


def test_words_as_typed_are_not_listed_beside_what_became_of_them(cast, as_, revealed):
    make_summary(revealed, TEXT)
    make_summary(revealed, TEXT.replace("weekly", "daily"))
    write_summary(revealed, TEXT.replace("plan", "cost"), actor=cast.bob, basis=1, now=TODAY)
    assert [row.number for row in revealed.summaries.versions()] == [4, 2]


def test_before_anybody_wrote_there_is_no_such_page(cast, as_, revealed):
    assert as_(cast.alice).get(url(revealed)).status_code == 404


# ── Who may ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["carol", "dan", "heidi", "mallory"])
def test_nobody_else_reads_or_writes_it(cast, as_, revealed, name):
    make_summary(revealed, SECRET)
    client = as_(getattr(cast, name))
    version = reverse("checkin_summary_version", args=[revealed.pk, 1])
    for address in (url(revealed), url(revealed, WRITE), version):
        assert client.get(address).status_code == 404
        assert client.post(address, typed("Mine", 1)).status_code in (404, 405)
    assert SECRET not in client.get(revealed.tour.along_url).text
    assert newest(revealed).words == SECRET


def test_there_is_none_before_the_reveal(cast, as_, checkin):
    for who in (cast.alice, cast.bob):
        assert as_(who).get(url(checkin)).status_code == as_(who).get(url(checkin, WRITE)).status_code == 404
        assert as_(who).post(url(checkin, WRITE), typed("Early")).status_code == 404
        assert url(checkin, WRITE) not in as_(who).get(checkin.get_absolute_url()).text


def test_who_has_left_reads_on_and_writes_no_more(cast, as_, revealed):
    make_summary(revealed, SECRET)
    end_employment(cast.alice, last_day=TODAY.date() - timedelta(days=1), ending="resignation")
    page = as_(cast.alice).get(revealed.get_absolute_url()).text
    assert SECRET in page
    assert url(revealed, WRITE) not in page
    assert as_(cast.alice).post(url(revealed, WRITE), typed("More", 1)).status_code == 404


def test_a_new_manager_reads_it_once_the_employee_has_released_that_check_in(cast, as_, today):
    tour = make_signed_tour(cast.alice, cast.dan)
    before = make_revealed_checkin(tour, TODAY.date() - timedelta(days=90))
    make_summary(before, SECRET)
    make_amended_tour(tour, cast.bob)
    client = as_(cast.bob)
    assert client.get(before.get_absolute_url()).status_code == client.get(url(before)).status_code == 404
    make_release(before, cast.bob)
    page = client.get(before.get_absolute_url()).text
    assert SECRET in page
    assert "What they took with them" in page
    assert SECRET in client.get(url(before)).text
    assert client.post(url(before, WRITE), typed("Mine", 1)).status_code == 404
    assert Access.objects.filter(viewer=cast.bob, what=f"check-in {before.pk}").count() >= 2


def test_the_line_below_it_names_those_who_may_read_it(cast, as_, today):
    tour = make_signed_tour(cast.alice, cast.dan)
    before = make_revealed_checkin(tour, TODAY.date() - timedelta(days=90))
    summary = make_summary(before, SECRET)
    make_amended_tour(tour, cast.bob)
    make_release(before, cast.bob)
    may = {who for who in vars(cast).values() if summary in Summary.objects.visible_to(who)}
    assert may == set(access.readers(before, Side.EMPLOYEE, revealed=True))
    assert may == {who for who in vars(cast).values() if Answer.objects.visible_to(who).exists()}
    line = "Read by you, Alice Ames and Bob Brand, and by nobody else."
    page = as_(cast.dan).get(before.get_absolute_url()).text
    assert page.count(line) == len(["the answers", "the summary"])
    assert as_(cast.dan).get(url(before, WRITE)).text.count(line) == len(["the summary", "the answers"])
    assert as_(cast.dan).get(url(before, "checkin_action")).text.count(line) == len(["a new action"])


# ── The database ────────────────────────────────────────────────────────────


def test_the_database_keeps_every_row_and_knows_the_sides(cast, revealed, checkin):
    make_summary(revealed, "One.")
    row = Summary.objects.all()
    refused(lambda: row.update(words="Two."))
    refused(row.delete)
    refused(lambda: make_summary(revealed, "Two.", author=cast.mallory))
    refused(lambda: make_summary(revealed, "Two.", Side.MANAGER, author=cast.alice))
    refused(lambda: make_summary(revealed, "Two.", based_on=7))
    refused(lambda: make_summary(revealed, "x" * 4001))
    refused(lambda: make_summary(checkin, "Before the reveal."))
    assert row.get().words == "One."


# ── At once, and how many queries ───────────────────────────────────────────


def revealed_to(alice: Person, bob: Person) -> CheckIn:
    return make_revealed_checkin(make_signed_tour(alice, bob))


class TestAtOnce:
    pytestmark = pytest.mark.django_db(transaction=True)

    def write(self, checkin: CheckIn, side: Side, words: str, basis: int) -> object:
        try:
            return write_summary(checkin, words, actor=checkin.party(side), basis=basis, now=TODAY)
        except Crossed as crossed:
            return crossed

    @rounds(make=revealed_to)
    def test_both_are_kept_whoever_is_first(self, both):
        make_summary(both, TEXT)
        at_once(
            lambda: self.write(both, Side.EMPLOYEE, TEXT.replace("weekly", "daily"), 1),
            lambda: self.write(both, Side.MANAGER, TEXT.replace("plan", "cost"), 1),
        )
        assert newest(both).words == TEXT.replace("weekly", "daily").replace("plan", "cost")
        assert both.summaries.count() == 4

    @rounds(make=revealed_to)
    def test_or_exactly_one_is_told(self, both):
        results = at_once(
            lambda: self.write(both, Side.EMPLOYEE, "Mine.", 0),
            lambda: self.write(both, Side.MANAGER, "Yours.", 0),
        )
        assert sum(isinstance(result, Crossed) for result in results) == 1
        assert both.summaries.count() == 1


def test_saving_and_reading_take_eight_queries_at_most(cast, as_, revealed, statements):
    client = as_(cast.bob)

    def asked(*what, **more) -> int:
        return len(statements(client, *what, **more))

    make_checkin(revealed.tour, TODAY.date() + timedelta(days=80))
    make_summary(revealed, TEXT)
    few = asked(url(revealed), has="weekly")
    saves = [("weekly", "daily", 200), ("plan", "cost", 200), ("weekly", "monthly", 409)]
    for old, new, status in saves:
        data = typed(TEXT.replace(old, new), 1)
        assert asked(url(revealed, WRITE), data, headers=JSON, status=status) <= 8
    for n in range(30):
        make_summary(revealed, f"Text {n}.", list(Side)[n % 2])
    assert asked(revealed.get_absolute_url(), has="Text 29.") <= 8
    assert asked(url(revealed, WRITE), has="Text 29.") <= 8
    assert asked(url(revealed), has="29.") == few <= 8
