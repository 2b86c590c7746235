"""Actions: agreed in a check-in, carried over until done or dropped, and read by nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from alliance_site.dashboards.todo import todo
from feedback import access, limits
from feedback.models import Action, CheckIn
from feedback.services.actions import settle_action
from people.services import end_employment, set_manager
from tests.factories import (
    make_action,
    make_amended_tour,
    make_checkin,
    make_early_end,
    make_release,
    make_return,
    make_revealed_checkin,
    make_signed_tour,
)
from tests.feedback.conftest import TODAY
from tests.refusing import refused
from tours.models import Side

DAY = TODAY.date()
WHAT = "Send the draft to Zanzibar."


@pytest.fixture
def revealed(tour) -> CheckIn:
    return make_revealed_checkin(tour, DAY - timedelta(days=30))


@pytest.fixture
def action(revealed) -> Action:
    return make_action(revealed, what=WHAT, due_on=DAY + timedelta(days=3))


def url(row: CheckIn | Action, name: str) -> str:
    return reverse(name, args=[row.pk])


def typed(what: str = WHAT, owner: str = "manager", due_on: object = "") -> dict[str, object]:
    return {"action-what": what, "action-owner": owner, "action-due_on": due_on}


# ── Agreeing ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_either_side_writes_down_what_either_side_will_do(cast, as_, revealed, name):
    client = as_(getattr(cast, name))
    client.post(url(revealed, "checkin_action"), typed(due_on=DAY + timedelta(days=14)))
    client.post(url(revealed, "checkin_action"), typed("Read it.", "employee"))
    page = as_(cast.alice).get(revealed.get_absolute_url()).text
    assert WHAT in page
    assert "by 29 Jun 2026" in page
    assert {row.side for row in revealed.actions.all()} == {revealed.side_of(getattr(cast, name)).value}
    assert [row.action.what for row in as_(cast.bob).get(revealed.get_absolute_url()).context["actions"]] == [
        WHAT,
        "Read it.",
    ]


def test_it_is_written_on_a_page_of_its_own(cast, as_, revealed):
    page = as_(cast.alice).get(revealed.get_absolute_url()).text
    assert f'href="{url(revealed, "checkin_action")}"' in page
    assert "<textarea" not in page
    form = as_(cast.alice).get(url(revealed, "checkin_action")).text
    assert "<h1>Write down an action</h1>" in form
    assert 'name="action-what"' in form
    assert "This cannot be saved yet" not in form
    reply = as_(cast.alice).post(url(revealed, "checkin_action"), typed())
    assert reply.url == f"{revealed.get_absolute_url()}#actions"


@pytest.mark.parametrize(
    "wrong",
    [
        typed(""),
        typed(" \n"),
        typed("…"),
        typed("\x00"),
        typed("x" * 501),
        typed("x" * 20_000),
        typed(owner="hr"),
        typed(owner=""),
        typed(due_on="2026-06-14"),
        typed(due_on="0020-06-14"),
        typed(due_on="soon"),
        {},
    ],
)
def test_what_is_not_right_is_told_and_kept(cast, as_, revealed, wrong):
    reply = as_(cast.alice).post(url(revealed, "checkin_action"), wrong)
    assert reply.status_code == 400
    assert "This cannot be saved yet" in reply.text
    assert "<h1>Write down an action</h1>" in reply.text
    assert str(wrong.get("action-what", "")).replace("\x00", "") in reply.text
    assert not Action.objects.exists()


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script>", "\N{RIGHT-TO-LEFT OVERRIDE}שלום مرحبا", "🧨\u0301 a {{ 7 }}", "a\x00b"],
)
def test_hostile_words_are_shown_as_they_are(cast, as_, revealed, words):
    as_(cast.alice).post(url(revealed, "checkin_action"), typed(words))
    for page in (revealed.get_absolute_url(), revealed.tour.along_url):
        assert escape(words.replace("\x00", "")) in as_(cast.bob).get(page).text


def test_a_double_click_writes_it_down_once(cast, as_, revealed):
    for _ in range(2):
        as_(cast.alice).post(url(revealed, "checkin_action"), typed())
    assert Action.objects.count() == 1


def test_no_more_are_open_at_a_time_than_anybody_reads(cast, as_, revealed):
    for n in range(limits.MOST_OPEN_ACTIONS):
        make_action(revealed, what=f"Number {n}.")
    reply = as_(cast.alice).post(url(revealed, "checkin_action"), typed())
    assert reply.status_code == 400
    assert "20 actions are open in this tour." in reply.text
    assert WHAT in reply.text


# ── Carried over ────────────────────────────────────────────────────────────


def test_what_is_open_stands_on_each_check_in_that_follows_above_the_questions(cast, as_, tour, action):
    make_action(action.checkin, what="Done long ago.", outcome="done", settled_by="manager", settled_at=TODAY)
    following = make_checkin(tour, DAY)
    later = make_revealed_checkin(tour, DAY - timedelta(days=5))
    page = as_(cast.alice).get(following.get_absolute_url()).text
    assert page.index("Still open from before") < page.index(WHAT) < page.index("checkin-form")
    assert "Done long ago." not in page
    after = as_(cast.bob).get(later.get_absolute_url())
    assert [row.action for row in after.context["carried"]] == [action]
    assert after.context["actions"] == []


def test_none_is_carried_back_or_into_a_tour_beside_its_own(cast, as_, tour, revealed):
    before = make_revealed_checkin(tour, DAY - timedelta(days=90))
    make_action(revealed, what=WHAT)
    other = make_checkin(make_signed_tour(cast.alice, cast.bob), DAY)
    for checkin in (before, other):
        assert WHAT not in as_(cast.alice).get(checkin.get_absolute_url()).text


@pytest.fixture
def next_one(cast, tour, action) -> CheckIn:
    """Of the next tour of the same two, a week from now; the one of the action ended yesterday."""
    make_early_end(tour, DAY - timedelta(days=1))
    return make_checkin(make_signed_tour(cast.alice, cast.bob, starts_on=DAY), DAY + timedelta(days=7))


def test_what_is_open_goes_on_into_the_next_tour_of_the_same_two(cast, as_, action, next_one):
    make_action(action.checkin, what="Done long ago.", outcome="done", settled_by="manager", settled_at=TODAY)
    page = as_(cast.alice).get(next_one.get_absolute_url()).text
    assert page.index("Still open from before") < page.index(WHAT)
    assert "Tick it off" in page
    assert "Done long ago." not in page
    reply = as_(cast.bob).post(url(action, "action_done"), {"at": next_one.pk})
    assert reply.url == f"{next_one.get_absolute_url()}#actions"
    assert WHAT not in as_(cast.alice).get(next_one.get_absolute_url()).text


def test_it_is_no_promise_of_a_tour_that_it_was_not_agreed_in(cast, as_, action, next_one):
    make_action(make_revealed_checkin(next_one.tour, DAY + timedelta(days=1)), what="Of this tour.")
    carried = as_(cast.bob).get(next_one.get_absolute_url()).context["carried"]
    assert [(row.action.what, row.may_settle, row.may_promise) for row in carried] == [
        (WHAT, True, False),
        ("Of this tour.", True, True),
    ]


def test_it_does_not_go_on_with_another_manager(cast, as_, tour, action):
    make_release(action.checkin, cast.carol)
    make_early_end(tour, DAY - timedelta(days=1))
    hers = make_checkin(make_signed_tour(cast.alice, cast.carol, starts_on=DAY), DAY + timedelta(days=7))
    for reader in (cast.alice, cast.carol):
        assert WHAT not in as_(reader).get(hers.get_absolute_url()).text


def test_it_does_not_go_on_into_another_employment(cast, as_, tour, action):
    make_return(cast.alice, left_on=DAY - timedelta(days=20), hired_on=DAY - timedelta(days=10))
    make_early_end(tour, DAY - timedelta(days=20))
    anew = make_checkin(make_signed_tour(cast.alice, cast.bob, starts_on=DAY), DAY + timedelta(days=7))
    assert WHAT not in as_(cast.bob).get(anew.get_absolute_url()).text


def test_the_page_of_the_tour_has_all_that_is_open(cast, as_, tour, action):
    make_action(make_revealed_checkin(tour, DAY - timedelta(days=90)), what="Older.", due_on=DAY)
    page = as_(cast.bob).get(tour.along_url).text
    assert page.index("Older.") < page.index(WHAT)
    as_(cast.bob).post(url(action, "action_done"), {"at": "tour"})
    assert WHAT not in as_(cast.bob).get(tour.along_url).text


# ── Done, dropped, open again ───────────────────────────────────────────────


def test_either_side_ticks_it_off_and_both_see_who(cast, as_, action):
    as_(cast.alice).post(url(action, "action_done"))
    for who in (cast.alice, cast.bob):
        page = as_(who).get(action.checkin.get_absolute_url()).text
        assert "Alice Ames ticked it off on 15 Jun 2026" in page
    as_(cast.bob).post(url(action, "action_reopen"))
    action.refresh_from_db()
    assert (action.outcome, action.settled_by, action.reopened_by) == (None, None, "manager")
    assert "Bob Brand opened it again on 15 Jun 2026" in page_of(as_, cast.alice, action)


def page_of(as_, who, action: Action) -> str:
    return as_(who).get(action.checkin.get_absolute_url()).text


def test_dropping_it_takes_a_word_why(cast, as_, action):
    assert WHAT in as_(cast.bob).get(url(action, "action_drop")).text
    for why in ("", " ", "…", "x" * 4001):
        assert as_(cast.bob).post(url(action, "action_drop"), {"why": why}).status_code == 400
    as_(cast.bob).post(url(action, "action_drop"), {"why": "The customer <b>left</b>."})
    page = page_of(as_, cast.alice, action)
    assert "Bob Brand dropped it on 15 Jun 2026:" in page
    assert "The customer &lt;b&gt;left&lt;/b&gt;." in page


def test_whoever_comes_second_is_told_and_changes_nothing(cast, as_, action):
    as_(cast.alice).post(url(action, "action_done"))
    told = as_(cast.bob).post(url(action, "action_done"), follow=True).text
    assert "Somebody has settled this action in the meantime." in told
    reply = as_(cast.bob).post(url(action, "action_drop"), {"why": "My long reason"})
    assert reply.status_code == 400
    assert "My long reason" in reply.text
    action.refresh_from_db()
    assert (action.outcome, action.settled_by) == ("done", "employee")


def test_one_comes_back_to_the_page_one_clicked_on(cast, as_, tour, action):
    following = make_checkin(tour, DAY)
    next_one = make_checkin(make_signed_tour(cast.alice, cast.bob), DAY)
    elsewhere = make_checkin(make_signed_tour(cast.dan, cast.bob), DAY)
    here = f"{action.checkin.get_absolute_url()}#actions"
    ways = {
        following.pk: f"{following.get_absolute_url()}#actions",
        next_one.pk: f"{next_one.get_absolute_url()}#actions",
        "tour": f"{tour.along_url}#actions",
        "": here,
        elsewhere.pk: here,
        "https://example.com": here,
        "9" * 40: here,
        "٣": here,
    }
    for at, target in ways.items():
        assert as_(cast.alice).post(url(action, "action_reopen"), {"at": at}).url == target


# ── Who may ─────────────────────────────────────────────────────────────────

NAMES = ("action_done", "action_drop", "action_reopen", "action_promise")


@pytest.mark.parametrize("name", ["carol", "dan", "heidi", "mallory"])
def test_nobody_else_reads_adds_or_settles_one(cast, as_, tour, action, name):
    client = as_(getattr(cast, name))
    for each in NAMES:
        shown = client.get(url(action, each))  # what is only clicked leads home
        assert shown.status_code == 404 or shown.url == "/"
        assert client.post(url(action, each), {"why": "Because."}).status_code == 404
    assert client.get(url(action.checkin, "checkin_action")).status_code == 404
    assert client.post(url(action.checkin, "checkin_action"), typed()).status_code == 404
    assert WHAT not in client.get(tour.along_url).text
    assert WHAT not in client.get("/").text
    action.refresh_from_db()
    assert action.outcome is None


def test_there_is_none_before_the_reveal(cast, as_, checkin):
    assert "Write down an action" not in as_(cast.alice).get(checkin.get_absolute_url()).text
    assert as_(cast.alice).get(url(checkin, "checkin_action")).status_code == 404
    assert as_(cast.alice).post(url(checkin, "checkin_action"), typed()).status_code == 404


def test_who_has_left_reads_on_and_does_nothing_more(cast, as_, tour, action):
    end_employment(cast.bob, last_day=DAY - timedelta(days=1), ending="resignation")
    client = as_(cast.bob)
    for page in (action.checkin.get_absolute_url(), tour.along_url):
        seen = client.get(page).text
        assert WHAT in seen
        assert "Tick it off" not in seen
    for each in NAMES:
        assert client.post(url(action, each), {"why": "Because."}).status_code == 404
    assert client.get(url(action.checkin, "checkin_action")).status_code == 404
    assert client.post(url(action.checkin, "checkin_action"), typed()).status_code == 404


def test_who_came_back_does_not_take_up_what_they_left(cast, as_, tour, action, revealed):
    make_action(revealed, Side.EMPLOYEE, what="Call the vendor.", due_on=DAY)
    make_return(cast.alice, left_on=DAY - timedelta(days=20), hired_on=DAY - timedelta(days=10))
    client = as_(cast.alice)
    for page in (action.checkin.get_absolute_url(), tour.along_url):
        seen = client.get(page).text
        assert WHAT in seen
        assert "Tick it off" not in seen
    for each in NAMES:
        assert client.post(url(action, each), {"why": "Because."}).status_code == 404
    assert client.get(url(action.checkin, "checkin_action")).status_code == 404
    assert client.post(url(action.checkin, "checkin_action"), typed()).status_code == 404
    assert sentences(cast.alice) == sentences(cast.bob) == []


def test_after_a_hand_over_they_stay_with_the_two_who_agreed(cast, as_, today):
    tour = make_signed_tour(cast.alice, cast.dan)
    before = make_revealed_checkin(tour, DAY - timedelta(days=90))
    owed = {side: make_action(before, side, what=f"{WHAT} {side}") for side in Side}
    make_amended_tour(tour, cast.bob)
    following = make_checkin(tour, DAY)
    pages = (following.get_absolute_url(), tour.along_url)
    assert all(WHAT in as_(cast.alice).get(page).text for page in pages)
    assert not any(WHAT in as_(cast.bob).get(page).text for page in pages)
    assert "Tick it off" in as_(cast.dan).get(before.get_absolute_url()).text
    make_release(before, cast.bob)
    for page in (*pages, before.get_absolute_url()):
        seen = as_(cast.bob).get(page).text
        assert WHAT in seen
        assert "Tick it off" not in seen
    assert as_(cast.bob).post(url(owed[Side.MANAGER], "action_done")).status_code == 404
    as_(cast.dan).post(url(owed[Side.MANAGER], "action_done"))
    as_(cast.alice).post(url(owed[Side.EMPLOYEE], "action_done"))
    assert not Action.objects.open().exists()


def test_the_words_that_name_the_readers_follow_the_rule(cast, today):
    tour = make_signed_tour(cast.alice, cast.dan)
    before = make_revealed_checkin(tour, DAY - timedelta(days=90))
    action = make_action(before)
    make_amended_tour(tour, cast.bob)
    for released in (False, True):
        if released:
            make_release(before, cast.bob)
        may = {who for who in vars(cast).values() if action in Action.objects.visible_to(who)}
        assert may == set(access.readers(before, Side.EMPLOYEE, revealed=True))
        assert (cast.bob in may) == released
        settle = {who for who in vars(cast).values() if access.can_settle(who, action)}
        assert settle == set(Action.objects.none()) | {cast.alice, cast.dan}


# ── What needs me today ─────────────────────────────────────────────────────


def sentences(person) -> list[str]:
    return [item.sentence for item in todo(person, DAY) if "agreed on" in item.sentence]


@pytest.mark.parametrize(("days", "told"), [(8, False), (7, True), (-100, True)])
def test_mine_is_on_the_front_page_from_a_week_before_its_day(cast, revealed, days, told):
    make_action(revealed, Side.MANAGER, what=WHAT, due_on=DAY + timedelta(days=days))
    expected = [f"Do what you agreed on with Alice Ames: {WHAT}"] if told else []
    assert sentences(cast.bob) == expected
    assert sentences(cast.alice) == []


def test_whose_and_what_stand_apart_where_one_reads_from_the_right(cast, revealed):
    make_action(revealed, Side.MANAGER, what=WHAT, due_on=DAY)
    with override("ar"):
        told = [item.sentence for item in todo(cast.bob, DAY)]
    assert any(f"\u2068Alice Ames\u2069: \u2068{WHAT}\u2069" in sentence for sentence in told)


@pytest.mark.parametrize(("days", "told"), [(29, False), (30, True), (300, True)])
def test_what_has_no_day_is_there_from_a_month_after_it_was_agreed(cast, revealed, days, told):
    make_action(revealed, Side.MANAGER, what=WHAT, at=TODAY - timedelta(days=days))
    assert sentences(cast.bob) == ([f"Do what you agreed on with Alice Ames: {WHAT}"] if told else [])
    assert sentences(cast.alice) == sentences(cast.carol) == []


def test_it_leads_to_the_check_in_and_goes_once_it_is_settled(cast, action):
    (item,) = (item for item in todo(cast.bob, DAY) if "agreed on" in item.sentence)
    assert (item.url, item.when, item.overdue) == (
        action.checkin.get_absolute_url(),
        action.due_on,
        False,
    )
    settle_action(action, actor=cast.alice, now=TODAY)
    assert sentences(cast.bob) == []


def test_a_long_one_is_cut_and_the_old_manager_keeps_their_own(cast, revealed):
    make_action(revealed, what="x" * 300, due_on=DAY)
    set_manager(cast.alice, cast.carol, since=DAY)
    assert sentences(cast.bob) == [f"Do what you agreed on with Alice Ames: {'x' * 80}…"]
    assert sentences(cast.carol) == []


def test_nobody_is_reminded_of_what_they_owe_to_somebody_who_has_left(cast, action):
    end_employment(cast.alice, last_day=DAY - timedelta(days=1), ending="resignation")
    assert sentences(cast.bob) == []


# ── The database ────────────────────────────────────────────────────────────


def test_the_database_knows_the_sides_and_keeps_what_was_agreed(cast, action, checkin):
    row = Action.objects.filter(pk=action.pk)
    for change in ({"what": "Less."}, {"owner": "employee"}, {"due_on": None}, {"author": cast.bob}):
        refused(lambda change=change: row.update(**change))
    refused(row.delete)
    refused(lambda: make_action(action.checkin, author=cast.mallory))
    refused(lambda: make_action(action.checkin, side=Side.MANAGER, author=cast.alice))
    refused(lambda: make_action(action.checkin, what=" \n"))
    refused(lambda: make_action(action.checkin, "hr"))
    refused(lambda: make_action(checkin))
    refused(lambda: row.update(outcome="done"))
    refused(lambda: row.update(outcome="dropped", settled_by="manager", settled_at=TODAY))
    refused(lambda: row.update(outcome="done", settled_by="hr", settled_at=TODAY))
    refused(lambda: row.update(outcome="done", settled_by="manager", settled_at=TODAY, why="So."))
    row.update(outcome="done", settled_by="manager", settled_at=TODAY)
