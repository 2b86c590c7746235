"""The word on a promise is what the ledger says of it, whatever happens, and nobody else gives it."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import InternalError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import (
    DAY,
    NOW,
    make_entry,
    make_line,
    make_person,
    make_promise,
    make_signed_tour,
    make_terms,
    make_tour,
    propose,
    sign,
)
from tests.hypotheses import quietly
from tests.racing import meanwhile
from tests.tours.facts import misworded
from tests.world import make_world
from tours.ledger import not_dropped, owed, unfinished
from tours.models import LedgerEntry, Promise, Side, Terms, Tour

SEAT = {"what": "A seat in the architecture round.", "due_on": DAY + timedelta(days=60)}


def later(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


@pytest.fixture
def tour(cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, promises=[SEAT])


@pytest.fixture
def seat(tour) -> Promise:
    return tour.in_force.promises.get()


def again(promise: Promise, terms: Terms, **kw: Any) -> Promise:
    """The same promise in other terms, in the same words unless others are given."""
    words = {name: getattr(promise, name) for name in ("key", "owed_by", "what", "due_on")}
    return make_promise(terms, **words | kw)


def word(promise: Promise) -> str | None:
    return Promise.objects.get(pk=promise.pk).word


def test_the_newest_that_settles_it_counts_however_late_an_older_one_comes(seat):
    for kind, hours, then in (
        ("done", 0, None),
        ("not_kept", 2, "not_kept"),
        ("kept", 1, "not_kept"),
        ("kept", 2, "kept"),
        ("asked", 4, "kept"),
        ("not_kept", 3, "not_kept"),
    ):
        make_entry(seat, kind, at=later(hours))
        assert word(seat) == then
    make_entry(seat, "agreed", Side.MANAGER, answers=LedgerEntry.objects.get(kind="asked"), at=later(5))
    assert word(seat) == "agreed"
    assert not owed(DAY).exists()
    assert not not_dropped().exists()
    assert not unfinished().exists()


def test_it_stands_on_all_versions_in_those_words_and_on_no_other_tour(tour, seat, cast):
    newer = make_terms(tour)
    same = again(seat, newer)
    other = make_promise(newer)
    next_tour = make_signed_tour(cast.alice, cast.bob, previous=tour, promises=[SEAT | {"key": seat.key}])
    make_entry(seat, "kept")
    assert [word(seat), word(same), word(other)] == ["kept", "kept", None]
    assert [word(promise) for promise in next_tour.in_force.promises.all()] == [None]


@pytest.mark.parametrize(
    "other", [{"what": "Another seat."}, {"due_on": DAY + timedelta(days=61)}, {"owed_by": Side.EMPLOYEE}]
)
def test_other_words_take_none_along_and_written_back_they_have_it_again(tour, seat, other):
    make_entry(seat, "kept")
    copy = again(seat, make_terms(tour))
    assert word(copy) == "kept"
    own = Promise.objects.filter(pk=copy.pk)
    own.update(**other)
    assert word(copy) is None
    own.update(**{name: getattr(seat, name) for name in other})
    assert word(copy) == "kept"


def agree(terms: Terms) -> None:
    propose(terms)
    for side in Side:
        sign(terms, side)


@quietly(given(st.data()), examples=20)
def test_it_is_what_the_ledger_says_after_any_history(cast, data):
    """Versions in the same words or others, verdicts on any of them and out of order, drafts written anew."""
    with transaction.atomic():
        tour = make_tour(cast.alice, cast.bob, promises=[SEAT])
        first = Promise.objects.select_related("terms").get(terms__tour=tour)
        agree(first.terms)
        said, drafted = [first], []
        wordings = st.fixed_dictionaries(
            {"what": st.sampled_from(["A seat.", SEAT["what"]]), "owed_by": st.sampled_from(Side)}
        )
        for _ in range(data.draw(st.integers(3, 12))):
            match data.draw(st.sampled_from(["say", "say", "say", "write", "write anew", "agree"])):
                case "say":
                    of = data.draw(st.sampled_from(said))
                    make_entry(of, data.draw(st.sampled_from(["kept", "not_kept", "done"])),
                               at=later(data.draw(st.integers(0, 3))))  # fmt: skip
                case "write" if not drafted:
                    drafted.append(again(first, make_terms(tour), **data.draw(wordings)))
                case "write anew" if drafted:
                    Promise.objects.filter(pk=drafted[0].pk).update(**data.draw(wordings))
                case "agree" if drafted:
                    said.append(Promise.objects.select_related("terms").get(pk=drafted.pop().pk))
                    agree(said[-1].terms)
            assert misworded() == []
        transaction.set_rollback(True)


def test_in_the_whole_world_it_is_what_the_ledger_says(cast):
    world = make_world(cast)
    make_entry(world.promise, "kept")
    again(world.promise, make_terms(world.tour))
    assert Promise.objects.filter(word="kept").count() == 2
    assert misworded() == []


class TestNobodyGivesIt:
    @pytest.mark.parametrize("change", [{"word": "kept"}, {"word": None}, {"word": "kept", "what": "Less."}])
    def test_on_what_was_proposed_it_cannot_be_written(self, seat, change):
        make_entry(seat, "not_kept")
        with pytest.raises(InternalError, match="never change"), transaction.atomic():
            Promise.objects.filter(pk=seat.pk).update(**change)
        assert word(seat) == "not_kept"

    def test_not_even_the_right_one(self, seat):
        with connection.cursor() as cursor:  # as if it had been lost
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE tours_ledgerentry DISABLE TRIGGER USER")
        make_entry(seat, "kept")
        with pytest.raises(InternalError, match="never change"), transaction.atomic():
            Promise.objects.filter(pk=seat.pk).update(word="kept")

    def test_on_a_draft_it_is_looked_up_whatever_is_written(self, tour, seat):
        make_entry(seat, "kept")
        copy = again(seat, make_terms(tour), word="agreed")
        assert word(copy) == "kept"
        Promise.objects.filter(pk=copy.pk).update(word="not_kept")
        assert word(copy) == "kept"

    def test_a_role_that_may_change_no_history_can_judge(self, seat):
        """As the server's can be: see what the database keeps for ever."""
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("CREATE ROLE writes_no_history")
            cursor.execute("GRANT USAGE ON SCHEMA public TO writes_no_history")
            cursor.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO writes_no_history")
            cursor.execute("GRANT UPDATE ON tours_tour, tours_promise TO writes_no_history")
            cursor.execute(
                "GRANT INSERT ON tours_ledgerentry, tours_promise, tours_terms TO writes_no_history"
            )
            cursor.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO writes_no_history")
            cursor.execute("SET LOCAL ROLE writes_no_history")
        make_entry(seat, "kept")
        assert word(seat) == "kept"


def test_the_migration_finds_what_was_said_before(tour, seat, cast):
    make_entry(seat, "kept")
    make_promise(make_terms(tour))
    unsaid = make_signed_tour(cast.alice, cast.bob, promises=[SEAT]).in_force.promises.get()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE tours_promise DISABLE TRIGGER USER")
        cursor.execute("UPDATE tours_promise SET word = NULL")
        cursor.execute("ALTER TABLE tours_promise ENABLE TRIGGER USER")
    assert misworded() == [(seat.pk, None)]
    import_module("tours.migrations.0015_word_of_what_was_said").touch(
        None, SimpleNamespace(connection=connection)
    )
    assert misworded() == []
    assert [word(seat), word(unsaid)] == ["kept", None]


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    """Without the lock that every verb takes: the database sees to it alone."""

    @pytest.fixture
    def seat(self):
        alice, bob = make_person("Alice Ames"), make_person("Bob Brand")
        make_line(alice, bob)
        return make_signed_tour(alice, bob, promises=[SEAT]).in_force.promises.get()

    def test_a_version_written_while_the_other_side_judges_takes_that_along(self, seat):
        newer = make_terms(seat.terms.tour)
        meanwhile(lambda: make_entry(seat, "kept"), lambda: again(seat, newer))
        assert list(Promise.objects.values_list("word", flat=True)) == ["kept", "kept"]

    def test_what_is_judged_while_a_version_is_written_is_on_that_too(self, seat):
        newer = make_terms(seat.terms.tour)
        meanwhile(lambda: again(seat, newer), lambda: make_entry(seat, "kept"))
        assert list(Promise.objects.values_list("word", flat=True)) == ["kept", "kept"]

    def test_words_written_back_while_the_other_side_judges_have_it(self, seat):
        copy = again(seat, make_terms(seat.terms.tour), what="Another.")
        back = Promise.objects.filter(pk=copy.pk)
        meanwhile(lambda: make_entry(seat, "kept"), lambda: back.update(what=seat.what))
        assert list(Promise.objects.values_list("word", flat=True)) == ["kept", "kept"]

    @pytest.mark.parametrize("first", ["kept", "not_kept"])
    def test_of_two_verdicts_at_once_the_newest_stands(self, seat, first):
        at = {"kept": later(2), "not_kept": later(1)}
        (second,) = set(at) - {first}
        meanwhile(
            lambda: make_entry(seat, first, at=at[first]), lambda: make_entry(seat, second, at=at[second])
        )
        assert word(seat) == "kept"
