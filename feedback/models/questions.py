"""The versioned questions that both sides of a check-in are asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance_site.addresses import address
from people.models import Person
from tours.models import Side

if TYPE_CHECKING:
    from feedback.models.checkins import CheckIn


class Kind(models.TextChoices):
    REGULAR = "regular", _("Regular")
    CAREER = "career", _("Career")
    NEXT_TOUR = "next_tour", _("Next tour")
    CLOSE_OUT = "close_out", _("Close-out")


class QuestionSetQuerySet(models.QuerySet["QuestionSet"]):
    def published(self) -> QuestionSetQuerySet:
        """All but one whose questions are being written, which only their own transaction can see."""
        return self.filter(published_at__isnull=False)

    def newest(self) -> QuestionSetQuerySet:
        """Of each kind the one that check-ins are given now."""
        return self.published().order_by("kind", "-number").distinct("kind")


class QuestionSet(models.Model):
    """A numbered version of the questions of one kind. Answered check-ins keep the version they had.

    A change is a new row, so the rows are their own history: once published, neither a set nor any of its
    questions changes or goes.
    """

    kind = models.CharField(max_length=20, choices=Kind)
    number = models.PositiveIntegerField()
    #: Of those that we ship: which of them. Null where HR wrote it.
    edition = models.PositiveSmallIntegerField(null=True)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    objects = QuestionSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("question set")
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="question_set_number"),
            models.UniqueConstraint(fields=["kind", "edition"], name="question_set_edition"),
            models.CheckConstraint(
                condition=Q(edition__isnull=True, made_by__isnull=False)
                | Q(edition__isnull=False, made_by__isnull=True),
                name="question_set_is_ours_or_somebodys",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_sets_never_change",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.number}"

    def get_absolute_url(self) -> str:
        return address("question_set", self.kind, self.number)


@dataclass(frozen=True)
class Owed:
    """A promise that is to be reviewed."""

    pk: int
    what: str
    due_on: date


class Question(models.Model):
    """`{employee}` and `{manager}` in a wording stand for the two names.

    Wordings that we ship are also messages of the catalogues; HR's own are shown as they are.
    """

    class AnswerKind(models.TextChoices):
        SCALE = "scale", _("Scale from 1 to 5")
        TEXT = "text", _("Text")
        CHOICE = "choice", _("Choice")
        PROMISES = "promises", _("Review of the other side's promises")

    class Visibility(models.TextChoices):
        """Who reads an answer once both have handed in; before that it is its author's alone."""

        FIGURES = "figures", _("Both sides, and group figures")
        BOTH = "both", _("Both sides alone")
        AUTHOR = "author", _("Only whoever writes it")

    question_set = models.ForeignKey(QuestionSet, models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField()
    answer_kind = models.CharField(max_length=10, choices=AnswerKind)
    for_employee = models.CharField(max_length=300)
    for_manager = models.CharField(max_length=300)
    low = models.CharField(max_length=80, blank=True, default="")
    high = models.CharField(max_length=80, blank=True, default="")
    #: Of a choice: pairs of a key, which an answer names, and a label; the same for both sides.
    choices = models.JSONField(default=list, db_default=Value([], models.JSONField()), blank=True)
    visibility = models.CharField(
        max_length=10, choices=Visibility, default=Visibility.BOTH, db_default=Visibility.BOTH
    )

    #: What makes one question the same as another; the key tells it through all versions.
    WORDS = ("key", "answer_kind", "for_employee", "for_manager", "low", "high", "choices", "visibility")

    #: Of a question that came by `asking.asked`: what a review is about.
    owed: list[Owed]

    class Meta:
        verbose_name = _("question")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(visibility="figures") | Q(answer_kind="scale"),
                name="question_only_marks_in_figures",
            ),
            models.UniqueConstraint(fields=["question_set", "key"], name="question_key_in_set"),
            models.CheckConstraint(
                condition=Q(answer_kind="choice") & ~Q(choices=[]) | ~Q(answer_kind="choice") & Q(choices=[]),
                name="question_choices_of_a_choice",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="questions_of_published_sets",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (
                    SELECT FROM feedback_questionset
                    WHERE id IN (OLD.question_set_id, NEW.question_set_id) AND published_at IS NOT NULL
                ) THEN
                    RAISE EXCEPTION 'pgtrigger: the questions of a published set never change';
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.for_employee

    @property
    def is_scale(self) -> bool:
        return self.answer_kind == Question.AnswerKind.SCALE

    @property
    def ends(self) -> tuple[str, str]:
        """What 1 and 5 mean, in the reader's language."""
        return (gettext(self.low) if self.low else "", gettext(self.high) if self.high else "")

    @property
    def is_choice(self) -> bool:
        return self.answer_kind == Question.AnswerKind.CHOICE

    @property
    def is_text(self) -> bool:
        return self.answer_kind == Question.AnswerKind.TEXT

    @property
    def is_promises(self) -> bool:
        return self.answer_kind == Question.AnswerKind.PROMISES

    @property
    def is_private(self) -> bool:
        return self.visibility == Question.Visibility.AUTHOR

    @property
    def words(self) -> tuple[object, ...]:
        """All that is said of it, to tell whether two are the same."""
        return tuple(
            [list(pair) for pair in self.choices] if name == "choices" else getattr(self, name)
            for name in self.WORDS
        )

    @property
    def labels(self) -> dict[str, str]:
        """What can be chosen, by key and in the reader's language."""
        return {key: gettext(label) for key, label in self.choices}

    def wording(self, side: Side, checkin: CheckIn) -> str:
        """The question as that side is asked it, in the reader's language, with the names filled in."""
        words = gettext(self.for_employee if side is Side.EMPLOYEE else self.for_manager)
        names = {"{employee}": checkin.employee.name, "{manager}": checkin.manager.name}
        return re.sub(r"{employee}|{manager}", lambda found: names[found[0]], words)
