from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from feedback.models import CheckIn
from feedback.questions import SHIPPED
from tests.factories import make_checkin, make_signed_tour
from tours.models import Promise, Tour

#: The day the check-in of these tests is due: open since a week, in grace for two more.
TODAY = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


@pytest.fixture
def today():
    with time_machine.travel(TODAY, tick=False) as clock:
        yield clock


@pytest.fixture
def tour(cast, today) -> Tour:
    return make_signed_tour(cast.alice, cast.bob)


@pytest.fixture
def checkin(cast, today) -> CheckIn:
    return make_checkin(make_signed_tour(cast.alice, cast.bob), TODAY.date())


@pytest.fixture(params=SHIPPED)
def any_checkin(request, cast, today) -> CheckIn:
    """One of each kind, in turn: what holds for one must hold for all."""
    return make_checkin(make_signed_tour(cast.alice, cast.bob), TODAY.date(), kind=request.param)


@pytest.fixture
def typed():
    """What a browser posts: `typed(checkin, 4, "Fine", act="hand_in")`."""

    def fill(
        checkin: CheckIn,
        mark: object = "",
        text: str = "",
        choice: str = "",
        *,
        outlook: str = "on_track",
        act: str = "save",
        basis: int = 0,
        **more,
    ):
        data = {"act": act, "basis": basis}
        terms = checkin.tour.in_force_id
        for question in checkin.question_set.questions.all():
            if question.is_promises:
                owed = Promise.objects.filter(terms=terms)
                data |= {f"answer-{question.key}_{promise.pk}": outlook for promise in owed}
                continue
            said = {"scale": mark, "text": text, "choice": choice}
            data[f"answer-{question.key}"] = said[question.answer_kind]
        return data | {f"answer-{key}": value for key, value in more.items()}

    return fill
