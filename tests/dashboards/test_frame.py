"""What stands around every page: put together once for a process, never one reader's on another's page."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.urls import reverse
from django.utils import translation

from people.models import Person


def links(client, name: str) -> list[tuple[str, str]]:
    """Of the menu: where to, and what it says of itself."""
    page = client.get(reverse(name)).text
    nav = page[page.index('<nav class="site-nav site-nav-wide"') :].split("</nav>")[0]
    return [(to, told.strip()) for to, told in re.findall(r'<a href="([^"]*)"([^>]*)>', nav)]


def test_each_finds_their_own_menu_whoever_asked_before(cast, as_):
    hr = {reverse(name) for name in ("retention", "messages", "policy")}
    heidi, bob = as_(cast.heidi), as_(cast.bob)
    for client, sees in ((heidi, hr), (bob, set()), (heidi, hr)):
        for name in ("tours", "people", "notices", "access_log"):
            found = links(client, name)
            assert {to for to, _told in found} & hr == sees
            here = [to for to, told in found if told == 'aria-current="page"']
            assert here == [reverse(name)] * (name != "access_log")


def test_below_a_room_the_menu_says_in_which_one_is(cast, as_):
    """On its own page it is the page itself, on one below it what leads there."""
    for name, room in (
        ("retention_departments", "retention"),
        ("opinions", "retention"),
        ("signals", "tours"),
        ("sending", "messages"),
        ("import_people", "people"),
        ("questions", "policy"),
        ("access_log", "my_settings"),
        ("alignment", "ahead"),
        ("notes", "checkins"),
    ):
        marked = [(to, told) for to, told in links(as_(cast.heidi), name) if told]
        assert marked == [(reverse(room), 'aria-current="true"')], name


def test_where_there_is_no_page_the_menu_says_nothing(cast, as_):
    page = as_(cast.heidi).get("/nowhere/").text
    nav = page[page.index('<nav class="site-nav site-nav-wide"') :].split("</nav>")[0]
    assert "aria-current" not in nav


def test_each_reads_it_in_their_own_language(cast, as_):
    Person.objects.filter(pk=cast.alice.pk).update(language="ar")
    Person.objects.filter(pk=cast.bob.pk).update(language="de")
    for person, word, sheet in (
        (cast.alice, "الأشخاص", "bootstrap.rtl.min"),
        (cast.bob, "Personen", "bootstrap.min"),
        (cast.carol, "People", "bootstrap.min"),
        (cast.alice, "الأشخاص", "bootstrap.rtl.min"),
    ):
        page = as_(person).get(reverse("access_log")).text
        assert f">{word}</a>" in page
        assert [found for found in ("bootstrap.rtl.min", "bootstrap.min") if found in page] == [sheet]


def test_what_is_kept_is_put_together_once_for_each_language_and_value(db):
    asked = []

    class Word(str):
        @property
        def told(self) -> str:
            asked.append(f"{translation.get_language()} {self}")
            return f"<{self}>"

    page = Template("{% load pages %}{% kept word=one %}{{ word.told }}{% endkept %}")
    for one in ("a", "b", "a"):
        for language in ("en", "de"):
            with translation.override(language):
                assert page.render(Context({"one": Word(one)})) == f"&lt;{one}&gt;"
    assert asked == ["en a", "de a", "en b", "de b"]


@pytest.mark.parametrize("name", ["user", "request", "csrf_token", "one"])
def test_what_is_kept_knows_nothing_but_what_it_is_told(rf, name):
    page = Template("{% load pages %}{% kept word=one %}{{ " + name + "|default:'nothing' }}{% endkept %}")
    told = {"user": "Alice", "request": rf.get("/"), "csrf_token": "secret", "one": 1}
    assert page.render(Context(told)) == "nothing"


def test_a_value_without_a_name_is_refused():
    with pytest.raises(TemplateSyntaxError, match="names and values"):
        Template("{% load pages %}{% kept user.is_hr %}{% endkept %}")
