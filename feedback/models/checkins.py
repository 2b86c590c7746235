"""A dated exchange of the two sides of a tour, and whether each has handed in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from feedback.models.actions import Action
from feedback.models.answers import Sheet
from feedback.models.questions import Kind, QuestionSet
from feedback.models.releases import released_to
from people.models import Person, ReportingLine
from tours.models import Side, Terms, Tour

if TYPE_CHECKING:
    from feedback.models.notes import Note


def handed_in(side: Side) -> Exists:
    """Whether that side of a check-in has handed in: the one thing the other may know before the reveal."""
    return Exists(Sheet.objects.filter(checkin=OuterRef("pk"), side=side, submitted_at__isnull=False))


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def of(self, person: Person) -> CheckInQuerySet:
        """Those in which the person is one of the two sides."""
        return self.filter(Q(employee=person) | Q(manager=person))

    def visible_to(self, person: Person, on: date) -> CheckInQuerySet:
        """Those of whose day and state the person may know: the two sides, the tour's manager, whoever
        manages the employee that day, and HR.

        Annotates `may_open`: the two sides find a page behind it, and whom the employee released it to.
        """
        own = Q(employee=person) | Q(manager=person)
        opens = Case(When(own | Q(released_to(person)), then=True), default=False)
        known = self.annotate(may_open=opens)
        line = ReportingLine.objects.current(on).filter(person=OuterRef("employee"), manager=person)
        return known if person.is_hr else known.filter(own | Q(tour__manager=person) | Exists(line))

    def unsettled(self) -> CheckInQuerySet:
        """Neither revealed nor skipped."""
        return self.filter(revealed_at__isnull=True, skipped_at__isnull=True)

    def settled(self) -> CheckInQuerySet:
        return self.filter(Q(revealed_at__isnull=False) | Q(skipped_at__isnull=False))

    def open(self, on: date) -> CheckInQuerySet:
        """Begun and not settled; those that have lapsed too, for they can be completed late."""
        return self.unsettled().filter(opens_on__lte=on)

    def asked(self, on: date) -> CheckInQuerySet:
        """Not those of a tour that has ended early: of it only the close-out is still asked for. Nor what
        comes next, once both have agreed on that."""
        runs = Q(tour__ended_on__isnull=True) | Q(tour__ended_on__gte=on)
        open_ = Exists(Tour.objects.without_outcome().filter(pk=OuterRef("tour")))
        return self.filter(runs & (~Q(kind=Kind.NEXT_TOUR) | open_) | Q(kind=Kind.CLOSE_OUT))

    def awaiting(self, person: Person, on: date) -> CheckInQuerySet:
        """Open ones in which it is this person's turn."""
        turn = Q(~handed_in(Side.EMPLOYEE), employee=person) | Q(~handed_in(Side.MANAGER), manager=person)
        return self.open(on).filter(turn)

    def handed_in_by(self, *sides: Side) -> CheckInQuerySet:
        """Those that each of these sides has handed in."""
        return self.filter(*(handed_in(side) for side in sides))

    def handed_in_by_nobody(self) -> CheckInQuerySet:
        return self.filter(*(~handed_in(side) for side in Side))

    def read_by(self, person: Person, on: date) -> CheckInQuerySet:
        """Annotates `reader_works`: whether that reader is employed that day, and so may still write; and
        `reader_has_it`: whether it was released to them. Brings along their own private note, `my_note`."""
        works = Person.objects.employed(on).filter(pk=person.pk)
        found = self.annotate(reader_works=Exists(works), reader_has_it=released_to(person)).with_hand_ins()
        own = FilteredRelation("notes", condition=Q(notes__author=person))
        return found.annotate(my_note=own).select_related("my_note")  # type: ignore[misc]  # just annotated

    def with_next(self) -> CheckInQuerySet:
        """Annotates `next_due_on`: of a regular one, the day of the regular one that follows."""
        later = CheckIn.objects.filter(
            tour=OuterRef("tour"), kind=Kind.REGULAR, due_on__gt=OuterRef("due_on")
        ).order_by("due_on")
        due = Case(When(kind=Kind.REGULAR, then=Subquery(later.values("due_on")[:1])))
        return self.annotate(next_due_on=due)  # type: ignore[no-redef]  # what the name promises

    def with_open_actions(self, person: Person) -> CheckInQuerySet:
        """Brings along what `open_actions` tells: of each, those that the person may read."""
        names = ("id", "owner", "what", "due_on", "proposed_in_id")
        facts = {name: F(name) for name in names} | {"version": F("proposed_in__number")}
        rows = Action.objects.visible_to(person).open().filter(checkin=OuterRef("pk")).order_by("pk")
        found = self.annotate(actions_found=ArraySubquery(rows.values(json=JSONObject(**facts))))
        return found.select_related("employee", "manager")

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

    next_due_on: date | None  # of a row that came by `with_next`

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

    @property
    def reader_is_employed(self) -> bool:
        """Of a row that came by `read_by`."""
        return bool(vars(self)["reader_works"])

    @property
    def is_released_to_reader(self) -> bool:
        """Of a row that came by `read_by`."""
        return bool(vars(self)["reader_has_it"])

    @property
    def note(self) -> Note | None:
        """The reader's own, of a row that came by `read_by`."""
        return vars(self).get("my_note")

    @property
    def open_actions(self) -> list[Action]:
        """Of a row that came by `with_open_actions`."""
        return [self._action(**facts) for facts in vars(self)["actions_found"]]

    def _action(self, due_on: str | None, proposed_in_id: int | None, version: int, **facts: Any) -> Action:
        terms = Terms(pk=proposed_in_id, tour_id=self.tour_id, number=version) if proposed_in_id else None
        return Action(
            checkin=self, due_on=date.fromisoformat(due_on) if due_on else None, proposed_in=terms, **facts
        )

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
    #: By which rules of `planning`; those of the first release had no number.
    rules = models.PositiveSmallIntegerField(db_default=1)
    terms = models.ForeignKey(Terms, models.PROTECT, related_name="+")
    manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    last_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.tour_id}: {self.last_on}"
