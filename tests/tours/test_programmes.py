"""Writing, copying and retiring programmes, and beginning to give one."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import Error, transaction

from tests.factories import DAY, NOW, make_giving, make_pledge
from tours import services
from tours.models import Given, Giving, Pledge, Programme, Revision
from tours.services import Refused

WORDS = {"mission": "M", "company_gain": "C", "employee_gain": "E", "months": 12, "rhythm": 2}


def words(**more) -> Revision:
    return Revision(**({"name": "Graduates", **WORDS} | more))


def save(programme, revision, *pledges, base, actor):
    return services.save_programme(programme, revision, pledges, base=base, actor=actor, now=NOW)


def give(programme, people, actor, **kw):
    kw = {"key": uuid4(), "actor": actor, "now": NOW} | kw
    return services.give(programme.newest, [person.pk for person in people], DAY, **kw)


class TestWriting:
    def test_hr_writes_a_programme(self, cast):
        pledge = Pledge(owed_by="manager", what="A mentor.", due_after=10, due_unit="days")
        programme = save(None, words(), pledge, base=0, actor=cast.heidi)
        programme.refresh_from_db()
        assert (programme.newest.number, programme.newest.made_by) == (1, cast.heidi)
        assert programme.newest.pledges.get().what == "A mentor."

    def test_nobody_else_does(self, cast, programme):
        for person in (cast.alice, cast.bob, cast.carol, cast.mallory):
            acts = [
                lambda who=person: save(None, words(), base=0, actor=who),
                lambda who=person: save(programme, words(), base=1, actor=who),
                lambda who=person: services.copy_programme(programme, actor=who, now=NOW),
                lambda who=person: services.retire(programme, actor=who, now=NOW),
                lambda who=person: services.bring_back(programme, actor=who),
            ]
            for act in acts:
                with pytest.raises(Refused):
                    act()
        assert Revision.objects.count() == 1

    def test_an_edit_makes_a_revision_and_keeps_the_old_one(self, cast, programme):
        save(programme, words(months=24), base=1, actor=cast.heidi)
        assert list(programme.revisions.values_list("number", "months")) == [(1, 18), (2, 24)]
        programme.refresh_from_db()
        assert programme.newest.number == 2

    def test_who_saves_over_what_they_have_not_read_is_told(self, cast, programme):
        save(programme, words(months=24), base=1, actor=cast.heidi)
        with pytest.raises(Refused, match="Somebody has saved"):
            save(programme, words(months=36), base=1, actor=cast.heidi)

    def test_the_same_words_again_are_no_new_revision(self, cast, programme):
        for _ in range(2):
            save(programme, words(months=24), base=1, actor=cast.heidi)
        assert programme.revisions.count() == 2

    def test_what_was_written_never_changes(self, programme):
        pledge = make_pledge(programme.newest)
        for rows in (Revision.objects.all(), Pledge.objects.filter(pk=pledge.pk)):
            for act in (lambda rows=rows: rows.update(id=99), lambda rows=rows: rows._raw_delete("default")):
                with pytest.raises(Error, match="Cannot"), transaction.atomic():
                    act()

    def test_a_copy_is_a_programme_of_its_own(self, cast, programme):
        make_pledge(programme.newest)
        copy = services.copy_programme(programme, actor=cast.heidi, now=NOW)
        assert copy.newest.name == "Copy of Graduates"
        assert copy.newest.pledges.count() == 1
        save(copy, words(name="Apprentices"), base=1, actor=cast.heidi)
        programme.refresh_from_db()
        assert programme.newest.name == "Graduates"

    def test_a_double_click_writes_or_copies_one(self, cast, programme):
        for _click in range(2):
            pledge = Pledge(owed_by="manager", what="A mentor.", due_after=10, due_unit="days")
            save(None, words(name="Apprentices"), pledge, base=0, actor=cast.heidi)
        assert Programme.objects.count() == 2
        for _click in range(2):
            services.copy_programme(programme, actor=cast.heidi, now=NOW)
        assert Programme.objects.count() == 3

    def test_other_words_or_an_edited_copy_make_another(self, cast, programme):
        copy = services.copy_programme(programme, actor=cast.heidi, now=NOW)
        save(copy, words(name="Apprentices"), base=1, actor=cast.heidi)
        services.copy_programme(programme, actor=cast.heidi, now=NOW)
        save(None, words(name="Apprentices"), base=0, actor=cast.heidi)
        save(None, words(name="Apprentices", months=7), base=0, actor=cast.heidi)
        assert Programme.objects.count() == 5


class TestBeginningToGive:
    def test_everybody_is_written_down_once(self, cast, programme):
        giving = give(programme, [cast.alice, cast.bob, cast.alice], cast.heidi)
        assert sorted(giving.given.values_list("person", flat=True)) == sorted([cast.alice.pk, cast.bob.pk])
        assert set(giving.given.values_list("outcome", flat=True)) == {"waiting"}
        assert giving.as_hr

    def test_a_manager_gives_as_a_manager(self, cast, programme):
        assert not give(programme, [cast.alice], cast.bob).as_hr

    def test_a_double_click_gives_once(self, cast, programme):
        key = uuid4()
        assert give(programme, [cast.alice], cast.heidi, key=key) == give(
            programme, [cast.alice], cast.heidi, key=key
        )
        assert Giving.objects.count() == Given.objects.count() == 1

    def test_who_manages_nobody_gives_nothing(self, cast, programme):
        with pytest.raises(Refused):
            give(programme, [cast.alice], cast.mallory)

    def test_a_retired_programme_is_not_given_until_it_is_brought_back(self, cast, programme):
        services.retire(programme, actor=cast.heidi, now=NOW)
        with pytest.raises(Refused, match="any more"):
            give(programme, [cast.alice], cast.heidi)
        services.bring_back(programme, actor=cast.heidi)
        assert give(programme, [cast.alice], cast.heidi)

    def test_words_that_nobody_read_are_not_given(self, cast, programme):
        old = Programme.objects.get(pk=programme.pk)
        save(programme, words(months=24), base=1, actor=cast.heidi)
        with pytest.raises(Refused, match="changed"):
            give(old, [cast.alice], cast.heidi)


class TestStopping:
    @pytest.fixture
    def giving(self, cast, programme):
        return make_giving(programme, [cast.alice, cast.bob], cast.heidi)

    def test_whoever_waits_gets_nothing_any_more(self, cast, giving):
        given = giving.given.first()
        Given.objects.filter(pk=given.pk).update(outcome="given")
        assert services.stop_giving(giving, actor=cast.heidi, now=NOW + timedelta(1)) == 1
        giving.refresh_from_db()
        assert sorted(giving.given.values_list("outcome", flat=True)) == ["given", "stopped"]
        assert giving.stopped_by == cast.heidi

    def test_stopping_what_is_done_changes_nothing(self, cast, giving):
        giving.given.update(outcome="given")
        assert services.stop_giving(giving, actor=cast.heidi, now=NOW) == 0
        giving.refresh_from_db()
        assert giving.stopped_by is None

    def test_a_manager_stops_only_their_own(self, cast, programme, giving):
        with pytest.raises(Refused):
            services.stop_giving(giving, actor=cast.bob, now=NOW)
        own = make_giving(programme, [cast.alice], cast.bob, as_hr=False)
        assert services.stop_giving(own, actor=cast.bob, now=NOW) == 1
