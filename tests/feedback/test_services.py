"""Saving, handing in, revealing, skipping and showing, without the pages."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied

from feedback import access, services
from feedback.models import Answer, CheckIn, Question, QuestionSet, Sheet
from feedback.planning import plan_checkins
from feedback.questions import SHIPPED
from tests.factories import (
    NOW,
    make_checkin,
    make_person,
    make_sheet,
    make_signed_tour,
)
from tests.feedback.conftest import TODAY
from tests.racing import at_once
from tours.models import Side


def answers(checkin: CheckIn, mark: int | None = 3, text: str = "") -> dict[int, int | str | None]:
    asked = checkin.question_set.questions.exclude(answer_kind="promises")
    return {q.pk: mark if q.is_scale else text for q in asked}


def test_a_draft_is_kept_and_kept_again(cast, checkin):
    sheet = services.save_draft(
        checkin, actor=cast.alice, basis=0, answers=answers(checkin, None, "Half a"), now=TODAY
    )
    later = TODAY + timedelta(minutes=3)
    services.save_draft(
        checkin,
        actor=cast.alice,
        basis=sheet.version,
        answers=answers(checkin, 2, "Half a thought"),
        now=later,
    )
    sheet = checkin.sheets.get()
    assert (sheet.author, sheet.side, sheet.version, sheet.saved_at) == (cast.alice, Side.EMPLOYEE, 2, later)
    assert sheet.submitted_at is None
    assert set(services.said(sheet).values()) == {2, "Half a thought"}


def test_the_second_window_is_told_and_nothing_is_lost(cast, checkin):
    one, two = answers(checkin, 1, "From the first window"), answers(checkin, 5, "From the second")
    services.save_draft(checkin, actor=cast.alice, basis=0, answers=one, now=TODAY)
    with pytest.raises(services.Stale) as stale:
        services.save_draft(checkin, actor=cast.alice, basis=0, answers=two, now=TODAY)
    assert set(services.said(stale.value.sheet).values()) == {1, "From the first window"}
    with pytest.raises(services.Stale):
        services.hand_in(checkin, actor=cast.alice, basis=0, answers=two, now=TODAY)
    assert services.said(checkin.sheets.get()) == one
    assert checkin.sheets.get().submitted_at is None


def test_saying_the_same_twice_is_no_conflict(cast, checkin):
    for verb in (services.save_draft, services.save_draft, services.hand_in, services.hand_in):
        verb(checkin, actor=cast.alice, basis=0, answers=answers(checkin), now=TODAY)
    assert (checkin.sheets.count(), Answer.objects.count()) == (1, 8)


def test_what_was_handed_in_is_final(cast, checkin):
    services.hand_in(checkin, actor=cast.alice, basis=0, answers=answers(checkin, 2), now=TODAY)
    for verb in (services.save_draft, services.hand_in):
        with pytest.raises(services.Stale):
            verb(checkin, actor=cast.alice, basis=1, answers=answers(checkin, 5), now=TODAY)
    assert set(services.said(checkin.sheets.get()).values()) == {2}


def test_the_second_to_hand_in_reveals_both(cast, checkin):
    assert not services.hand_in(checkin, actor=cast.bob, basis=0, answers=answers(checkin), now=TODAY)
    checkin.refresh_from_db()
    assert checkin.revealed_at is None
    assert services.hand_in(checkin, actor=cast.alice, basis=0, answers=answers(checkin), now=TODAY)
    checkin.refresh_from_db()
    assert (checkin.revealed_at, checkin.was_late) == (TODAY, False)


def test_only_the_two_sides_answer_skip_or_show(cast, checkin):
    for person in (cast.carol, cast.dan, cast.heidi, cast.mallory):
        for verb in (services.save_draft, services.hand_in):
            with pytest.raises(PermissionDenied):
                verb(checkin, actor=person, basis=0, answers=answers(checkin), now=TODAY)
        with pytest.raises(PermissionDenied):
            services.skip(checkin, actor=person, reason="No", now=TODAY)
        assert not services.show(checkin, actor=person, now=TODAY + timedelta(days=60))
    assert not checkin.sheets.exists()


def test_late_counts_from_the_day_where_the_last_one_lives(cast, checkin):
    cast.alice.time_zone = "Pacific/Honolulu"
    cast.alice.save(update_fields=["time_zone"])
    services.hand_in(checkin, actor=cast.bob, basis=0, answers=answers(checkin), now=TODAY)
    after_grace_in_utc = TODAY.replace(hour=3) + timedelta(days=15)
    services.hand_in(checkin, actor=cast.alice, basis=0, answers=answers(checkin), now=after_grace_in_utc)
    checkin.refresh_from_db()
    assert (checkin.revealed_on, checkin.was_late) == (checkin.lapses_on, False)


def test_completed_after_its_grace_it_counts_as_late(cast, checkin):
    for person in (cast.alice, cast.bob):
        services.hand_in(
            checkin, actor=person, basis=0, answers=answers(checkin), now=TODAY + timedelta(days=15)
        )
    checkin.refresh_from_db()
    assert checkin.was_late


def test_a_skip_holds_until_somebody_hands_in(cast, checkin):
    make_sheet(checkin, Side.EMPLOYEE, text="A draft")
    assert services.skip(checkin, actor=cast.bob, reason="Away", now=TODAY)
    assert not services.skip(checkin, actor=cast.alice, reason="Me too", now=TODAY)
    checkin.refresh_from_db()
    assert (checkin.skipped_by, checkin.skipped_reason) == (Side.MANAGER, "Away")
    with pytest.raises(services.Settled):
        services.save_draft(checkin, actor=cast.alice, basis=1, answers=answers(checkin), now=TODAY)
    with pytest.raises(services.Settled):  # nor begun, by who opened it before
        services.save_draft(checkin, actor=cast.bob, basis=0, answers=answers(checkin), now=TODAY)
    assert [sheet.side for sheet in checkin.sheets.all()] == [Side.EMPLOYEE]


def test_what_comes_once_is_not_skipped_before_it_opens(cast, any_checkin):
    checkin, early = any_checkin, TODAY - timedelta(days=30)
    row = CheckIn.objects.read_by(cast.bob, early.date()).get(pk=checkin.pk)
    assert access.can_skip(cast.bob, row, early.date()) == checkin.by_rhythm
    assert services.skip(checkin, actor=cast.bob, reason="Away", now=early) == checkin.by_rhythm
    assert checkin.by_rhythm or services.skip(checkin, actor=cast.bob, reason="Away", now=TODAY)


def test_what_was_planned_away_meanwhile_is_not_begun(cast, checkin):
    CheckIn.objects.filter(pk=checkin.pk).delete()
    with pytest.raises(services.Settled):
        services.save_draft(checkin, actor=cast.alice, basis=0, answers=answers(checkin), now=TODAY)


def test_nothing_handed_in_or_lapsed_is_skipped(cast, checkin):
    assert not services.skip(checkin, actor=cast.bob, reason="Too late", now=TODAY + timedelta(days=15))
    make_sheet(checkin, Side.EMPLOYEE, submitted_at=NOW)
    for person in (cast.alice, cast.bob):
        assert not services.skip(checkin, actor=person, reason="Not now", now=TODAY)


def test_answers_given_in_vain_can_be_shown_once_the_time_is_over(cast, checkin):
    make_sheet(checkin, Side.EMPLOYEE, text="In vain", submitted_at=NOW)
    make_sheet(checkin, Side.MANAGER, text="Half a draft")
    late = TODAY + timedelta(days=15)
    assert not services.show(checkin, actor=cast.alice, now=TODAY)
    assert not services.show(checkin, actor=cast.bob, now=late)
    assert services.show(checkin, actor=cast.alice, now=late)
    assert not services.show(checkin, actor=cast.alice, now=late)
    assert Answer.objects.visible_to(cast.bob).filter(text="In vain").exists()
    assert not Answer.objects.visible_to(cast.alice).filter(text="Half a draft").exists()


@pytest.mark.django_db(transaction=True)
class TestRaces:
    @pytest.fixture
    def checkins(self) -> list[CheckIn]:
        alice, bob = make_person("Alice Ames"), make_person("Bob Brand")
        return [make_checkin(make_signed_tour(alice, bob), TODAY.date()) for _ in range(8)]

    def test_two_who_hand_in_at_once_reveal_exactly_once(self, checkins):
        for checkin in checkins:
            hand_in = partial(services.hand_in, checkin, basis=0, answers=answers(checkin), now=TODAY)
            results = at_once(
                partial(hand_in, actor=checkin.employee), partial(hand_in, actor=checkin.manager)
            )
            assert sorted(map(bool, results)) == [False, True], results
            checkin.refresh_from_db()
            assert checkin.revealed_at

    def test_two_windows_that_save_at_once_lose_nothing(self, checkins):
        for checkin in checkins:
            save = partial(services.save_draft, checkin, actor=checkin.employee, basis=0, now=TODAY)
            results = at_once(
                partial(save, answers=answers(checkin, 3, "From one")),
                partial(save, answers=answers(checkin, 3, "From the other")),
                refusals=(services.Stale,),
            )
            assert sum(isinstance(result, services.Stale) for result in results) == 1, results
            assert sum(isinstance(result, Sheet) for result in results) == 1, results

    def test_a_skip_and_a_hand_in_at_once_leave_one_of_them(self, checkins):
        for checkin in checkins:
            said = answers(checkin)
            at_once(
                partial(services.skip, checkin, actor=checkin.manager, reason="Away", now=TODAY),
                partial(services.hand_in, checkin, actor=checkin.employee, basis=0, answers=said, now=TODAY),
                refusals=(services.Settled,),
            )
            checkin.refresh_from_db()
            handed_in = checkin.sheets.filter(submitted_at__isnull=False).exists()
            assert bool(checkin.skipped_at) != handed_in

    def test_planners_at_once_plan_once(self, checkins):
        CheckIn.objects.all().delete()
        with pgtrigger.ignore():
            QuestionSet.objects.all().delete()
        results = at_once(*[partial(plan_checkins, NOW)] * 4)
        assert results == [None] * 4
        assert CheckIn.objects.count() == len(checkins) * len(CheckIn.objects.filter(tour=checkins[0].tour))
        assert Question.objects.count() == sum(map(len, SHIPPED.values()))
