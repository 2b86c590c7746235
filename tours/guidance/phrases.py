"""Phrases that sound like a promise and bind nobody: told to whoever writes them, never forbidden."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from tours.models.policy import Words

FILE = Path(__file__).with_name("empty_phrases.toml")

#: By the name in the file: why the phrase is empty, and what to write instead.
ADVICE: dict[str, Words] = {
    "experience": _(
        "Everybody gains some experience. Name what can be done or shown afterwards that could not be before."
    ),
    "exposure": _("To whom, how often, and to what end? Name the people, the meeting or the stage."),
    "growth": _("In what, and how will both see it? Name the skill, the task or the post, and a day."),
    "excitement": _("For whom? Name the project, the part in it and the result."),
    "vague_effort": _("Nobody can tell whether it was kept. Say who does what."),
    "vague_time": _("Give the day."),
}


@dataclass(frozen=True)
class Finding:
    """A phrase as it was typed, and what to do about it."""

    phrase: str
    advice: Words


def empty_phrases(text: str) -> list[Finding]:
    """Each once, in the order of the text. In every language: people mix them."""
    plain = _plain(text)
    found: dict[str, Finding] = {}
    hits = sorted(
        (match.start(), match[0], name) for name, p in _patterns().items() for match in p.finditer(plain)
    )
    for _at, phrase, name in hits:
        found.setdefault(phrase.casefold(), Finding(" ".join(phrase.split()), ADVICE[name]))
    return list(found.values())


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    by_name = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        name: re.compile("|".join(_pattern(p, lang) for lang, ps in by.items() for p in ps), re.IGNORECASE)
        for name, by in by_name.items()
    }


def _pattern(phrase: str, language: str) -> str:
    words = (
        re.escape(_plain(word).removesuffix("*")) + r"\w*" * word.endswith("*") for word in phrase.split()
    )
    # In Arabic "and", "by", "for" and the article are written as one with the word that follows.
    before = r"\b[وفبلك]?(?:ال)?" if language == "ar" else r"\b"
    return before + r"\s+".join(words) + r"\b"


def _plain(text: str) -> str:
    """Without the marks of Arabic vowels, and each accented letter as one character."""
    decomposed = unicodedata.normalize("NFC", text)
    return re.sub("[\u064b-\u0652\u0640]", "", decomposed)
