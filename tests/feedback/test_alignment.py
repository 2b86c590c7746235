"""The alignment exercise: its author's own until shared, and then as it was."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.utils import IntegrityError, InternalError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance_site.dashboards.todo import todo
from feedback.models import Alignment
from people.services import set_manager
from tests.factories import make_alignment
from tests.feedback.conftest import TODAY
from tours.models import Policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "no_missing_words")]

PAGE, SHARE = "/alignment/", "/alignment/share/"
VALUES = "Courage to say no\nPlain words\n"


@pytest.fixture
def values(cast) -> None:
    Policy.objects.create(
        number=1, holds_from=date(2026, 1, 1), made_by=cast.heidi, made_at=TODAY, values=VALUES
    )


def typed(basis: int = 0, **more: str) -> dict:
    return {"basis": basis, "answer-admired-0": "Grandmother", "answer-quality-0": "courage", **more}


class TestTheExercise:
    def test_it_is_kept_as_one_goes(self, cast, as_):
        client = as_(cast.alice)
        saved = client.post(PAGE, typed(), headers={"Accept": "application/json"})
        assert saved.json() == {"said": "Saved at 09:00.", "set": {"basis": 1}}
        page = client.get(PAGE).text
        for words in ("Grandmother", "courage", "Saved on 15 Jun 2026 at 09:00."):
            assert words in page

    def test_values_stand_beside_and_a_common_word_is_pointed_out(self, cast, as_, values):
        client = as_(cast.alice)
        hint = "The company says so too: “Courage to say no”."
        client.post(PAGE, typed(**{"answer-quality-1": "clear words"}))
        page = client.get(PAGE).text
        assert page.count("The company says so too") == page.count(hint) == 1
        assert "Plain words" in page
        client.post(PAGE, typed(1, **{"answer-meets-0": "Courage to say no"}))
        assert hint not in client.get(PAGE).text
        assert Alignment.objects.get().meets[0] == "Courage to say no"

    def test_a_value_that_is_published_no_more_stays_marked(self, cast, as_, values):
        client = as_(cast.alice)
        client.post(PAGE, typed(**{"answer-meets-0": "Plain words"}))
        Policy.objects.create(
            number=2, holds_from=TODAY.date(), made_by=cast.heidi, made_at=TODAY, values="Speed"
        )
        client.post(PAGE, typed(1, **{"answer-meets-0": "Plain words", "answer-words": "Still mine"}))
        assert Alignment.objects.get().meets[0] == "Plain words"

    def test_without_published_values_one_can_begin_all_the_same(self, cast, as_):
        client = as_(cast.alice)
        assert "has not published its values yet" in client.get(PAGE).text
        assert client.post(PAGE, typed()).status_code == 302

    def test_a_second_window_is_told_and_loses_nothing(self, cast, as_):
        client = as_(cast.alice)
        client.post(PAGE, typed())
        told = client.post(PAGE, typed(**{"answer-quality-0": "humour"}))
        assert told.status_code == 409
        assert "from another window" in told.text
        assert "humour" in told.text
        assert client.post(PAGE, typed(1, **{"answer-quality-0": "humour"})).status_code == 302
        assert Alignment.objects.get().qualities[0] == "humour"

    def test_saying_the_same_twice_is_no_conflict(self, cast, as_):
        for _ in range(2):
            assert as_(cast.alice).post(PAGE, typed()).status_code == 302

    def test_what_is_saved_writes_nothing_that_others_write(self, cast, as_):
        as_(cast.alice).post(PAGE, typed())
        with CaptureQueriesContext(connection) as statements:
            as_(cast.alice).post(PAGE, typed(1, **{"answer-admired-1": "Uncle"}))
        (written,) = (each["sql"] for each in statements if 'UPDATE "feedback_alig' in each["sql"])
        for theirs in ("shared_at", "manager_id", "values", "answered_at", "manager_words"):
            assert f'"{theirs}" =' not in written

    def test_what_is_too_long_is_shown_again(self, cast, as_):
        answer = as_(cast.alice).post(PAGE, typed(**{"answer-quality-1": "x" * 101}))
        assert answer.status_code == 400
        assert "Grandmother" in answer.text
        said = as_(cast.alice).post(
            PAGE, typed(**{"answer-quality-1": "x" * 101}), headers={"Accept": "application/json"}
        )
        assert said.status_code == 400
        assert said.json()["said"].startswith("Not saved yet.")

    def test_it_takes_few_queries(self, cast, as_, values, statements):
        client = as_(cast.alice)
        client.post(PAGE, typed())
        assert len(statements(client, PAGE, has="Grandmother")) <= 8
        assert len(statements(client, PAGE, typed(1, **{"answer-words": "More"}))) <= 8


class TestSharing:
    def share(self, cast, as_, basis: int = 1):
        return as_(cast.alice).post(SHARE, {"to": cast.bob.pk, "basis": basis}, follow=True)

    @pytest.fixture
    def draft(self, cast, values) -> Alignment:
        return make_alignment(cast.alice)

    def test_it_says_before_that_it_is_a_copy(self, cast, as_, draft):
        page = as_(cast.alice).get(SHARE).text
        for words in (
            "Share this with Bob Brand?",
            "a copy cannot be taken back",
            "Grandmother",
            "Plain words",
        ):
            assert words in page

    def test_the_manager_reads_it_as_it_was_then(self, cast, as_, draft):
        assert "Shared with Bob Brand." in self.share(cast, as_).text
        as_(cast.alice).post(PAGE, typed(**{"answer-quality-0": "patience"}))
        shared = reverse("alignment_shared", args=[draft.pk])
        page = as_(cast.bob).get(shared).text
        assert "courage" in page
        assert "patience" not in page
        assert "patience" in as_(cast.alice).get(PAGE).text

    def test_what_was_shared_is_where_one_goes_on_from(self, cast, as_, draft):
        self.share(cast, as_)
        assert "Grandmother" in as_(cast.alice).get(PAGE).text
        assert Alignment.objects.count() == 1

    def test_exactly_what_was_read_is_shared(self, cast, as_, draft):
        assert "Read it again before you share it" in self.share(cast, as_, basis=7).text
        draft.refresh_from_db()
        assert draft.shared_at is None

    def test_only_with_whom_the_page_named(self, cast, as_, draft):
        set_manager(cast.alice, cast.carol, since=TODAY.date())
        assert "Your manager has changed in the meantime" in self.share(cast, as_).text
        assert not Alignment.objects.filter(shared_at__isnull=False).exists()

    def test_a_double_click_shares_once(self, cast, as_, draft):
        self.share(cast, as_)
        assert "Shared with Bob Brand." in self.share(cast, as_).text
        assert Alignment.objects.count() == 1

    def test_nothing_is_not_shared(self, cast, as_):
        assert "There is nothing to share yet" in as_(cast.alice).get(SHARE, follow=True).text

    def test_the_manager_may_answer_once(self, cast, as_, draft):
        self.share(cast, as_)
        shared = reverse("alignment_shared", args=[draft.pk])
        sentence = "Read what Alice Ames admires, and say where you see the overlap"
        assert sentence in [item.sentence for item in todo(cast.bob, TODAY.date())]
        assert as_(cast.bob).post(shared, {"words": " "}).status_code == 400
        for words in ("We share the courage.", "Second thoughts"):
            as_(cast.bob).post(shared, {"words": words})
        page = as_(cast.alice).get(shared).text
        assert "We share the courage." in page
        assert "Second thoughts" not in page
        assert sentence not in [item.sentence for item in todo(cast.bob, TODAY.date())]


def test_of_several_copies_shared_the_newest_alone_waits(cast):
    for hours in (3, 2, 1):
        make_alignment(cast.alice, manager=cast.bob, shared_at=TODAY - timedelta(hours=hours))
    waiting = [item.url for item in todo(cast.bob, TODAY.date()) if "admires" in item.sentence]
    assert waiting == [reverse("alignment_shared", args=[Alignment.objects.latest("shared_at").pk])]


class TestWhoReadsIt:
    @pytest.mark.parametrize("who", ["bob", "carol", "dan", "heidi", "mallory"])
    def test_a_draft_is_its_authors_alone(self, cast, as_, who):
        row, person = make_alignment(cast.alice), getattr(cast, who)
        assert not Alignment.objects.visible_to(person).exists()
        assert as_(person).get(reverse("alignment_shared", args=[row.pk])).status_code == 404
        for url in ("/", "/ahead/", PAGE):
            assert "Grandmother" not in as_(person).get(url).text

    @pytest.mark.parametrize("who", ["carol", "dan", "heidi", "mallory"])
    def test_what_was_shared_is_the_two_peoples_and_never_hrs(self, cast, as_, who):
        row, person = make_alignment(cast.alice, manager=cast.bob), getattr(cast, who)
        assert not Alignment.objects.visible_to(person).exists()
        url = reverse("alignment_shared", args=[row.pk])
        assert as_(person).get(url).status_code == 404
        assert as_(person).post(url, {"words": "x"}).status_code == 404

    def test_nor_does_the_author_answer_for_the_manager(self, cast, as_):
        row = make_alignment(cast.alice, manager=cast.bob)
        url = reverse("alignment_shared", args=[row.pk])
        assert as_(cast.alice).post(url, {"words": "x"}).status_code == 404


class TestTheDatabase:
    def test_keeps_what_was_shared_and_answered(self, cast):
        row = make_alignment(cast.alice, manager=cast.bob)
        rows = Alignment.objects.filter(pk=row.pk)
        with pytest.raises(InternalError):
            rows.update(words="x")

    def test_has_one_in_the_making(self, cast):
        make_alignment(cast.alice)
        with pytest.raises(IntegrityError):
            make_alignment(cast.alice)

    def test_keeps_the_answer(self, cast):
        row = make_alignment(cast.alice, manager=cast.bob)
        rows = Alignment.objects.filter(pk=row.pk)
        rows.update(manager_words="Yes", answered_at=TODAY + timedelta(days=1))
        with pytest.raises(InternalError):
            rows.update(manager_words="No")
