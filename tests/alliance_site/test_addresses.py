"""Our own `url` and `address` say what Django says, for every page there is."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.template import Context, Template
from django.template.defaulttags import URLNode
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse, set_script_prefix

from alliance_site.addresses import Address, address

#: As many as any page takes, of every kind that a key or a word has.
KEYS = (0, 7, 1_000_000, 2**63, -1, True, None, "", "csv", "7", "two words", 1.5, UUID(int=1))


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        else:
            assert pattern.name
            yield pattern.name


ALL = sorted({*names(get_resolver().url_patterns), "no_such_page"})


def said(ask, *asked) -> str:
    try:
        return str(ask(*asked))
    except NoReverseMatch:
        return "no such page"


@pytest.mark.parametrize("name", ALL)
def test_it_finds_what_django_finds(name):
    tried = [(), *((key,) for key in KEYS), *((one, other) for one in KEYS for other in KEYS), (1, 2, 3)]
    for keys in tried:
        assert said(address, name, *keys) == said(lambda *asked: reverse(name, args=asked), *keys), keys


@pytest.mark.parametrize("name", ALL)
def test_so_does_the_tag(name):
    tag = Template("{% url name one two %}{% url name one %}{% url name %}").nodelist
    for one in KEYS:
        context = Context({"name": name, "one": one, "two": 8})
        for ours in tag:
            djangos = URLNode(ours.view_name, ours.args, ours.kwargs, ours.asvar)
            assert said(ours.render, context) == said(djangos.render, context), one


def test_the_templates_use_it():
    [tag] = Template("{% url 'tour' 7 %}").nodelist
    assert isinstance(tag, Address)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("{% url 'tour' pk=7 %}", "/tours/7/"),
        ("{% url 'tour' 7 as found %}<{{ found }}>", "</tours/7/>"),
        ("{% url 'no_such_page' as found %}<{{ found }}>", "<>"),
        ("{% url 'tour' '7' %}", "/tours/7/"),
        ("{% url page.name 7 %}", "/tours/7/"),
        ("{% load l10n %}{% localize on %}{% url 'tour' 1234567 %}{% endlocalize %}", "/tours/1234567/"),
    ],
)
def test_it_can_be_asked_in_every_way_that_djangos_can(words, shown):
    assert Template(words).render(Context({"page": {"name": "tour"}})) == shown


def test_it_follows_the_path_below_which_the_site_stands():
    assert address("tour", 7) == "/tours/7/"
    set_script_prefix("/below/{}/")
    try:
        assert address("tour", 7) == reverse("tour", args=[7]) == "/below/%7B%7D/tours/7/"
    finally:
        set_script_prefix("/")


@pytest.mark.urls("tests.alliance_site.demonstration_urls")
def test_it_knows_the_pages_of_another_configuration():
    assert address("letters") == reverse("letters")


def test_and_forgets_them_with_it():
    with pytest.raises(NoReverseMatch):
        address("letters")
