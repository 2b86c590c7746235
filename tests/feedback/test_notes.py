"""Private notes: their author's alone, and for everybody else they do not exist."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.html import escape

from feedback.access.notes import can_note, who_sees_note
from feedback.models import CheckIn, Note
from feedback.services import notes as services
from feedback.services.notes import Overtaken
from people.services import end_employment, set_manager
from tests.factories import (
    make_amended_tour,
    make_checkin,
    make_note,
    make_proposed_tour,
    make_release,
    make_revealed_checkin,
    make_signed_tour,
    make_tour,
)
from tests.feedback.conftest import TODAY
from tests.racing import at_once, rounds
from tours.models import Tour

DAY = TODAY.date()
JSON = {"Accept": "application/json"}
WORDS = "An offer from Platypus Ltd."


def url(about: Tour | CheckIn | Note, name: str = "") -> str:
    names = {Tour: "tour_note", CheckIn: "checkin_note", Note: "note"}
    return reverse(name or names[type(about)], args=[about.pk])


def typed(words: str, basis: object = "") -> dict[str, object]:
    return {"note-words": words, "note-basis": basis}


# ── Writing ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_each_side_keeps_its_own_on_the_page_of_a_check_in_and_of_a_tour(cast, as_, checkin, name):
    client = as_(getattr(cast, name))
    for about in (checkin, checkin.tour):
        assert "Write a private note" in client.get(about.get_absolute_url()).text
        client.post(url(about), typed(f"{WORDS} {url(about)}"))
        page = client.get(url(about)).text
        assert f"{WORDS} {url(about)}</textarea>" in page
        assert escape(who_sees_note()) in page
        page = client.get(about.get_absolute_url()).text
        assert f'<a href="{url(about)}">My private note</a>' in page
        assert "saved on 15 Jun 2026" in page
        assert WORDS not in page
    assert set(Note.objects.values_list("author", flat=True)) == {getattr(cast, name).pk}


@pytest.mark.parametrize("state", ["planned", "open", "revealed", "skipped"])
def test_in_every_state_of_a_check_in(cast, as_, tour, state):
    days = {"planned": 60, "open": 1}.get(state, -30)
    make = make_revealed_checkin if state == "revealed" else make_checkin
    checkin = make(tour, DAY + timedelta(days=days))
    if state == "skipped":
        CheckIn.objects.filter(pk=checkin.pk).update(
            skipped_at=TODAY, skipped_by="manager", skipped_reason="Away."
        )
    as_(cast.alice).post(url(checkin), typed(WORDS))
    assert "My private note" in as_(cast.alice).get(checkin.get_absolute_url()).text
    assert "My private note" not in as_(cast.bob).get(checkin.get_absolute_url()).text
    assert WORDS in as_(cast.alice).get(url(checkin)).text
    assert WORDS not in as_(cast.bob).get(url(checkin)).text


def test_the_page_saves_by_itself_as_one_types(cast, as_, checkin):
    client = as_(cast.alice)
    first = client.post(url(checkin), typed("Half"), headers=JSON).json()
    assert first["said"].startswith("Saved at")
    second = client.post(url(checkin), typed("Half a", first["set"]["note-basis"]), headers=JSON).json()
    assert second["set"] == {"note-basis": str(Note.objects.get().state)}
    stale = client.post(url(checkin), typed("Other", first["set"]["note-basis"]), headers=JSON)
    assert stale.status_code == 409
    assert "another window" in stale.json()["html"]
    assert Note.objects.get().words == "Half a"
    again = client.post(url(checkin), typed("Other", stale.json()["set"]["note-basis"]), headers=JSON)
    assert again.status_code == 200
    assert Note.objects.get().words == "Other"


def test_a_second_window_is_shown_what_changed_and_keeps_what_was_typed(cast, as_, tour):
    client = as_(cast.alice)
    client.post(url(tour), typed("I am bored here"))
    reply = client.post(url(tour), typed("I am happy here"))
    assert reply.status_code == 409
    assert "You saved something else from another window" in reply.text
    assert "I am happy here</textarea>" in reply.text
    assert "bored" in reply.text
    client.post(url(tour), typed("I am happy here", reply.context["form"].data["note-basis"]))
    assert Note.objects.get().words == "I am happy here"


def test_a_double_click_is_harmless(cast, as_, tour):
    for _ in range(2):
        assert as_(cast.alice).post(url(tour), typed(WORDS)).status_code == 302
    assert Note.objects.count() == 1


def test_emptied_it_is_gone_and_so_it_is_when_deleted(cast, as_, tour, checkin):
    client = as_(cast.alice)
    note = make_note(cast.alice, tour, WORDS)
    assert "Nothing is kept here." in client.post(url(tour), typed("", note.state), follow=True).text
    note = make_note(cast.alice, checkin, WORDS)
    assert "Delete it" in client.get(url(note)).text
    assert "Deleted. It is nowhere any more." in client.post(url(note, "note_delete"), follow=True).text
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', ["%Platypus%"])
            assert cursor.fetchone() == (0,), table
    assert client.get(url(note)).status_code == client.post(url(note, "note_delete")).status_code == 404


def test_what_was_deleted_elsewhere_does_not_come_back_by_itself(cast, as_, tour):
    note = make_note(cast.alice, tour, WORDS)
    services.delete_note(note)
    reply = as_(cast.alice).post(url(tour), typed("Typed on", note.state))
    assert reply.status_code == 409
    assert "Typed on</textarea>" in reply.text
    assert not Note.objects.exists()
    assert as_(cast.alice).post(url(tour), typed("Typed on")).status_code == 302


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script>", "\N{RIGHT-TO-LEFT OVERRIDE}שלום مرحبا", "🧨\u0301 {{ 7 }}", "a\x00b"],
)
def test_hostile_words_are_shown_as_they_are(cast, as_, tour, words):
    as_(cast.alice).post(url(tour), typed(words))
    for page in (url(tour), reverse("notes"), url(Note.objects.get())):
        assert escape(words.replace("\x00", "")) in as_(cast.alice).get(page).text


@pytest.mark.parametrize("wrong", [typed("x" * 20_000), typed(WORDS, "x"), {}, {"note-basis": ""}])
def test_what_is_not_right_is_told_and_kept(cast, as_, tour, wrong):
    make_note(cast.alice, tour, "As it was.")
    reply = as_(cast.alice).post(url(tour), wrong)
    assert reply.status_code == 400
    assert str(wrong.get("note-words", "")) in reply.text
    assert as_(cast.alice).post(url(tour), wrong, headers=JSON).status_code == 400
    assert Note.objects.get().words == "As it was."


# ── All of one's own, and searching them ────────────────────────────────────


def found(client, term: str, **more) -> list[str]:
    return [
        note.words for note, *_rest in client.post(reverse("notes"), {"q": term, **more}).context["found"]
    ]


def test_the_newest_stands_first_and_each_leads_to_what_it_is_about(cast, as_, checkin):
    old = make_note(cast.alice, checkin.tour, "Older.", saved_at=TODAY - timedelta(days=9))
    new = make_note(cast.alice, checkin, "Newer.", saved_at=TODAY)
    page = as_(cast.alice).get(reverse("notes"))
    assert [note for note, *_rest in page.context["found"]] == [new, old]
    assert "Check-in with Bob Brand, 15 Jun 2026" in page.text
    assert "The tour of Alice Ames with Bob Brand" in page.text
    for address in (url(new), url(old), checkin.get_absolute_url(), checkin.tour.get_absolute_url()):
        assert f'href="{address}"' in page.text


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("I feel underchallenged.", "CHALL"),
        ("Die Übergabe läuft schief.", "übergab"),
        ("Взять паузу", "ПАУЗ"),
        ("أريد أن أتعلم", "تعلم"),
        ("我想换一个项目。", "项目"),
        ("cafe\u0301 with Bob", "CAFÉ"),
        ("100 % sure_thing", "% sure_"),
        ("a\\b", "\\"),
    ],
)
def test_parts_of_words_are_found_in_any_language(cast, as_, tour, checkin, words, term):
    make_note(cast.alice, tour, words)
    make_note(cast.alice, checkin, "Something else.")
    assert found(as_(cast.alice), term) == [words]
    assert found(as_(cast.alice), "%") in ([], ["100 % sure_thing"])


def test_a_long_one_shows_the_place_that_was_found(cast, as_, tour):
    make_note(cast.alice, tour, "word " * 300 + "needle " + "word " * 300)
    page = as_(cast.alice).post(reverse("notes"), {"q": "needle"}).text
    assert "needle word" in page
    assert page.count("word ") < 100


def test_what_is_looked_for_stands_in_no_address_and_no_log(cast, as_, tour, caplog):
    caplog.set_level("DEBUG")
    make_note(cast.alice, tour, WORDS)
    page = as_(cast.alice).get(reverse("notes")).text
    assert '<form method="post" action="/notes/"' in page
    reply = as_(cast.alice).post(reverse("notes"), {"q": "latypu"})
    assert WORDS in reply.text
    assert found(as_(cast.alice), "nowhere") == []
    assert "None of your notes says that." in as_(cast.alice).post(reverse("notes"), {"q": "nowhere"}).text
    said = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert not any("latypu" in line or "nowhere" in line for line in said)


@pytest.mark.parametrize("term", ["", " ", "\x00", "x" * 201, "\N{RIGHT-TO-LEFT OVERRIDE}"])
def test_odd_searches_get_an_answer(cast, as_, tour, term):
    make_note(cast.alice, tour, WORDS)
    assert as_(cast.alice).post(reverse("notes"), {"q": term}).status_code in (200, 400)


def test_a_search_goes_on_from_page_to_page(cast, as_, tour):
    for n in range(25):
        make_note(cast.alice, make_checkin(tour, DAY + timedelta(days=n)), f"Note {n:02}.")
    client = as_(cast.alice)
    assert len(client.get(reverse("notes")).context["found"]) == 20
    assert len(client.get(reverse("notes") + "?page=2").context["found"]) == 5
    assert len(found(client, "note")) == 20
    assert len(found(client, "note", page=2)) == 5


# ── Who may ─────────────────────────────────────────────────────────────────


def test_only_who_takes_part_or_reads_it_keeps_notes_about_it(cast, as_, today):
    tour = make_signed_tour(cast.alice, cast.dan)
    before = make_revealed_checkin(tour, DAY - timedelta(days=90))
    make_amended_tour(tour, cast.bob)
    on_tour, on_checkin = {cast.alice, cast.bob, cast.dan}, {cast.alice, cast.dan}
    for about, may in ((tour, on_tour), (before, on_checkin)):
        for who in vars(cast).values():
            status = as_(who).post(url(about), typed(WORDS)).status_code
            assert (status == 302) == (who in may), f"{who} about {about}"
            shown = as_(who).get(about.get_absolute_url()).text
            assert (url(about) in shown) == (who in may)
    assert set(Note.objects.filter(of_tour=True).values_list("author", flat=True)) == {
        who.pk for who in on_tour
    }


def test_the_door_and_the_line_say_the_same(cast, tour, checkin):
    note = make_note(cast.alice, checkin)
    readers = {who for who in vars(cast).values() if note in Note.objects.of(who)}
    assert readers == {cast.alice}
    assert who_sees_note().startswith("Read by you alone")
    row = Tour.objects.with_versions().with_standing(DAY).get(pk=tour.pk)
    assert {who for who in vars(cast).values() if can_note(who, row, DAY)} == {cast.alice, cast.bob}


def test_of_a_draft_nobody_else_knows_nobody_else_keeps_notes(cast, as_, today):
    draft, proposed = make_tour(cast.alice, cast.bob), make_proposed_tour(cast.alice, cast.bob)
    assert as_(cast.alice).post(url(draft), typed(WORDS)).status_code == 404
    assert as_(cast.bob).post(url(draft), typed(WORDS)).status_code == 302
    assert as_(cast.alice).post(url(proposed), typed(WORDS)).status_code == 302


def test_whom_a_check_in_is_released_to_keeps_a_note_that_outlives_the_release(cast, as_, today):
    tour = make_signed_tour(cast.alice, cast.dan)
    before = make_revealed_checkin(tour, DAY - timedelta(days=90))
    make_amended_tour(tour, cast.bob)
    release = make_release(before, cast.bob)
    as_(cast.bob).post(url(before), typed(WORDS))
    assert url(before) in as_(cast.bob).get(before.get_absolute_url()).text
    assert WORDS in as_(cast.bob).get(url(before)).text
    as_(cast.alice).post(reverse("release_take_back", args=[release.pk]))
    page = as_(cast.bob).get(reverse("notes")).text
    assert WORDS in page
    assert before.get_absolute_url() not in page
    note = Note.objects.get()
    assert as_(cast.bob).post(url(note), typed("Shorter.", note.state)).status_code == 302
    assert as_(cast.bob).post(url(before), typed(WORDS)).status_code == 404


def test_of_what_a_new_manager_has_by_now_the_old_ones_note_tells_neither_who_nor_when(cast, as_, tour):
    planned = make_checkin(tour, DAY + timedelta(days=40))
    note = make_note(cast.bob, planned, WORDS)
    # As planning hands it over, and as the two then move it.
    CheckIn.objects.update(manager=cast.carol, due_on=DAY + timedelta(days=44))
    for address in (reverse("notes"), url(note)):
        page = as_(cast.bob).get(address).text
        assert "Check-in with Alice Ames" in page
        assert "Carol Cole" not in page
        assert "Jul 2026" not in page


def test_who_has_left_reads_searches_and_deletes_their_own(cast, as_, tour):
    note = make_note(cast.alice, tour, WORDS)
    end_employment(cast.alice, last_day=DAY - timedelta(days=1), ending="resignation")
    client = as_(cast.alice)
    assert found(client, "platypus") == [WORDS]
    assert WORDS in client.get(url(note)).text
    assert url(tour) not in client.get(tour.get_absolute_url()).text
    assert client.post(url(tour), typed("More.")).status_code == 404
    client.post(url(note, "note_delete"))
    assert not Note.objects.exists()


def test_nobody_inherits_them(cast, as_, tour):
    note = make_note(cast.bob, tour, WORDS)
    set_manager(cast.alice, cast.carol, since=DAY)
    end_employment(cast.bob, last_day=DAY, ending="resignation")
    for page in (tour.get_absolute_url(), url(tour), reverse("notes")):
        assert WORDS not in as_(cast.carol).get(page).text
    assert as_(cast.carol).get(url(note)).status_code == 404


def test_a_check_in_that_planning_removes_leaves_the_note_to_its_author(cast, as_, tour):
    checkin = make_checkin(tour, DAY + timedelta(days=60))
    note = make_note(cast.alice, checkin, WORDS)
    make_note(cast.alice, tour, "Of the tour.")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM feedback_checkin WHERE id = %s", [checkin.pk])
    page = as_(cast.alice).get(reverse("notes")).text
    assert WORDS in page
    assert "Of the tour." in page
    assert WORDS in as_(cast.alice).get(url(note)).text
    assert WORDS not in as_(cast.alice).get(url(tour)).text


# ── At once, and how many queries ───────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
@rounds()
def test_of_two_windows_at_once_one_is_told(alice, bob):
    tour = make_signed_tour(alice, bob)

    def write(words: str) -> object:
        try:
            return services.write_note(alice, tour, words, basis=None, now=TODAY)
        except Overtaken as overtaken:
            return overtaken

    results = at_once(lambda: write("One."), lambda: write("Two."))
    assert sum(isinstance(result, Overtaken) for result in results) == 1
    assert tour.notes.count() == 1


def test_pages_and_saves_take_as_few_queries_with_many_as_with_few(cast, as_, tour, statements):
    client = as_(cast.alice)

    def asked(*what, **more) -> int:
        return len(statements(client, *what, **more))

    def pages() -> list[int]:
        search = {"q": "note"}
        return [asked(reverse("notes"), data, status=200, has="Note.") for data in (None, search)]

    checkin = make_checkin(tour, DAY)
    make_note(cast.alice, checkin, "Note.")
    few = pages()
    for n in range(1, 12):
        make_note(cast.alice, make_checkin(tour, DAY + timedelta(days=n)), "Note.")
    assert pages() == few
    assert max(few) <= 6
    note = Note.objects.get(checkin=checkin)
    assert asked(url(note), has="Note.") <= 8
    assert asked(url(note), typed("More.", note.state)) <= 8
    note.refresh_from_db()
    saved = {"headers": JSON, "status": 200}
    assert asked(url(checkin), typed("Still more.", note.state), **saved) <= 8
    assert asked(url(tour), typed("Of the tour."), **saved) <= 8
