"""A letter's words, said once, and the two frames that they are put into: text, and HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from string import Template as Blanks
from typing import Any

import css_inline
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.template.loader_tags import BlockNode
from django.utils import translation
from django.utils.html import escape

#: What each letter says, a block of its template each;
PIECES = ("subject", "sentence", "button", "why", "who_sees")
#: and one that a letter may have, in the place of its sentence there.
IN_HTML = "sentence_in_html"
_BLANKS = ("name", "link", "settings_link", *PIECES[1:])
#: What the company may say in every letter.
COMPANYS = ("opening", "foot")

_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def pieces(template: str, context: Mapping[str, Any]) -> dict[str, str]:
    """In plain text, where nobody's name is escaped; but for what is said in HTML alone."""
    letter = _letter(template)
    known, said = Context(dict(context)), {}
    with known.render_context.push_state(letter), known.bind_template(letter):
        for block in _blocks(letter):
            known.autoescape = block.name == IN_HTML
            said[block.name] = block.nodelist.render(known)
    # Template tags leave empty lines behind.
    return {name: re.sub(r"\n{3,}", "\n\n", words.strip()) for name, words in said.items()}


def missing(template: str) -> list[str]:
    """Raises `TemplateDoesNotExist`."""
    said = {block.name for block in _blocks(_letter(template))}
    return [piece for piece in PIECES if piece not in said]


def _letter(template: str) -> Template:
    letter: Template = get_template(f"emails/{template}.txt").template  # type: ignore[attr-defined]
    return letter


def _blocks(letter: Template) -> list[BlockNode]:
    return [node for node in letter.nodelist if isinstance(node, BlockNode)]


def as_text(language: str, said: Mapping[str, str]) -> str:
    return _frame("txt", language, _companys(said)).substitute(said)


def as_html(language: str, said: Mapping[str, str]) -> str:
    escaped = {name: escape(words).replace("\n", "<br>") for name, words in said.items()}
    if IN_HTML in said:
        escaped["sentence"] = said[IN_HTML]
    return _frame("html", language, _companys(said)).substitute(escaped)


def _companys(said: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for name in COMPANYS if said.get(name))


@lru_cache
def _frame(part: str, language: str, companys: tuple[str, ...]) -> Blanks:
    """With blanks for the words: to make it anew for each letter would take as long as to say them."""
    with translation.override(language):
        known = {"language": language, "rtl": translation.get_language_bidi()}
        blanks = {name: f"${name}" for name in (*_BLANKS, *companys)}
        frame = render_to_string(f"emails/_frame.{part}", known | blanks)
    return Blanks(_inliner.inline(frame) if part == "html" else frame)
