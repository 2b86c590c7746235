"""Check-ins: both sides answer the same questions blind, and see each other's answers together.

The database itself refuses to reveal a check-in that only one side has handed in, to change what
was handed in, and to let anybody answer for a side they are not (see migration 0002).
"""

from __future__ import annotations

import re
from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.policy import TEXT_LIMIT
from people.models import Person
from tours.models import Side, Terms, Tour


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

    @property
    def is_scale(self) -> bool:
        return self.answer_kind == Question.AnswerKind.SCALE

    @property
    def ends(self) -> tuple[str, str]:
        """What 1 and 5 mean, in the reader's language."""
        return (gettext(self.low) if self.low else "", gettext(self.high) if self.high else "")

    def wording(self, side: Side, checkin: CheckIn) -> str:
        """The question as that side is asked it, in the reader's language, with the names filled in."""
        words = gettext(self.for_employee if side is Side.EMPLOYEE else self.for_manager)
        names = {"{employee}": checkin.employee.name, "{manager}": checkin.manager.name}
        return re.sub(r"{employee}|{manager}", lambda found: names[found[0]], words)


def handed_in(side: Side) -> Exists:
    """Whether that side of a check-in has handed in: the one thing the other may know before the reveal."""
    return Exists(Sheet.objects.filter(checkin=OuterRef("pk"), side=side, submitted_at__isnull=False))


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def of(self, person: Person) -> CheckInQuerySet:
        """Those in which the person is one of the two sides."""
        return self.filter(Q(employee=person) | Q(manager=person))

    def visible_to(self, person: Person) -> CheckInQuerySet:
        """Those of whose day and state the person may know: the two sides, the tour's manager, and HR.

        Annotates `may_open`: only the two sides find a page behind it.
        """
        own = Q(employee=person) | Q(manager=person)
        known = self.annotate(may_open=ExpressionWrapper(own, output_field=models.BooleanField()))
        return known if person.is_hr else known.filter(own | Q(tour__manager=person))

    def unsettled(self) -> CheckInQuerySet:
        """Neither revealed nor skipped."""
        return self.filter(revealed_at__isnull=True, skipped_at__isnull=True)

    def settled(self) -> CheckInQuerySet:
        return self.filter(Q(revealed_at__isnull=False) | Q(skipped_at__isnull=False))

    def open(self, on: date) -> CheckInQuerySet:
        """Begun and not settled; those that have lapsed too, for they can be completed late."""
        return self.unsettled().filter(opens_on__lte=on)

    def awaiting(self, person: Person, on: date) -> CheckInQuerySet:
        """Open ones in which it is this person's turn."""
        turn = Q(~handed_in(Side.EMPLOYEE), employee=person) | Q(~handed_in(Side.MANAGER), manager=person)
        return self.open(on).filter(turn)

    def handed_in_by(self, *sides: Side) -> CheckInQuerySet:
        """Those that each of these sides has handed in."""
        return self.filter(*(handed_in(side) for side in sides))

    def handed_in_by_nobody(self) -> CheckInQuerySet:
        return self.filter(*(~handed_in(side) for side in Side))

    def with_hand_ins(self) -> CheckInQuerySet:
        """Annotates what `has_handed_in` tells."""
        return self.annotate(
            employee_in=handed_in(Side.EMPLOYEE),
            manager_in=handed_in(Side.MANAGER),
        )


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
    #: The day of the reveal where the person lives who handed in last: it says whether that was late.
    revealed_on = models.DateField(null=True)
    skipped_at = models.DateTimeField(null=True)
    skipped_by = models.CharField(max_length=10, choices=Side, null=True)
    skipped_reason = models.TextField(blank=True, default="")

    # Once revealed, each side must have a sheet handed in: foreign keys of migration 0002.
    revealed_employee = models.GeneratedField(
        expression=Case(When(revealed_at__isnull=False, then=Value("employee"))),
        output_field=models.CharField(max_length=10),
        db_persist=True,
    )
    revealed_manager = models.GeneratedField(
        expression=Case(When(revealed_at__isnull=False, then=Value("manager"))),
        output_field=models.CharField(max_length=10),
        db_persist=True,
    )

    objects = CheckInQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-in")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tour", "kind", "due_on"], name="checkin_one_a_day"),
            models.UniqueConstraint(fields=["id", "employee"], name="checkin_employee_key"),
            models.UniqueConstraint(fields=["id", "manager"], name="checkin_manager_key"),
            models.CheckConstraint(condition=~Q(employee=F("manager")), name="checkin_two_people"),
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("due_on"), due_on__lte=F("lapses_on")),
                name="checkin_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(revealed_at__isnull=True, revealed_on__isnull=True)
                | Q(revealed_at__isnull=False, revealed_on__isnull=False, skipped_at__isnull=True),
                name="checkin_settled_once",
            ),
            models.CheckConstraint(
                condition=Q(skipped_at__isnull=True, skipped_by__isnull=True, skipped_reason="")
                | Q(skipped_at__isnull=False, skipped_by__isnull=False) & ~Q(skipped_reason__regex=r"^\s*$"),
                name="checkin_skip_says_who_and_why",
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
        return reverse("checkin", args=[self.pk])

    def side_of(self, person: object) -> Side | None:
        pk = getattr(person, "pk", None)
        if pk is None:
            return None
        return {self.employee_id: Side.EMPLOYEE, self.manager_id: Side.MANAGER}.get(pk)

    def party(self, side: Side) -> Person:
        return self.employee if side is Side.EMPLOYEE else self.manager

    def has_handed_in(self, side: Side) -> bool:
        """Of a row that came by `with_hand_ins`."""
        return bool(getattr(self, f"{side.value}_in"))

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
        return bool(self.revealed_on and self.revealed_on > self.lapses_on)


class Plan(models.Model):
    """From what the check-ins of a tour were last planned: when that changes, they are planned again."""

    tour = models.OneToOneField(Tour, models.PROTECT, primary_key=True, related_name="+")
    terms = models.ForeignKey(Terms, models.PROTECT, related_name="+")
    manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    last_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.tour_id}: {self.last_on}"


class Sheet(models.Model):
    """One side's answers to one check-in: the author's alone until both have handed in."""

    checkin = models.ForeignKey(CheckIn, models.PROTECT, related_name="sheets")
    side = models.CharField(max_length=10, choices=Side)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    #: Rises with every save, so that a window that has fallen behind can be told.
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    #: When the author chose to show it, the check-in having lapsed without the other side.
    shown_at = models.DateTimeField(null=True)

    # As with signatures: only the person on that side can be the author, see migration 0002.
    employee_author = models.GeneratedField(
        expression=Case(When(side="employee", then=F("author"))),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    manager_author = models.GeneratedField(
        expression=Case(When(side="manager", then=F("author"))),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    submitted_side = models.GeneratedField(
        expression=Case(When(submitted_at__isnull=False, then=F("side"))),
        output_field=models.CharField(max_length=10),
        db_persist=True,
    )

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
        """One's own; the other side's once revealed or shown; nothing to anybody else."""
        party = Q(sheet__checkin__employee=person) | Q(sheet__checkin__manager=person)
        open_ = Q(sheet__checkin__revealed_at__isnull=False) | Q(sheet__shown_at__isnull=False)
        return self.filter(Q(sheet__author=person) | (party & open_))

    def of(self, checkin: CheckIn) -> AnswerQuerySet:
        """With all that a page says of them, in the order asked."""
        rows = self.filter(sheet__checkin=checkin).select_related("sheet", "question")
        return rows.order_by("question__position", "sheet__side")


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
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("text"), TEXT_LIMIT), name="answer_text_limit"
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
            )
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}: {self.question_id}"
