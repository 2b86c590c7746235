"""The strict engine stands beside the ordinary one: what either has made, the other never gives out."""

from __future__ import annotations

import pytest
from django.forms.renderers import get_default_renderer
from django.template import Context, Template, engines
from django.template.loader import get_template

WRONG = "{{ no_such_word }}"
PAGES = [WRONG, "{% load pages %}{% kept %}" + WRONG + "{% endkept %}"]
RADIO = "django/forms/widgets/radio.html"

made: dict[str, list[Template]] = {"ordinary": [], "strict": []}


def ask_for_all(kind: str) -> None:
    found = [get_template(name) for name in ("base.html", "emails/people/password_reset.txt", RADIO)]
    found.append(get_default_renderer().get_template(RADIO))
    now = [one.template for one in found]  # type: ignore[attr-defined]
    assert made[kind] in ([], now), "they were read a second time"
    made[kind] = now
    assert not {id(one) for one in made["ordinary"]} & {id(one) for one in made["strict"]}


def shown(page: str) -> set[str]:
    return {Template(page).render(Context()), engines["django"].from_string(page).render()}


def fails() -> None:
    for page in PAGES:
        with pytest.raises(AssertionError, match="names no_such_word"):
            Template(page).render(Context())
        with pytest.raises(AssertionError, match="names no_such_word"):
            engines["django"].from_string(page).render()


@pytest.mark.parametrize("turn", range(2))
class TestByTurns:
    def test_an_ordinary_test_shows_a_gap(self, turn):
        ask_for_all("ordinary")
        assert [shown(page) for page in PAGES] == [{""}, {""}]

    def test_a_strict_one_fails(self, no_missing_words, turn):
        ask_for_all("strict")
        fails()

    def test_it_fails_too_when_its_settings_make_the_engine_anew(self, no_missing_words, settings, turn):
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": []}]
        fails()
