"""What the database itself refuses, and what follows from the dates of a check-in."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.utils import translation

from feedback.models import Answer, CheckIn, Sheet
from tests.factories import DAY, NOW, make_checkin, make_revealed_checkin, make_sheet, make_signed_tour
from tests.refusing import refused
from tours.models import Side


@pytest.fixture
def checkin(cast) -> CheckIn:
    return make_checkin(make_signed_tour(cast.alice, cast.bob))


@pytest.mark.parametrize("side", list(Side))
def test_nobody_answers_for_the_other_side(cast, checkin, side):
    for author in (checkin.party(side.other), cast.heidi, cast.mallory, cast.dan):
        refused(lambda a=author: Sheet.objects.create(checkin=checkin, side=side, author=a, saved_at=NOW))
    assert not checkin.sheets.exists()


@pytest.mark.parametrize("side", list(Side))
def test_nothing_is_revealed_before_both_have_handed_in(checkin, side):
    row = CheckIn.objects.filter(pk=checkin.pk)
    refused(lambda: row.update(revealed_at=NOW, revealed_on=DAY))
    make_sheet(checkin, side, submitted_at=NOW)
    make_sheet(checkin, side.other)
    refused(lambda: row.update(revealed_at=NOW, revealed_on=DAY))
    Sheet.objects.update(submitted_at=NOW)
    assert row.update(revealed_at=NOW, revealed_on=DAY) == 1


def test_what_was_handed_in_never_changes(checkin):
    sheet = make_sheet(checkin, Side.EMPLOYEE, text="I am bored", submitted_at=NOW)
    row, answers = Sheet.objects.filter(pk=sheet.pk), Answer.objects.filter(sheet=sheet)
    refused(lambda: row.update(submitted_at=None))
    refused(lambda: row.update(version=9))
    refused(row.delete)
    refused(lambda: answers.update(text="I am happy"))
    refused(answers.delete)
    refused(lambda: answers.filter(scale=3).update(scale=5))
    assert row.update(shown_at=NOW) == 1


def test_a_draft_cannot_be_shown(checkin):
    sheet = make_sheet(checkin, Side.EMPLOYEE)
    refused(lambda: Sheet.objects.filter(pk=sheet.pk).update(shown_at=NOW))


@pytest.mark.parametrize("wrong", [{"scale": 0}, {"scale": 6}, {"text": "x" * 4001}])
def test_an_answer_outside_its_limits_is_refused(checkin, wrong):
    sheet = make_sheet(checkin, Side.EMPLOYEE)
    refused(lambda: sheet.answers.update(**wrong))


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_skip_without_a_reason_is_refused(checkin, reason):
    row = CheckIn.objects.filter(pk=checkin.pk)
    refused(lambda: row.update(skipped_at=NOW, skipped_by=Side.MANAGER, skipped_reason=reason))


def test_no_history_table_holds_anything_of_this_room():
    """What somebody said would live on in it, beyond the blind rule and every deletion."""
    models = list(apps.get_app_config("feedback").get_models())
    assert Answer in models
    assert [model for model in models if hasattr(model, "pgh_tracked_model")] == []


def test_the_state_follows_from_the_day(checkin):
    states = {
        checkin.opens_on - timedelta(days=1): CheckIn.State.PLANNED,
        checkin.opens_on: CheckIn.State.OPEN,
        checkin.lapses_on: CheckIn.State.OPEN,
        checkin.lapses_on + timedelta(days=1): CheckIn.State.LAPSED,
    }
    assert {day: checkin.state(day) for day in states} == states


def test_the_last_day_of_grace_is_not_late(cast):
    tour = make_signed_tour(cast.alice, cast.bob)
    last = DAY + timedelta(days=14)
    for n, (days, late) in enumerate([(0, False), (1, True)]):
        checkin = make_revealed_checkin(
            tour,
            DAY - timedelta(days=n),
            lapses_on=last,
            revealed_at=NOW.replace(month=last.month, day=last.day) + timedelta(days=days),
        )
        assert (checkin.state(date(2027, 1, 1)), checkin.was_late) == (CheckIn.State.COMPLETE, late)


def test_a_question_names_the_two_as_they_are_called(cast, checkin):
    question = checkin.question_set.questions.get(key="manager_keeps")
    assert question.wording(Side.EMPLOYEE, checkin).startswith("How well does Bob Brand, for the company")
    assert "to Alice Ames?" in question.wording(Side.MANAGER, checkin)
    checkin.manager.name = "{employee} <b>"
    assert "How well does {employee} <b>," in question.wording(Side.EMPLOYEE, checkin)
    with translation.override("de"):
        assert question.ends[0]
