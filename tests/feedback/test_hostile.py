"""What somebody tries who has no right to it any more."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from people.services import end_employment
from tests.factories import make_alignment, make_conversation
from tests.feedback.conftest import TODAY


def test_who_has_left_answers_nobody_any_more_and_reads_on(cast, as_, today):
    exercise = make_alignment(cast.alice, manager=cast.bob, shared_at=TODAY)
    asked = make_conversation(cast.alice, cast.bob)
    end_employment(cast.bob, last_day=TODAY.date() - timedelta(days=1), ending="resignation")
    for page, typed in (
        (reverse("alignment_shared", args=[exercise.pk]), {"words": "I see it too."}),
        (asked.get_absolute_url(), {"answer": "declined", "words": ""}),
    ):
        assert as_(cast.bob).get(page).status_code == 200
        assert as_(cast.bob).post(page, typed).status_code == 404
    for row in (exercise, asked):
        row.refresh_from_db()
        assert row.answered_at is None
