"""Which letters a person does without, and what is not theirs to decline."""

from __future__ import annotations

import pytest

from alliance_site.outbox.facts import DECLINED, look_again
from alliance_site.outbox.occasions import Occasion, recipients
from people.preferences import decline, decline_only, declined
from tests.factories import NOW, make_message

CHATTER = Occasion("tests.chatter", "Chatter", "tests/news", may_decline=True)
MATTER = Occasion("tests.matter", "Matter", "tests/news")
ASIDE = Occasion("tests.aside", "Aside", "tests/news", may_decline=True)


@pytest.fixture(autouse=True)
def _occasions(settings):
    names = ("CHATTER", "MATTER", "ASIDE")
    settings.OUTBOX_OCCASIONS = [f"tests.people.test_preferences.{name}" for name in names]


def silenced(person, occasion: Occasion) -> str:
    message = make_message(person, occasion=occasion.key)
    return look_again([message], recipients([person.pk], NOW), NOW)[message.pk].silenced


def test_what_is_declined_is_silenced_for_whoever_declined_it(cast):
    assert decline(cast.alice, CHATTER.key)
    assert decline(cast.alice, CHATTER.key)
    assert silenced(cast.alice, CHATTER) == DECLINED
    assert silenced(cast.bob, CHATTER) == ""
    assert silenced(cast.alice, ASIDE) == ""


@pytest.mark.parametrize("key", [MATTER.key, "tests.unheard_of", ""])
def test_what_cannot_be_declined_is_refused(cast, key):
    assert not decline(cast.alice, key)
    assert declined(cast.alice) == set()


def test_what_cannot_be_declined_any_more_comes_again(cast):
    cast.alice.declined_occasions.create(occasion=MATTER.key)
    assert declined(cast.alice) == set()
    assert silenced(cast.alice, MATTER) == ""


def test_a_choice_takes_the_place_of_the_one_before(cast):
    decline_only(cast.alice, {CHATTER.key, MATTER.key})
    assert declined(cast.alice) == {CHATTER.key}
    decline_only(cast.alice, {ASIDE.key})
    assert declined(cast.alice) == {ASIDE.key}
    decline(cast.bob, CHATTER.key)
    assert declined(cast.alice) == {ASIDE.key}
