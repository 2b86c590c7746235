"""Hostile values in every form, query and header: whatever comes, an answer, and never a 500."""

from __future__ import annotations

import re
from collections import defaultdict
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Concat
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from people.models import Person
from tests import conftest
from tests.access import Page, all_pages
from tests.world import World

pytestmark = pytest.mark.usefixtures("undone")

ACCESS = all_pages()
FORMS = sorted(name for name, page in ACCESS.items() if page.post)
READ = sorted(name for name, page in ACCESS.items() if page.get)

HOSTILE = (
    "a\x00b",
    "\u200b\u202e<script>alert(1)</script>' OR 1=1; -- %s %(name)s {employee} {0}\r\nBcc: x@example.com",
    "🧨\u0301" + "x " * 10_000,
    "-1",
    "9" * 5_000,
    "0001-01-01",
    "9999-12-31",
)
#: To press the button says all, or what is posted is looked at only where something has happened before.
NO_FIELDS = {
    "absence_remove",
    "chat_end",
    "checkin_ask_anew",
    "checkin_show",
    "expectation_show_hr",
    "expectation_withdraw",
    "first_conversation_delete",
    "letters_declined",
    "my_calendar_revoke",
    "next_step_confirm",
    "password_new",
    "programme_bring_back",
    "programme_retire",
    "promise_drop_take_back",
    "release_take_back",
    "terms_sign",
}


class Fields(HTMLParser):
    """What a page's forms would send if nothing were typed: all of them, or those of one method."""

    def __init__(self, html: str, method: str = "") -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.method, self.is_meant = method, not method
        self.select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        had = dict(attrs)
        name = had.get("name") or ""
        if tag == "form":
            self.is_meant = not self.method or (had.get("method") or "get") == self.method
        elif not self.is_meant:
            return
        elif tag == "select":
            self.select = name
        elif tag == "option" and ("selected" in had or self.select not in self.values):
            self.values[self.select] = had.get("value") or ""
        elif name and tag in ("input", "textarea", "button"):
            self.values.setdefault(name, had.get("value") or "")


def signed_in(page: Page, who: str, world: World) -> Client:
    return conftest.signed_in(None if page.anonymous else world.person(who))


def attempt(client: Client, method: str, url: str, data: Any = None, **more: Any) -> str:
    """What went wrong, if anything did. Whatever the request changed is undone."""
    cache.clear()
    with transaction.atomic():
        try:
            with transaction.atomic():
                reply = getattr(client, method)(url, data, follow=True, **more)
        except Exception as error:
            return f"{method} {url} {short(data)}: {error!r:.200}"
        finally:
            transaction.set_rollback(True)
    return f"{method} {url} {short(data)}: {reply.status_code}" if reply.status_code >= 500 else ""


def tried_in(fields: list[str], at: int) -> list[str]:
    """In which fields the value of that place is tried: a third of them, and where a form has three rows and
    more of the same fields, in one row after another. So all values come in turn to every kind of field."""
    rows = defaultdict(list)
    for field in fields:
        rows[re.sub(r"\d+", "#", field)].append(field)
    found = [alike[at % len(alike)] for alike in rows.values() if len(alike) >= 3]
    return found + [field for alike in rows.values() if len(alike) < 3 for field in alike][at % 3 :: 3]


def is_html(reply: HttpResponseBase) -> bool:
    return "html" in reply.get("Content-Type", "html")


def short(data: Any) -> str:
    return str({name: value[:20] for name, value in (data or {}).items()})


@pytest.fixture
def looked_up(monkeypatch) -> set[str]:
    """The names that views look up in an address's query or among what is posted."""
    names: set[str] = set()
    for method in ("__getitem__", "__contains__", "getlist"):
        real = getattr(QueryDict, method)

        def listen(self, key, *args, real=real):
            names.add(key)
            return real(self, key, *args)

        monkeypatch.setattr(QueryDict, method, listen)
    return names


def test_each_kind_of_field_gets_as_many_values_as_a_field_of_its_own_or_all():
    rows = [f"{kind}-{row}" for row in range(9) for kind in ("text", "help")]
    tried = [(at, field) for at in range(len(HOSTILE)) for field in tried_in(["name", "day", *rows], at)]
    for kind in ("text", "help"):
        assert [at for at, field in tried if field.startswith(kind)] == [*range(len(HOSTILE))]
    for field in ("name", "day"):
        assert len([at for at, other in tried if other == field]) in (2, 3)


@pytest.mark.parametrize("name", FORMS)
def test_no_form_breaks_whatever_is_posted(name: str, world: World, looked_up: set[str]):
    """Every value in all fields at once, and a third of them in each field beside good ones, or all of them
    in each kind of field."""
    broken = []
    page, url = ACCESS[name], reverse(name, kwargs=ACCESS[name].args(world))
    client = signed_in(page, page.post.split()[0], world)
    found = client.get(url)
    if found.status_code == 200:
        fields = Fields(found.content.decode()).values
    else:  # its form is on another page
        looked_up.clear()
        attempt(client, "post", url, {"something": "else"})
        fields = dict.fromkeys(sorted(looked_up), "1")
    assert bool(fields) != (name in NO_FIELDS)
    for at, value in enumerate(HOSTILE):
        broken.append(attempt(client, "post", url, dict.fromkeys(fields, value)))
        for field in tried_in(list(fields), at):
            broken.append(attempt(client, "post", url, {**fields, field: value}))
    assert [line for line in broken if line] == []


def test_no_page_breaks_whatever_is_asked(world: World, looked_up: set[str]):
    """In each name that the page looks up by itself: what is refused in one would hide the rest."""
    broken, asked = [], {}
    for name in READ:
        page, url = ACCESS[name], reverse(name, kwargs=ACCESS[name].args(world))
        client = signed_in(page, page.get.split()[0], world)
        looked_up.clear()
        reply = client.get(url)
        filters = Fields(reply.content.decode(), "get").values if is_html(reply) else {}
        asked[name] = looked_up | set(filters)
        for query in sorted(asked[name]):
            for value in HOSTILE[::2]:
                broken.append(attempt(client, "get", url, {query: value[:3000]}))
    assert {"from", "to", "department", "service"} <= asked["retention"]
    assert {"q", "department", "page"} <= asked["people"]
    assert {"by", "sort", "table", "next"} <= set().union(*asked.values())
    assert [line for line in broken if line] == []


def test_no_name_becomes_markup(world: World):
    """Names come from files of other systems; who wrote them there is anybody's guess."""
    evil = "<b data-x='1'>%s{0}</b>"
    Person.objects.update(name=Concat(Value(evil), "pk", output_field=CharField()))
    for name in READ:
        page, url = ACCESS[name], reverse(name, kwargs=ACCESS[name].args(world))
        for who in page.get.split()[:2]:
            reply = signed_in(page, who, world).get(url)
            assert not is_html(reply) or b"<b data-x" not in reply.content, f"{url} as {who}"
