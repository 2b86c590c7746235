"""Versions of the questions: who makes them, that they never change, and which check-ins ask them."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from hashlib import sha256

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.asking import hand_out
from feedback.models import CheckIn, Kind, Question, QuestionSet
from feedback.planning import plan_checkins
from feedback.questions import EDITIONS, SHIPPED, latest_set, publish_with
from feedback.services.questions import publish
from tests.factories import (
    DAY,
    NOW,
    make_checkin,
    make_hr,
    make_person,
    make_question,
    make_question_set,
    make_sheet,
    make_signed_tour,
)
from tests.racing import at_once
from tests.refusing import refused
from tours.models import Side
from tours.services import Refused

TO_COME = DAY + timedelta(days=60)


def keys(questions: QuestionSet) -> list[str]:
    return list(questions.questions.values_list("key", flat=True))


class TestWhatWeShip:
    def test_each_kind_has_questions_that_take_ten_minutes(self):
        assert set(SHIPPED) == set(Kind)
        assert all(4 <= len(questions) <= 9 for questions in SHIPPED.values())
        assert {"stretch", "market_value", "learning", "on_track", "manager_keeps", "promises", "unsaid"} <= {
            asked["key"] for asked in SHIPPED[Kind.REGULAR]
        }

    def test_other_words_are_another_edition(self):
        """Whoever changes what we ship raises the edition, and puts the new digest here."""
        digests = {
            kind: sha256(json.dumps(asked).encode()).hexdigest()[:8] for kind, asked in SHIPPED.items()
        }
        assert {(kind, EDITIONS[kind]): digest for kind, digest in digests.items()} == {
            ("regular", 2): "15ad1fb1",
            ("career", 1): "9b74fd3c",
            ("next_tour", 1): "870083a1",
            ("close_out", 1): "a6a2fbd4",
        }

    def test_an_older_edition_gives_way_by_itself(self, db):
        first = QuestionSet.objects.create(kind=Kind.REGULAR, number=1, edition=1)
        publish_with(first, [make_question("stretch", "scale")], NOW)
        plan_checkins(NOW)
        newest = latest_set(Kind.REGULAR, now=NOW)
        assert (newest.number, newest.edition, newest.made_by) == (2, 2, None)
        assert "learning" in keys(newest)
        assert keys(first) == ["stretch"]

    def test_what_hr_wrote_is_never_overtaken(self, cast):
        first = QuestionSet.objects.create(kind=Kind.REGULAR, number=1, edition=1)
        publish_with(first, [make_question("stretch", "scale")], NOW)
        own = QuestionSet.objects.create(kind=Kind.REGULAR, number=2, made_by=cast.heidi)
        publish_with(own, [make_question("ours")], NOW)
        plan_checkins(NOW)
        assert latest_set(Kind.REGULAR, now=NOW) == own


class TestWhatIsPublished:
    def test_neither_a_version_nor_its_questions_change_or_go(self, cast):
        made = make_question_set(cast.heidi, make_question("one"))
        rows, questions = QuestionSet.objects.filter(pk=made.pk), Question.objects.filter(question_set=made)
        refused(lambda: rows.update(made_by=cast.bob))
        refused(lambda: rows.update(published_at=None))
        refused(rows.delete)
        refused(lambda: questions.update(for_manager="Anything else?"))
        refused(lambda: questions.update(visibility="author"))
        refused(questions.delete)
        another = make_question("two", position=2, question_set=made)
        refused(another.save)

    def test_it_is_somebody_s_or_ours(self, cast):
        for whose in ({}, {"made_by": cast.heidi, "edition": 7}):
            refused(lambda whose=whose: QuestionSet.objects.create(kind=Kind.REGULAR, number=9, **whose))

    def test_it_says_who_made_it_and_when(self, cast):
        base = latest_set(Kind.CAREER, now=NOW)
        made = publish(Kind.CAREER, [make_question("one")], based_on=base.number, actor=cast.heidi, now=NOW)
        assert (made.number, made.made_by, made.published_at) == (base.number + 1, cast.heidi, NOW)
        assert keys(made) == ["one"]

    def test_the_same_again_is_no_new_version(self, cast):
        for _click in range(2):
            made = publish(
                Kind.CAREER, [make_question("one")], based_on=latest_number(), actor=cast.heidi, now=NOW
            )
        assert made.number == 2

    @pytest.mark.parametrize("name", ["alice", "bob", "carol", "mallory"])
    def test_nobody_but_hr_publishes(self, cast, name):
        with pytest.raises(Refused):
            publish(
                Kind.CAREER,
                [make_question("one")],
                based_on=latest_number(),
                actor=getattr(cast, name),
                now=NOW,
            )

    def test_over_an_older_version_it_is_refused(self, cast):
        based_on = latest_number()
        publish(Kind.CAREER, [make_question("one")], based_on=based_on, actor=cast.heidi, now=NOW)
        with pytest.raises(Refused, match="Somebody else published"):
            publish(Kind.CAREER, [make_question("two")], based_on=based_on, actor=cast.heidi, now=NOW)


def latest_number() -> int:
    return latest_set(Kind.CAREER, now=NOW).number


class TestWhoAsksThem:
    @pytest.fixture
    def tour(self, cast):
        return make_signed_tour(cast.alice, cast.bob)

    def test_what_is_to_come_asks_the_newest_and_what_has_opened_its_own(self, cast, tour):
        to_come, open_ = make_checkin(tour, TO_COME), make_checkin(tour, DAY)
        tomorrow_somewhere = make_checkin(tour, DAY + timedelta(days=8))
        another_kind = make_checkin(tour, TO_COME, kind=Kind.CAREER)
        skipped = make_checkin(
            tour, TO_COME + timedelta(days=1), skipped_at=NOW, skipped_by=Side.MANAGER, skipped_reason="Away"
        )
        own = {checkin.pk: checkin.question_set for checkin in (open_, another_kind, skipped)}
        made = publish(Kind.REGULAR, [make_question("one")], based_on=1, actor=cast.heidi, now=NOW)
        for checkin in CheckIn.objects.exclude(pk=tomorrow_somewhere.pk):
            assert checkin.question_set == own.get(checkin.pk, made)
        to_come.refresh_from_db()
        assert to_come.question_set == made

    def test_what_is_open_anywhere_on_earth_has_opened(self, cast, tour):
        """At noon in London it is tomorrow in Kiritimati."""
        opens_tomorrow = make_checkin(tour, TO_COME, opens_on=DAY + timedelta(days=1))
        make_question_set(cast.heidi, make_question("one"))
        hand_out(NOW.replace(hour=12))
        opens_tomorrow.refresh_from_db()
        assert opens_tomorrow.question_set.number == 1
        hand_out(NOW)
        opens_tomorrow.refresh_from_db()
        assert opens_tomorrow.question_set.number == 2

    def test_what_somebody_has_begun_keeps_its_questions(self, cast, tour):
        checkin = make_checkin(tour, TO_COME)
        make_sheet(checkin, Side.EMPLOYEE)
        made = publish(Kind.REGULAR, [make_question("one")], based_on=1, actor=cast.heidi, now=NOW)
        checkin.refresh_from_db()
        assert checkin.question_set.number == 1
        refused(lambda: CheckIn.objects.filter(pk=checkin.pk).update(question_set=made))

    def test_the_planner_heals_what_it_planned_with_older_questions(self, cast, tour):
        make_question_set(cast.heidi, make_question("one"))
        old = QuestionSet.objects.get(kind=Kind.REGULAR, number=1)
        checkin = make_checkin(tour, TO_COME, question_set=old)
        plan_checkins(NOW)
        if CheckIn.objects.filter(pk=checkin.pk).exists():
            checkin.refresh_from_db()
            assert checkin.question_set.number == 2
        assert {row.question_set.number for row in tour.checkins.filter(kind=Kind.REGULAR)} == {2}

    def test_many_take_one_statement(self, cast, tour):
        for days in range(30):
            make_checkin(tour, TO_COME + timedelta(days=days))
        hand_out(NOW)
        make_question_set(cast.heidi, make_question("one"))
        with CaptureQueriesContext(connection) as queries:
            hand_out(NOW)
        assert len(queries) == 2
        assert {checkin.question_set.number for checkin in tour.checkins.all()} == {2}


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_of_two_who_publish_at_once_one_is_refused(self):
        people = [make_person() for _ in range(2)]
        for person in people:
            make_hr(person)
        latest_number()
        results = at_once(
            *(
                partial(publish, Kind.CAREER, [make_question(f"q{n}")], based_on=1, actor=person, now=NOW)
                for n, person in enumerate(people)
            )
        )
        assert sorted(type(result).__name__ for result in results) == ["QuestionSet", "Refused"]
        assert QuestionSet.objects.filter(kind=Kind.CAREER).count() == 2

    def test_publishing_while_the_planner_plans_leaves_nothing_with_older_questions(self):
        hr = make_person()
        make_hr(hr)
        tours = [make_signed_tour(make_person(), make_person()) for _ in range(4)]
        latest_set(Kind.REGULAR, now=NOW)
        results = at_once(
            partial(plan_checkins, NOW),
            partial(publish, Kind.REGULAR, [make_question("one")], based_on=1, actor=hr, now=NOW),
            partial(plan_checkins, NOW),
        )
        assert not [result for result in results if isinstance(result, Refused)]
        plan_checkins(NOW)
        planned = CheckIn.objects.filter(kind=Kind.REGULAR, tour__in=tours)
        assert planned.exists()
        assert {checkin.question_set.number for checkin in planned.select_related("question_set")} == {2}
