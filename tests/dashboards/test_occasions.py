"""HR's page of what is said to whom: every occasion with its words, and what is due to a person today."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from alliance_site.dashboards.wordings import wordings
from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import occasions
from alliance_site.outbox.planning import plan_occasion
from alliance_site.outbox.smtp import NOT_REACHED
from people.models import Access
from people.preferences import decline
from tests.factories import (
    DAY,
    NOW,
    make_conversation,
    make_hook,
    make_person,
    make_policy,
    make_proposed_tour,
    make_signed_tour,
)
from tours.reminders import terms_waiting, tour_starts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

URL = reverse("occasions")


@pytest.mark.parametrize("key", list(occasions()))
def test_each_says_who_hears_of_it_when_and_until_and_has_words_for_every_turn(key):
    occasion = occasions()[key]
    assert all([str(occasion.title), str(occasion.to), str(occasion.steps), str(occasion.until)])
    found = wordings(occasion, "en", DAY, UTC, {})
    assert found
    assert all(wording.subject and "/" in wording.text for wording in found)


def test_what_differs_by_step_and_side_is_told_each(cast):
    found = wordings(occasions()["feedback.checkin_due"], "en", DAY, UTC, {})
    subjects = [wording.subject for wording in found]
    assert "Your check-in with Robin Brand is open" in subjects
    assert "Your check-in with Robin Brand is due" in subjects
    assert "Robin Brand asks you for a check-in" in subjects


def test_hr_reads_them_in_each_language(cast, as_):
    page = as_(cast.heidi).get(reverse("occasion", args=["people.password_reset"]), {"language": "ar"}).text
    assert '<article class="wording narrow" lang="ar" dir="rtl">' in page
    odd = as_(cast.heidi).get(reverse("occasion", args=["people.password_reset"]), {"language": "<b>"})
    assert (odd.status_code, 'lang="en"' in odd.text) == (200, True)
    assert as_(cast.heidi).get(reverse("occasion", args=["no.such"])).status_code == 404


def test_hr_reads_them_as_the_company_has_them_begin_and_end(cast, as_):
    make_policy(cast.heidi, mail_opening_de="Guten <b>Tag</b>.", mail_foot_de="Wind GmbH\nHafen 1")
    url = reverse("occasion", args=["people.password_reset"])
    page = as_(cast.heidi).get(url, {"language": "de"}).text
    assert "Guten &lt;b&gt;Tag&lt;/b&gt;." in page
    assert "Wind GmbH\nHafen 1" in page
    assert f'<a href="{reverse("policy")}">' in page
    assert "Guten" not in as_(cast.heidi).get(url, {"language": "es"}).text


def test_all_of_them_stand_on_the_page(cast, as_, statements):
    page = as_(cast.heidi).get(URL)
    assert all(reverse("occasion", args=[key]) in page.text for key in occasions())
    assert len(statements(as_(cast.heidi), URL, has=reverse("occasion", args=["tours.tour_ends"]))) <= 6


def test_hr_finds_a_person_by_name_or_address(cast, as_):
    for words in ("alice a", "ALICE@example.com"):
        assert reverse("occasions_for", args=[cast.alice.pk]) in as_(cast.heidi).get(URL, {"q": words}).text
    for words in ("<script>" * 20, "\x00", "%", "x" * 300):
        assert as_(cast.heidi).get(URL, {"q": words}).status_code == 200


class TestWhatIsDueToSomebody:
    @pytest.fixture(autouse=True)
    def _at_that_moment(self):
        with time_machine.travel(NOW, tick=False):
            yield

    def read(self, cast, as_) -> str:
        return as_(cast.heidi).get(reverse("occasions_for", args=[cast.alice.pk])).text

    def test_it_is_named_with_what_has_become_of_the_letter(self, cast, as_):
        long_ago, soon = NOW - timedelta(days=9), DAY + timedelta(days=7)
        make_signed_tour(cast.alice, cast.bob, starts_on=soon, signed_at=long_ago)
        make_proposed_tour(cast.alice, cast.bob)
        page = self.read(cast, as_)
        assert page.count("It will be written within a minute.") == 2
        plan_occasion(terms_waiting, NOW)
        decline(cast.alice, tour_starts.key)
        page = self.read(cast, as_)
        assert Message.objects.get().subject in page
        assert "Waiting" in page
        assert "Declined: it will stand among the notices only." in page

    def test_what_became_of_a_post_to_the_chat_is_not_told_of_the_letter(self, cast, as_):
        hook = make_hook(cast.heidi, occasions=[terms_waiting.key])
        make_proposed_tour(cast.alice, cast.bob)
        plan_occasion(terms_waiting, NOW, hooks=[hook])
        posts = Message.objects.filter(recipient=cast.alice)
        posts.exclude(channel=None).update(state=Message.State.SENT, settled_at=NOW)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_indexscan = off")  # in whichever order Postgres finds the two
        page = self.read(cast, as_)
        assert "Waiting" in page
        assert ">Sent<" not in page

    def test_why_it_waits_is_told_in_the_readers_language(self, cast, as_):
        make_proposed_tour(cast.alice, cast.bob)
        plan_occasion(terms_waiting, NOW)
        Message.objects.update(reason=f"{NOT_REACHED} [Errno 111] Connection refused")
        cast.heidi.language = "de"
        cast.heidi.save(update_fields=["language"])
        told = "Wartet: <bdi>Der Mailserver war nicht zu erreichen. [Errno 111] Connection refused</bdi>"
        assert told in self.read(cast, as_)

    def test_what_is_private_is_not_among_it(self, cast, as_):
        make_conversation(cast.bob, cast.alice)
        page = self.read(cast, as_)
        assert "Nothing is due today." in page
        assert "Somebody asks" not in page

    def test_the_look_is_noted_where_the_person_reads_it(self, cast, as_):
        self.read(cast, as_)
        look = Access.objects.get()
        assert (look.viewer, look.person, look.what) == (cast.heidi, cast.alice, "letters due")
        assert "letters due" in as_(cast.alice).get(reverse("access_log")).text

    def test_it_takes_few_queries_however_much_is_due(self, cast, as_, statements):
        for _ in range(8):
            make_proposed_tour(cast.alice, cast.bob)
            make_proposed_tour(make_person(), cast.alice)
        url = reverse("occasions_for", args=[cast.alice.pk])
        assert len(statements(as_(cast.heidi), url, has="Alice Ames")) <= 8
