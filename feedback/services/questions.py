"""What HR does with the questions: publish them anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from feedback.access.questions import writes_questions
from feedback.asking import hand_out
from feedback.models import Kind, Question, QuestionSet
from feedback.questions import latest_set, publish_with
from people.models import Person
from tours.services import Refused


def publish(
    kind: Kind, questions: Sequence[Question], *, based_on: int, actor: Person, now: datetime
) -> QuestionSet:
    """Makes these the newest version, for all check-ins to come; the same words again are no new one.

    Raises Refused where somebody has published since version `based_on` was read. Two at once would both
    take the next number, of which the database lets only one have it.
    """
    if not writes_questions(actor):
        raise Refused(_("The questions are HR's to write."))
    newest = latest_set(kind, now=now)
    if [asked.words for asked in newest.questions.all()] == [asked.words for asked in questions]:
        return newest
    refused = Refused(_("Somebody else published questions since you opened this page."))
    if newest.number != based_on:
        raise refused
    try:
        with transaction.atomic():
            begun = QuestionSet.objects.create(kind=kind, number=based_on + 1, made_by=actor)
            made = publish_with(begun, questions, now)
    except IntegrityError:
        raise refused from None
    hand_out(now)
    return made
