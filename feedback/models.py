"""Check-ins: both sides answer the same questions blind, and see each other's answers together."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tours.models import Side, Tour


class Kind(models.TextChoices):
    REGULAR = "regular", _("Regular")
    CAREER = "career", _("Career")
    NEXT_TOUR = "next_tour", _("Next tour")
    CLOSE_OUT = "close_out", _("Close-out")


class QuestionSet(models.Model):
    """A numbered version of the questions of one kind. Answered check-ins keep the version they had."""

    kind = models.CharField(max_length=20, choices=Kind)
    number = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    questions: models.Manager[Question]

    class Meta:
        verbose_name = _("question set")
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="question_set_number")]

    def __str__(self) -> str:
        return f"{self.kind} v{self.number}"


class Question(models.Model):
    """`{employee}` and `{manager}` in a wording stand for the two names."""

    class AnswerKind(models.TextChoices):
        SCALE = "scale", _("Scale from 1 to 5")
        TEXT = "text", _("Text")

    question_set = models.ForeignKey(QuestionSet, models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField()
    answer_kind = models.CharField(max_length=10, choices=AnswerKind)
    for_employee = models.CharField(max_length=300)
    for_manager = models.CharField(max_length=300)
    low = models.CharField(max_length=80, blank=True, default="")
    high = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("question")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["question_set", "key"], name="question_key_in_set")]

    def __str__(self) -> str:
        return self.for_employee


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def of(self, person: models.Model) -> CheckInQuerySet:
        """Those in which the person is one of the two sides."""
        return self.filter(Q(employee=person) | Q(manager=person))

    def unsettled(self) -> CheckInQuerySet:
        """Neither revealed nor skipped."""
        return self.filter(revealed_at__isnull=True, skipped_at__isnull=True)

    def open(self, on: date) -> CheckInQuerySet:
        return self.unsettled().filter(opens_on__lte=on)


class CheckIn(models.Model):
    """A dated exchange between the two people who were its sides when it was planned."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        OPEN = "open", _("Open")
        COMPLETE = "complete", _("Complete")
        LAPSED = "lapsed", _("Lapsed")
        SKIPPED = "skipped", _("Skipped")

    tour = models.ForeignKey(Tour, models.PROTECT, related_name="checkins")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.REGULAR)
    employee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    question_set = models.ForeignKey(QuestionSet, models.PROTECT, related_name="+")
    opens_on = models.DateField()
    due_on = models.DateField()
    lapses_on = models.DateField()
    revealed_at = models.DateTimeField(null=True)
    skipped_at = models.DateTimeField(null=True)
    skipped_by = models.CharField(max_length=10, choices=Side, null=True)
    skipped_reason = models.TextField(blank=True, default="")

    objects = CheckInQuerySet.as_manager()

    sheets: models.Manager[Sheet]

    class Meta:
        verbose_name = _("check-in")
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(fields=["tour", "kind", "due_on"], name="checkin_one_a_day"),
            models.UniqueConstraint(fields=["id", "employee"], name="checkin_employee_key"),
            models.UniqueConstraint(fields=["id", "manager"], name="checkin_manager_key"),
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("due_on"), due_on__lte=F("lapses_on")),
                name="checkin_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(revealed_at__isnull=True) | Q(skipped_at__isnull=True),
                name="checkin_settled_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(revealed_at__isnull=True, skipped_at__isnull=True),
                name="checkin_unsettled",
            )
        ]

    def __str__(self) -> str:
        return f"{self.tour_id}: {self.due_on}"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("checkin", args=[self.pk])

    def side_of(self, person: object) -> Side | None:
        pk = getattr(person, "pk", None)
        if pk is None:
            return None
        return {self.employee_id: Side.EMPLOYEE, self.manager_id: Side.MANAGER}.get(pk)

    def state(self, on: date) -> State:
        if self.skipped_at:
            return CheckIn.State.SKIPPED
        if self.revealed_at:
            return CheckIn.State.COMPLETE
        if on < self.opens_on:
            return CheckIn.State.PLANNED
        # The last day of grace is still in time.
        return CheckIn.State.LAPSED if on > self.lapses_on else CheckIn.State.OPEN

    @property
    def was_late(self) -> bool:
        return bool(self.revealed_at and self.revealed_at.date() > self.lapses_on)


class Sheet(models.Model):
    """One side's answers to one check-in: the author's alone until both have handed in."""

    checkin = models.ForeignKey(CheckIn, models.PROTECT, related_name="sheets")
    side = models.CharField(max_length=10, choices=Side)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    # As with signatures: only the person on that side can be the author, see migration 0002.
    employee_author = models.GeneratedField(
        expression=models.Case(models.When(side="employee", then=F("author"))),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    manager_author = models.GeneratedField(
        expression=models.Case(models.When(side="manager", then=F("author"))),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    answers: models.Manager[Answer]

    class Meta:
        verbose_name = _("answers of one side")
        constraints = [models.UniqueConstraint(fields=["checkin", "side"], name="sheet_one_a_side")]

    def __str__(self) -> str:
        return f"{self.checkin_id}: {self.side}"


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, person: models.Model) -> AnswerQuerySet:
        """One's own, and the other side's once revealed; nothing to anybody else."""
        party = Q(sheet__checkin__employee=person) | Q(sheet__checkin__manager=person)
        revealed = Q(sheet__checkin__revealed_at__isnull=False)
        return self.filter(Q(sheet__author=person) | (party & revealed))


class Answer(models.Model):
    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    scale = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(blank=True, default="")

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "question"], name="answer_once"),
            models.CheckConstraint(
                condition=Q(scale__isnull=True) | Q(scale__range=(1, 5)), name="answer_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}: {self.question_id}"
