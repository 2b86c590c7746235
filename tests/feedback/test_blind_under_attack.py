"""Rule 4 under attack: whatever one side has said, everything the others can get is the same to the last
byte, and took the same statements.

Every page and export that has to do with check-ins, but what is due to others (see `told_by_letters`), the
answers to whatever can be posted, right and wrong, the letters that are due, and the lines in the log: once
with nothing said and once with a draft; and once with little handed in and once with much.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import unified_diff
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import occasions
from alliance_site.outbox.planning import plan_occasion
from feedback.models import Answer, CheckIn, Question, Sheet
from feedback.models.answers import Outlook
from people.models import Person
from tests.access import Page, all_pages
from tests.conftest import Cast
from tests.factories import (
    make_checkin,
    make_question,
    make_question_set,
    make_revealed_checkin,
    make_sheet,
    make_signed_tour,
)
from tests.feedback.conftest import TODAY
from tests.feedback.looking import undone
from tests.seen.pages import addresses
from tours.models import Promise, Side

SECRET = "Zanzibar"
#: Where a check-in, or anything that is counted of it, could show: in these rooms on every page.
ROOMS = ("feedback", "dashboards", "outbox")
PAGES = {"tours", "tour", "tour_along", "tour_history", "story", "terms_version", "access_log"}
OK, NOT_FOUND = 200, 404
READERS = ("bob", "heidi", "carol")
#: What differs from one reply to the next by chance.
CHANCE = re.compile(
    r'name="csrfmiddlewaretoken" value="\w+"|DTSTAMP:\w+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
)


@dataclass
class Got:
    """What came of whatever was asked, by whom and how, and how many statements each took."""

    replies: dict[tuple[str, str], object] = field(default_factory=dict)
    statements: dict[tuple[str, str], int] = field(default_factory=dict)

    @contextmanager
    def counted(self, who: str, what: str) -> Iterator[None]:
        with CaptureQueriesContext(connection) as queries:
            yield
        self.statements[who, what] = len(queries)


def say(checkin: CheckIn, how: str) -> None:
    """Alice's answers: none, some that are still being written, or what she has handed in."""
    if how == "nothing":
        return
    much = how in ("a draft", "much")
    words: dict[str, Any] = {"scale": 5 if much else 1, "text": SECRET * 200 if much else "No."}
    sheet = make_sheet(checkin, Side.EMPLOYEE, choice="go" if much else "stay", **words)
    review = checkin.question_set.questions.get(key="owed")
    for promise in Promise.objects.filter(terms__tour=checkin.tour, owed_by=Side.MANAGER)[: 1 + much]:
        outlook = Outlook.NOT_KEPT if much else Outlook.ON_TRACK
        Answer.objects.create(sheet=sheet, question=review, promise=promise, choice=outlook)
    if how in ("little", "much"):
        Sheet.objects.filter(pk=sheet.pk).update(submitted_at=TODAY)


def posts(checkin: CheckIn, typed: Callable[..., dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What Bob can send about it, right and wrong."""
    page = checkin.get_absolute_url()
    yield page, typed(checkin, 3, "Mine.")
    yield page, typed(checkin, 3, "Mine.", basis=7)
    yield page, typed(checkin, 9, "Mine.", act="hand_in")
    yield page, typed(checkin, "", "", act="hand_in")
    yield page, {}
    for name, data in (
        ("checkin_summary_write", {"summary-words": "We agreed.", "summary-basis": "3"}),
        ("checkin_action", {"action-what": "This.", "action-owner": "manager"}),
        ("checkin_show", {}),
        ("checkin_note", {"note-words": "For myself.", "note-basis": ""}),
        ("checkin_move", {"day": "1999-01-01"}),
        ("checkin_skip", {"reason": ""}),
    ):
        yield reverse(name, args=[checkin.pk]), data
    yield reverse("checkin_ask"), {"in_tour": str(checkin.tour_id), "kind": checkin.kind}


def everything(checkin: CheckIn, cast: Cast, typed: Callable[..., dict[str, Any]], how: str) -> Got:
    got = Got()
    clients = {who: Client() for who in READERS}
    with undone():
        say(checkin, how)
        for who, client in clients.items():
            client.force_login(getattr(cast, who))
            read_pages(got, who, client)
        for number, (url, data) in enumerate(posts(checkin, typed)):
            for asks in ({}, {"accept": "application/json"}):
                with undone(), got.counted("bob", f"post {number} {url} {asks}"):
                    reply = clients["bob"].post(url, data, headers=asks, follow=True)
                got.replies["bob", f"post {number} {url} {asks}"] = seen_of(reply)
        got.replies["all", "letters"] = letters(cast)
    return got


def read_pages(got: Got, who: str, client: Client) -> None:
    """Of what shuts its own page to that reader no other page is asked for: see `tests/test_access.py`."""
    shut: set[str] = set()
    for door, url in pages():
        if door in shut:
            continue
        with got.counted(who, url):
            reply = client.get(url)
        got.replies[who, url] = seen_of(reply)
        assert "no-store" in reply.headers["Cache-Control"], f"{url} is kept behind the back button"
        if url == door and reply.status_code == NOT_FOUND:
            shut.add(door)


def pages() -> list[tuple[str, str]]:
    """With the own page of what each is about, if it has one, and these first."""
    tables = {name: page for room in ROOMS for name, page in table_of(room).items()}
    tables |= {name: page for name, page in all_pages().items() if name in PAGES}
    found = [about for name, page in tables.items() if page.get for about in addresses(name, page)]
    told, sides = told_by_letters()
    assert sides <= {url for _row, url in found}
    with_doors = [(getattr(row, "get_absolute_url", str)(), url) for row, url in found if url not in told]
    return sorted(with_doors, key=lambda page: (page[0] != page[1], page))


def told_by_letters() -> tuple[set[str], set[str]]:
    """HR's pages of what is due to somebody ask what planning asks, and that takes long: of those whom the
    check-in is not between, `letters` has the same. Those, and the two that are read."""
    sides = Person.objects.filter(name__in=["Alice Ames", "Bob Brand"])
    others = Person.objects.exclude(pk__in=sides)
    left_out, read = ({reverse("occasions_for", args=[who.pk]) for who in each} for each in (others, sides))
    assert len(read) == 2
    return left_out, read


def table_of(room: str) -> dict[str, Page]:
    table: dict[str, Page] = import_module(f"tests.{room}.access_table").ACCESS
    return table


def seen_of(reply: Any) -> tuple[int, dict[str, str], str]:
    headers = {name: value for name, value in reply.headers.items() if name != "Set-Cookie"}
    return reply.status_code, headers, CHANCE.sub("", reply.text)


def letters(cast: Cast) -> list[tuple[Any, ...]]:
    """To anybody but Alice, who alone may be told how far she is."""
    for occasion in occasions().values():
        plan_occasion(occasion, TODAY)
    others = Message.objects.exclude(recipient=cast.alice)
    return sorted(others.values_list("recipient__email", "subject", "text"))


@pytest.fixture
def attacked(cast: Cast, today: object) -> CheckIn:
    """With a question of each kind, and a check-in before it that both have read, so that there is something
    to compare with."""
    figures = Question.Visibility.FIGURES
    make_question_set(
        cast.heidi,
        make_question("mark", "scale", visibility=figures),
        make_question("words"),
        make_question("own", visibility=Question.Visibility.AUTHOR),
        make_question("pick", "choice", choices=[["stay", "Stay"], ["go", "Go"]]),
        make_question("owed", "promises"),
    )
    due = [{"due_on": TODAY.date() + timedelta(days=days)} for days in (10, 20)]
    tour = make_signed_tour(cast.alice, cast.bob, promises=due)
    make_revealed_checkin(tour, TODAY.date() - timedelta(days=60), employee=4, manager=2)
    return make_checkin(tour, TODAY.date())


def test_whatever_was_said_the_others_get_the_same(cast, attacked, typed, caplog):
    """Nothing may tell whether one has begun; that one has handed in may be known, and not what."""
    caplog.set_level(logging.INFO)
    logged = {}
    got = {}
    for how in ("nothing", "a draft", "little", "much"):
        caplog.clear()
        got[how] = everything(attacked, cast, typed, how)
        logged[how] = [record.getMessage() for record in caplog.records]
    for one, other in (("nothing", "a draft"), ("little", "much")):
        assert different(got[one].replies, got[other].replies) == []
        assert different(got[one].statements, got[other].statements) == []
        assert logged[one] == logged[other]
    pages = {
        how: {at: number for at, number in got[how].statements.items() if "post" not in at[1]}
        for how in ("nothing", "little")
    }
    assert different(pages["nothing"], pages["little"]) == []
    assert different(got["nothing"].replies, got["little"].replies), "nothing would be told of anything"
    for reads in got.values():
        assert reads.replies["bob", attacked.get_absolute_url()][0] == OK
    assert SECRET not in caplog.text


def different(one: dict[Any, Any], other: dict[Any, Any]) -> list[tuple[Any, list[str]]]:
    """Where the two are not the same, and in which lines."""
    assert set(one) == set(other)
    unlike = [at for at in one if one[at] != other[at]]
    return [(at, list(unified_diff(lines(one[at]), lines(other[at]), n=0))) for at in unlike]


def lines(reply: object) -> list[str]:
    return str(reply).replace("\\n", "\n").splitlines()


def test_there_is_no_other_way_to_the_answers_than_these_pages():
    """An admin's pages or a programming interface would have to be attacked like them."""
    assert not {"django.contrib.admin", "rest_framework"} & set(settings.INSTALLED_APPS)
