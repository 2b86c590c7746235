"""What each side said: its author's alone until both have handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from feedback.limits import TEXT_LIMIT
from feedback.models.questions import Question
from feedback.models.releases import Release
from people.models import Person
from tours.models import Promise, Side
from tours.models.sides import only_if

if TYPE_CHECKING:
    from feedback.models.checkins import CheckIn


class Sheet(models.Model):
    """One side's answers to one check-in: the author's alone until both have handed in."""

    checkin = models.ForeignKey("feedback.CheckIn", models.PROTECT, related_name="sheets")
    side = models.CharField(max_length=10, choices=Side)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    #: Rises with every save, so that a window that has fallen behind can be told.
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    #: When the author chose to show it, the check-in having lapsed without the other side.
    shown_at = models.DateTimeField(null=True)

    # As with signatures: only the person on that side can be the author, see migration 0002.
    employee_author = only_if(Side.EMPLOYEE)
    manager_author = only_if(Side.MANAGER)
    submitted_side = models.GeneratedField(
        expression=Case(When(submitted_at__isnull=False, then=F("side"))),
        output_field=models.CharField(max_length=10),
        db_persist=True,
    )

    #: Since this transaction began: where it is kept it has its first version already.
    is_just_begun = False

    class Meta:
        verbose_name = _("answers of one side")
        constraints = [
            models.UniqueConstraint(fields=["checkin", "side"], name="sheet_one_a_side"),
            models.UniqueConstraint(fields=["checkin", "submitted_side"], name="sheet_submitted_key"),
            models.CheckConstraint(
                condition=Q(shown_at__isnull=True) | Q(submitted_at__isnull=False),
                name="sheet_shown_is_submitted",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="submitted_sheets_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__submitted_at__isnull=False)
                & (
                    pgtrigger.Q(old__submitted_at__df=pgtrigger.F("new__submitted_at"))
                    | pgtrigger.Q(old__version__df=pgtrigger.F("new__version"))
                ),
            ),
            pgtrigger.Protect(
                name="submitted_sheets_are_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__submitted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checkin_id}: {self.side}"


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, person: Person) -> AnswerQuerySet:
        """One's own; the other side's once revealed or shown; what the employee released to one; nothing
        else. What is meant for its author alone stays that."""
        party = Q(sheet__checkin__employee=person) | Q(sheet__checkin__manager=person)
        open_ = Q(sheet__checkin__revealed_at__isnull=False) | Q(sheet__shown_at__isnull=False)
        released = Release.objects.standing().filter(checkin=OuterRef("sheet__checkin"), reader=person)
        shared = ~Q(question__visibility=Question.Visibility.AUTHOR)
        return self.filter(Q(sheet__author=person) | shared & (party & open_ | Exists(released)))

    def revealed_marks(self, party: Person) -> AnswerQuerySet:
        """Marks in revealed check-ins in which the person is a side: nothing that was only shown, or released
        to them, and of what somebody writes for themselves alone, one's own."""
        both = Q(sheet__checkin__employee=party) | Q(sheet__checkin__manager=party)
        may = Q(sheet__author=party) | ~Q(question__visibility=Question.Visibility.AUTHOR)
        rows = self.visible_to(party).filter(both, may, sheet__checkin__revealed_at__isnull=False)
        return rows.filter(scale__isnull=False)

    def of(self, checkin: CheckIn) -> AnswerQuerySet:
        """With all that a page says of them, in the order asked."""
        rows = self.filter(sheet__checkin=checkin).select_related("sheet", "question", "promise")
        return rows.order_by("question__position", "sheet__side", "promise__due_on", "promise")


class Chosen(str):
    """The key of what was chosen, where a plain `str` would be words."""


class Outlook(models.TextChoices):
    """How a side sees a promise that the other owes it. The ledger is where it is judged."""

    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    NOT_KEPT = "not_kept", _("Not kept")
    CANNOT_SAY = "cannot_say", _("Cannot say")


class Reviews(dict[int, str]):
    """The outlook of each promise, by the promise's key in the database."""


#: What one side says to a question: a mark from 1 to 5, a choice, words, outlooks, or nothing.
Said = int | Chosen | str | Reviews | None


class Answer(models.Model):
    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    scale = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(blank=True, default="")
    #: The key of what was chosen; that the question offers it is kept by a trigger.
    choice = models.CharField(max_length=40, blank=True, default="", db_default="")
    #: Of a review: the promise of which `choice` is the outlook. Such a question has a row for each.
    promise = models.ForeignKey(Promise, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "question", "promise"], nulls_distinct=False, name="answer_once"
            ),
            models.CheckConstraint(
                condition=Q(scale__isnull=True) | Q(scale__range=(1, 5)), name="answer_scale"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("text"), TEXT_LIMIT), name="answer_text_limit"
            ),
            models.CheckConstraint(
                condition=Q(text="", choice="") | Q(scale__isnull=True) & (Q(text="") | Q(choice="")),
                name="answer_of_one_kind",
            ),
            models.CheckConstraint(
                condition=Q(promise__isnull=True)
                | Q(scale__isnull=True, text="", choice__in=["", *Outlook.values]),
                name="answer_is_an_outlook",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="submitted_answers_stay",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (
                    SELECT 1 FROM feedback_sheet
                    WHERE id IN (OLD.sheet_id, NEW.sheet_id) AND submitted_at IS NOT NULL
                ) THEN
                    RAISE EXCEPTION 'pgtrigger: answers that were handed in never change';
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="chosen_is_offered",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__choice__gt="", new__promise__isnull=True),
                func="""
                IF NOT EXISTS (
                    SELECT FROM feedback_question q, jsonb_array_elements(q.choices) offered
                    WHERE q.id = NEW.question_id AND offered->>0 = NEW.choice
                ) THEN
                    RAISE EXCEPTION 'pgtrigger: only what the question offers can be chosen';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="reviewed_is_owed_by_the_other",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__promise__isnull=False),
                func="""
                IF NOT EXISTS (
                    SELECT FROM feedback_sheet s
                    JOIN feedback_checkin c ON c.id = s.checkin_id
                    JOIN tours_terms v ON v.tour_id = c.tour_id
                    JOIN tours_promise p ON p.terms_id = v.id
                    JOIN feedback_question q ON q.question_set_id = c.question_set_id
                    WHERE s.id = NEW.sheet_id AND p.id = NEW.promise_id AND q.id = NEW.question_id
                        AND p.owed_by <> s.side AND v.proposed_at IS NOT NULL AND q.answer_kind = 'promises'
                ) THEN
                    RAISE EXCEPTION 'pgtrigger: a side reviews what the other side owes it in that tour';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}: {self.question_id}"

    @property
    def said(self) -> Said:
        return self.scale or (Chosen(self.choice) if self.choice else self.text)
