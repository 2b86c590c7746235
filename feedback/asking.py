"""What a check-in asks: which set of questions, and which promises a review of them is about."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Case, QuerySet, When
from django.db.models.functions import JSONObject

from feedback.models import CheckIn, Owed, Question
from feedback.questions import SHIPPED, latest_sets
from people.days import dates_anywhere
from people.prepared import prepared
from tours.ledger import owed
from tours.models import Side

CHUNK = 5000  # check-ins that are given newer questions in one statement

# Those that have opened nowhere and that nobody has begun. Whatever somebody holds just now waits for the
# next tick, so this never waits for the planner, and the planner at most for this.
NEWEST = """
UPDATE feedback_checkin c SET question_set_id = asked.id
FROM unnest(%(kinds)s::text[], %(sets)s::bigint[]) AS asked (kind, id)
WHERE asked.kind = c.kind AND c.id IN (
    SELECT c.id
    FROM unnest(%(kinds)s::text[], %(sets)s::bigint[]) AS asked (kind, id)
    JOIN feedback_questionset older ON older.kind = asked.kind AND older.id <> asked.id
    JOIN feedback_checkin c ON c.question_set_id = older.id AND c.kind = asked.kind
    WHERE c.opens_on > %(today)s AND c.revealed_at IS NULL AND c.skipped_at IS NULL
        AND NOT EXISTS (SELECT FROM feedback_sheet s WHERE s.checkin_id = c.id)
    ORDER BY c.opens_on
    LIMIT %(chunk)s
    FOR UPDATE OF c SKIP LOCKED
)
"""


def hand_out(now: datetime) -> bool:
    """Gives the newest questions to the check-ins that are still to come; what has opened or is begun
    keeps its own. Safe to repeat. True if there may be more of them than one statement takes."""
    newest = latest_sets(SHIPPED, now=now)
    what: dict[str, Any] = {
        "kinds": [kind.value for kind in newest],
        "sets": [questions.pk for questions in newest.values()],
        "today": dates_anywhere(now)[1],
        "chunk": CHUNK,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, what)
        return bool(cursor.rowcount == CHUNK)


def asked(checkin: CheckIn, side: Side, on: date) -> list[Question]:
    """What that side is asked, in order; a review with the promises that the other side owes it that day.

    One query for all, as a page has none to spare.
    """
    found: list[Question] = []
    for question in _questions(checkin.question_set_id, checkin.tour_id, side.other, on):
        question.owed = [_owed(told) for told in vars(question)["told"] or ()]
        found.append(question)
    return found


@prepared
def _questions(question_set: int, tour: int, other: Side, on: date) -> QuerySet[Question]:
    owes = owed(on).filter(terms__tour=tour, owed_by=other).order_by("due_on", "pk")
    told = ArraySubquery(owes.values(told=JSONObject(pk="pk", what="what", due_on="due_on")))
    questions = Question.objects.filter(question_set=question_set)
    # Of no question's own, Postgres asks for them at most once, and knows beforehand what that costs.
    return questions.annotate(told=Case(When(answer_kind=Question.AnswerKind.PROMISES, then=told)))


def _owed(told: dict[str, Any]) -> Owed:
    return Owed(told["pk"], told["what"], date.fromisoformat(told["due_on"]))
