"""The versioned questions that both sides of a check-in are asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tours.models import Side

if TYPE_CHECKING:
    from feedback.models.checkins import CheckIn


class Kind(models.TextChoices):
    REGULAR = "regular", _("Regular")
    CAREER = "career", _("Career")
    NEXT_TOUR = "next_tour", _("Next tour")
    CLOSE_OUT = "close_out", _("Close-out")


class QuestionSet(models.Model):
    """A numbered version of the questions of one kind. Answered check-ins keep the version they had."""

    kind = models.CharField(max_length=20, choices=Kind)
    number = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("question set")
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="question_set_number")]

    def __str__(self) -> str:
        return f"{self.kind} v{self.number}"


class Question(models.Model):
    """`{employee}` and `{manager}` in a wording stand for the two names.

    Wordings that we ship are also messages of the catalogues; HR's own are shown as they are.
    """

    class AnswerKind(models.TextChoices):
        SCALE = "scale", _("Scale from 1 to 5")
        TEXT = "text", _("Text")
        CHOICE = "choice", _("Choice")

    class Visibility(models.TextChoices):
        """Who reads an answer once both have handed in; before that it is its author's alone."""

        FIGURES = "figures", _("Both sides, and as a mark among others in group figures")
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
    def labels(self) -> dict[str, str]:
        """What can be chosen, by key and in the reader's language."""
        return {key: gettext(label) for key, label in self.choices}

    def wording(self, side: Side, checkin: CheckIn) -> str:
        """The question as that side is asked it, in the reader's language, with the names filled in."""
        words = gettext(self.for_employee if side is Side.EMPLOYEE else self.for_manager)
        names = {"{employee}": checkin.employee.name, "{manager}": checkin.manager.name}
        return re.sub(r"{employee}|{manager}", lambda found: names[found[0]], words)
