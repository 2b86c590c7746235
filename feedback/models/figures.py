"""What HR is told of answers: sums over groups of people, published once a quarter and for good."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from feedback.models.questions import Question
from people.models import Department
from tours.models import Side, Tour
from tours.policy import FIGURE_FLOOR


def _as_written(name: str) -> pgtrigger.Protect:
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


def _none_is_added(name: str, is_out: str) -> pgtrigger.Trigger:
    """A second way to divide the same answers, laid beside the first, could give somebody away."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Insert,
        when=pgtrigger.Before,
        func=f"""
        IF EXISTS ({is_out}) THEN
            RAISE EXCEPTION 'pgtrigger: a quarter is published once';
        END IF;
        RETURN NEW;
        """,
    )


class Publication(models.Model):
    """That the group figures of a quarter are out, with the policy's number that held: written after them."""

    #: Its first day.
    quarter = models.DateField(primary_key=True)
    least = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("publication of group figures")
        ordering = ["quarter"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quarter__day=1, quarter__month__in=(1, 4, 7, 10)), name="publication_of_a_quarter"
            ),
            models.CheckConstraint(condition=Q(least__gte=FIGURE_FLOOR), name="publication_floor"),
        ]
        triggers = [_as_written("publications_stay")]

    def __str__(self) -> str:
        return f"{self.quarter}"


class GroupFigure(models.Model):
    """One group's marks on a question, summed: the smallest thing that is ever told.

    No mark of anybody can be read off a sum that is neither the lowest nor the highest possible.
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="figures")
    #: Of several versions of a question in the same words, the one that was published first.
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    #: Whose marks these are. Both sides' are about an employee each, so `marks` counts employees.
    side = models.CharField(max_length=10, choices=Side)
    people = models.PositiveIntegerField()  #: who gave them
    marks = models.PositiveIntegerField()
    total = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("group figure")
        indexes = [models.Index(fields=["question", "publication"], name="figure_of_question")]
        constraints = [
            models.CheckConstraint(
                condition=Q(people__gte=FIGURE_FLOOR, marks__gte=F("people")), name="figure_of_a_group"
            ),
            models.CheckConstraint(
                condition=Q(total__gt=F("marks"), total__lt=F("marks") * 5), name="figure_pins_nobody"
            ),
        ]
        triggers = [
            _as_written("figures_stay"),
            _none_is_added(
                "figures_come_with_their_quarter",
                "SELECT FROM feedback_publication WHERE quarter = NEW.publication_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id}: {self.question_id}, {self.side}"


class GroupPart(models.Model):
    """One department and type of tour that a group consists of: what a figure is over. No group shares it
    with another."""

    figure = models.ForeignKey(GroupFigure, models.PROTECT, related_name="parts")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    type = models.CharField(max_length=20, choices=Tour.Type)

    class Meta:
        verbose_name = _("part of a group")
        constraints = [
            models.UniqueConstraint(
                fields=["figure", "department", "type"], nulls_distinct=False, name="part_once"
            )
        ]
        triggers = [
            _as_written("parts_stay"),
            _none_is_added(
                "parts_come_with_their_quarter",
                """
                SELECT FROM feedback_publication JOIN feedback_groupfigure ON quarter = publication_id
                WHERE id = NEW.figure_id
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.figure_id}: {self.department_id}, {self.type}"
