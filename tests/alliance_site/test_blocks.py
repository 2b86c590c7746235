"""Django drops without a word what stands in a block that no page above has, or in no block at all."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.template import Engine, Node, Template
from django.template.base import TextNode
from django.template.defaulttags import CommentNode, LoadNode
from django.template.loader_tags import BlockNode, ExtendsNode

FOLDER = settings.BASE_DIR / "templates"
EXTENDS = re.compile(r'{% extends "([^"]+)" %}')
#: Read in the words of a template: Django itself looks for no block within `once`.
BLOCK = re.compile(r"{% block (\w+) %}")
TITLE = re.compile(r"{% block title %}\s*(?!{% endblock)\S")

ABOVE = {
    path.relative_to(FOLDER).as_posix(): found[1]
    for path in sorted(FOLDER.rglob("*.html"))
    if (found := EXTENDS.search(path.read_text()))
}
#: Without those that are there to be extended.
PAGES = [name for name in ABOVE if name not in ABOVE.values()]


def line(name: str) -> list[str]:
    """The template, the one that it extends, and the one that this extends, and so on."""
    return [name, *(line(ABOVE[name]) if name in ABOVE else [])]


def lost(source: str) -> list[str]:
    """What of a page nobody ever sees."""
    (node,) = Template(source, engine=Engine.get_default()).nodelist.get_nodes_by_type(ExtendsNode)
    assert isinstance(node, ExtendsNode)
    parents = EXTENDS.findall(source)
    known = {block for name in line(*parents) for block in BLOCK.findall((FOLDER / name).read_text())}
    return [str(each) for each in node.nodelist if not is_seen(each, known)]


def is_seen(node: Node, known: set[str]) -> bool:
    if isinstance(node, BlockNode):
        return node.name in known
    return isinstance(node, CommentNode | LoadNode) or (isinstance(node, TextNode) and not node.s.strip())


@pytest.mark.parametrize("name", ABOVE)
def test_all_that_a_page_says_stands_in_a_block_of_what_it_extends(name: str):
    assert lost((FOLDER / name).read_text()) == []


@pytest.mark.parametrize("name", PAGES)
def test_each_page_has_a_title(name: str):
    assert any(TITLE.search((FOLDER / each).read_text()) for each in line(name))


@pytest.mark.parametrize(
    ("said", "times"),
    [
        ("{% block lede %}Read.{% endblock %}", 0),
        ("{% load i18n %}{% comment %}Why.{% endcomment %} {# Why. #}", 0),
        ("{% block content %}{% block anew %}Read.{% endblock %}{% endblock %}", 0),
        ("{% block anew %}{% block content %}Lost.{% endblock %}{% endblock %}", 1),
        ("Lost.", 1),
        ("{{ user }}{% include '_keeps.html' %}", 2),
        ("{% if user %}{% block scripts %}Read.{% endblock %}{% endif %}", 1),
    ],
)
def test_what_would_be_lost_is_found(said: str, times: int):
    assert len(lost('{% extends "form_page.html" %}' + said)) == times


@pytest.mark.parametrize("name", ["base.html", "form_page.html"])
def test_a_missing_title_is_found(name: str):
    assert not any(TITLE.search((FOLDER / each).read_text()) for each in line(name))
