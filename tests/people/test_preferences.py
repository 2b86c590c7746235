"""Which letters a person does without, and what is not theirs to decline."""

from __future__ import annotations

import re

import pytest

from alliance_site.outbox.facts import DECLINED, look_again
from alliance_site.outbox.occasions import Occasion, recipients
from people.preferences import decline, declined
from tests.factories import NOW, make_message

CHATTER = Occasion("tests.chatter", "Chatter", "tests/news", may_decline=True)
MATTER = Occasion("tests.matter", "Matter", "tests/news")
FOR_HR = Occasion("tests.for_hr", "For HR", "tests/news", may_decline=True, for_hr=True)
ASIDE = Occasion("tests.aside", "Aside", "tests/news", may_decline=True)


@pytest.fixture(autouse=True)
def _occasions(settings):
    names = ("CHATTER", "MATTER", "ASIDE", "FOR_HR")
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


def typed(**kw) -> dict[str, object]:
    return {"language": "", "time_zone": "", "letters_at": "9", "one_digest": "True"} | kw


def checked(page: str) -> set[str]:
    boxes = re.findall(r"<input[^>]*checkbox[^>]*>", page)
    return {re.findall(r'value="([^"]*)"', box)[0] for box in boxes if "checked" in box}


class TestThePage:
    URL = "/my/settings/"

    def test_what_is_chosen_is_kept_and_shown(self, cast, as_):
        client = as_(cast.alice)
        assert checked(client.get(self.URL).text) == {ASIDE.key, CHATTER.key}
        assert client.post(self.URL, typed(wanted=[ASIDE.key])).status_code == 302
        cast.alice.refresh_from_db()
        assert (cast.alice.letters_at, cast.alice.one_digest) == (9, True)
        assert declined(cast.alice) == {CHATTER.key}
        page = client.get(self.URL).text
        assert '<option value="9" selected>' in page
        assert checked(page) == {ASIDE.key}
        assert "Matter" in page.split("Letters that always come")[1]
        client.post(self.URL, typed(wanted=[ASIDE.key, CHATTER.key], one_digest="False"))
        cast.alice.refresh_from_db()
        assert (declined(cast.alice), cast.alice.one_digest) == (set(), False)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"letters_at": "3"},
            {"letters_at": "20"},
            {"letters_at": ""},
            {"one_digest": "perhaps"},
            {"wanted": ["tests.matter"]},
        ],
    )
    def test_what_was_not_offered_is_refused(self, cast, as_, wrong):
        assert as_(cast.alice).post(self.URL, typed(**wrong)).status_code == 400
        cast.alice.refresh_from_db()
        assert (cast.alice.letters_at, cast.alice.one_digest) == (7, False)

    def test_who_has_chosen_neither_reads_whose_language_and_zone_count(self, cast, as_, settings):
        settings.LANGUAGE_CODE, settings.TIME_ZONE = "es", "Europe/Madrid"
        page = as_(cast.alice).get(self.URL, HTTP_ACCEPT_LANGUAGE="en").text
        assert "letters and calendar in the company’s: Spanish." in page
        assert "it is the company’s: Europe/Madrid." in page
        assert page.count("when I next sign in") == 2

    def test_what_hr_alone_gets_is_offered_to_hr_alone(self, cast, as_):
        assert "For HR" not in as_(cast.alice).get(self.URL).text
        assert "For HR" in as_(cast.heidi).get(self.URL).text
        cast.alice.declined_occasions.create(occasion=FOR_HR.key)
        as_(cast.alice).post(self.URL, typed(wanted=[CHATTER.key, ASIDE.key]))
        assert declined(cast.alice) == {FOR_HR.key}

    def test_reading_and_saving_take_few_queries(self, cast, as_, statements):
        client = as_(cast.alice)
        assert len(statements(client, self.URL, has="Alice Ames")) <= 6
        assert len(statements(client, self.URL, typed())) <= 8
