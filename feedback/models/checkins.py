"""A dated exchange of the two sides of a tour, and whether each has handed in."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, Exists, Expression, F, FilteredRelation, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from alliance_site.addresses import address
from feedback.models.actions import Action, proposal_stands
from feedback.models.questions import Kind, QuestionSet
from feedback.models.releases import released_to
from feedback.models.standing import both_here, changes_hands, handed_in
from feedback.models.telling import TOLD, newest_marks
from people.models import Person, ReportingLine
from tours.holidays import LONGEST
from tours.models import Side, Terms, Tour
from tours.models.sides import BetweenTwo

if TYPE_CHECKING:
    from feedback.models.notes import Note


#: The kinds that come again and again; the others come once, for the end of their tour.
BY_RHYTHM = (Kind.REGULAR, Kind.CAREER)
UNSETTLED = Q(revealed_at__isnull=True, skipped_at__isnull=True)
SKIPPED_ONCE = Q(Q(kind=Kind.NEXT_TOUR) | Q(kind=Kind.CLOSE_OUT), skipped_at__isnull=False)


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

    def heard_by(self, person: Person, gone: date | None) -> CheckInQuerySet:
        """Of those that the person may know: who is `gone_since` a day keeps as a manager what had opened by
        then, as they keep what was agreed and said until then (`tours.access.Reader`)."""
        return self if gone is None else self.filter(Q(employee=person) | Q(opens_on__lte=gone))

    def unsettled(self) -> CheckInQuerySet:
        """Neither revealed nor skipped."""
        return self.filter(UNSETTLED)

    def settled(self) -> CheckInQuerySet:
        return self.filter(Q(revealed_at__isnull=False) | Q(skipped_at__isnull=False))

    def skipped_once(self) -> CheckInQuerySet:
        """What comes once in a tour, and was skipped. An index finds the few."""
        return self.filter(SKIPPED_ONCE)

    def with_nothing_newer(self) -> CheckInQuerySet:
        """Of what comes once in a tour: it was neither asked for after all nor planned for another end."""
        newer = CheckIn.objects.filter(tour=OuterRef("tour"), kind=OuterRef("kind"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(newer))

    def open(self, on: date) -> CheckInQuerySet:
        """Begun and not settled; those that have lapsed too, for they can be completed late."""
        return self.unsettled().filter(opens_on__lte=on)

    def asked(self, on: date | Expression) -> CheckInQuerySet:
        """Not those of a tour that has ended early: of it only the close-out is still asked for. Nor what
        comes next, once both have agreed on that or signed it. Nor what was open with a manager who no
        longer manages the tour, or is about to hand it over."""
        runs = Q(tour__ended_on__isnull=True) | Q(tour__ended_on__gte=on)
        undecided = Tour.objects.without_outcome().with_nothing_agreed_beyond()
        open_ = Exists(undecided.filter(pk=OuterRef("tour")))
        in_these_hands = Q(~changes_hands(on), manager=F("tour__manager"))
        return self.filter(in_these_hands, runs & (~Q(kind=Kind.NEXT_TOUR) | open_) | Q(kind=Kind.CLOSE_OUT))

    def between_those_here(self, on: date) -> CheckInQuerySet:
        """Both are here still: it can be had."""
        return self.filter(*both_here(on).values())

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
        """Annotates `reader_works`: whether that reader is employed that day, and so may still write, unless
        they left since the tour began and came back; `reader_has_it`: whether it was released to them; and
        what `rest` tells. Brings along their own private note, `my_note`."""
        works = Person.objects.employed(on).filter(pk=person.pk)
        here = {f"{side}_here": holds for side, holds in both_here(on).items()}
        own = FilteredRelation("notes", condition=Q(notes__author=person))
        known = self.annotate(changes_hands=changes_hands(on), my_note=own, **here)
        writes = Case(When(~Q(employee=person, employee_here=False), then=Exists(works)), default=False)
        found = known.annotate(reader_works=writes, reader_has_it=released_to(person))
        return found.with_hand_ins().select_related("my_note")  # type: ignore[misc]  # just annotated

    def with_next(self) -> CheckInQuerySet:
        """Annotates `next_due_on`: of one by the rhythm, when the next of its kind is due, be it moved."""
        later = CheckIn.objects.filter(
            tour=OuterRef("tour"), kind=OuterRef("kind"), due_on__gt=OuterRef("due_on"), skipped_at=None
        )
        due = Subquery(later.order_by("due_on").values("due_on")[:1])
        return self.annotate(next_due_on=Case(When(kind__in=BY_RHYTHM, then=due)))  # type: ignore[no-redef]

    def as_lines(self) -> CheckInQuerySet:
        """With no more of each than a line of a list says of it."""
        days = ("opens_on", "due_on", "lapses_on", "revealed_at", "skipped_at", "moved_from")
        return self.only("tour", "kind", "employee", "manager", "asked_by", *days)

    def with_open_actions(self, person: Person) -> CheckInQuerySet:
        """Brings along what `open_actions` tells: of each, those that the person may read."""
        names = ("id", "owner", "what", "due_on", "proposed_in_id")
        facts: dict[str, Any] = {name: F(name) for name in names}
        facts |= {"version": F("proposed_in__number"), "stands": proposal_stands()}
        facts |= {side: F(f"checkin__{side}__name") for side in Side.values}
        rows = Action.objects.visible_to(person).open().filter(checkin=OuterRef("pk")).order_by("pk")
        told = ArraySubquery(rows.values(json=JSONObject(**facts)))
        return self.annotate(actions_found=_once_revealed(told))

    def unmended_lapses(self, on: date) -> CheckInQuerySet:
        """Lapsed, still asked for, and no later one of the same kind has been had, skipped or lost since. Not
        so the one that was skipped before this one was asked for after all: it may be due later."""
        later = CheckIn.objects.filter(
            Q(revealed_at__isnull=False) | Q(skipped_at__isnull=False) | Q(lapses_on__lt=on),
            ~Q(SKIPPED_ONCE, pk__lt=OuterRef("pk")),
            tour=OuterRef("tour"),
            kind=OuterRef("kind"),
            due_on__gt=OuterRef("due_on"),
        )
        # None lapses before it is due: so those that are still to come, which are most, are not looked at.
        return self.unsettled().asked(on).filter(~Exists(later), lapses_on__lt=on, due_on__lt=on)

    def with_signals(self, reader: Person, on: date, *, lapsed: bool = True) -> CheckInQuerySet:
        """Annotates what `feedback.signals` tells of to the two sides: marks that may be worth a word
        (`marks_told`), and whether it is a lapse that nothing has made good (`lapse_told`). Where none has
        `lapsed` there is no such one: Postgres needs as long to get ready to look as for all else."""
        marks = newest_marks(reader).filter(sheet__checkin=OuterRef("pk")).values(told=TOLD)
        unmended = CheckIn.objects.unmended_lapses(on).filter(pk=OuterRef("pk"))
        told: Any = Exists(unmended) if lapsed else Value(False)
        return self.annotate(marks_told=_once_revealed(ArraySubquery(marks)), lapse_told=told)

    def with_hand_ins(self) -> CheckInQuerySet:
        """Annotates what `has_handed_in` tells."""
        return self.annotate(employee_in=handed_in(Side.EMPLOYEE), manager_in=handed_in(Side.MANAGER))


def _once_revealed(told: ArraySubquery) -> Case:
    """Of the others there is nothing to tell, and most of a tour are to come: they are not asked about."""
    return Case(When(revealed_at__isnull=False, then=told))


class Rest(StrEnum):
    """Why a check-in that is not settled is no longer asked for."""

    LEFT = "left"  #: one of the two
    ENDED = "ended"  #: the tour, early
    TAKEN_OVER = "taken_over"  #: by a new manager, after it had opened
    HANDED_OVER = "handed_over"  #: somebody else manages the employee, and nobody has taken over yet
    PASSED_ON = "passed_on"  #: the same of a tour that one side has ended, which nobody takes over
    UNTIL_OVER = "until_over"  #: the same of its close-out, which both are asked for afterwards


class CheckIn(BetweenTwo, models.Model):
    """A dated exchange between the two people who were its sides when it was planned."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        OPEN = "open", _("Open")
        COMPLETE = "complete", _("Complete")
        LAPSED = "lapsed", _("Lapsed")
        SKIPPED = "skipped", _("Skipped")

    tour = models.ForeignKey(Tour, models.PROTECT, related_name="checkins", db_index=False)
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

    #: Which of the planned ones it is, wherever its days have moved to: the day that the terms give, before
    #: anybody looks at who can. Nothing for one that was asked for, or that is older than this mark.
    slot = models.DateField(null=True)
    asked_by = models.CharField(max_length=10, choices=Side, null=True)
    asked_at = models.DateTimeField(null=True)
    #: Who chose another day last, when, and the day before that. Calendars ask how often it has changed.
    moved_by = models.CharField(max_length=10, choices=Side, null=True)
    moved_at = models.DateTimeField(null=True)
    moved_from = models.DateField(null=True)
    times_moved = models.PositiveSmallIntegerField(default=0, db_default=0)

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
            # Of what the terms give, each once: it may move, and another may be asked for the same day.
            models.UniqueConstraint(
                fields=["tour", "kind", "slot"], condition=Q(slot__isnull=False), name="checkin_slot_once"
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True, asked_at__isnull=True)
                | Q(asked_by__isnull=False, asked_at__isnull=False, slot__isnull=True),
                name="checkin_asked_by_whom_and_when",
            ),
            models.CheckConstraint(
                condition=Q(moved_by__isnull=True, moved_at__isnull=True, moved_from__isnull=True)
                | Q(moved_by__isnull=False, moved_at__isnull=False, moved_from__isnull=False),
                name="checkin_moved_by_whom_and_when",
            ),
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
            # Those of a tour; and those of one kind in their order, to find what came before each.
            models.Index(fields=["tour", "kind", "due_on"], name="checkin_series"),
            # With all that it takes to say which are open or have lapsed, among many that are still to come.
            models.Index(
                fields=["due_on", "opens_on"],
                include=["lapses_on", "tour", "kind", "employee", "manager"],
                condition=UNSETTLED,
                name="checkin_unsettled_open",
            ),
            # What somebody has before them, among all that they ever had.
            models.Index(
                fields=["employee", "due_on"], condition=UNSETTLED, name="checkin_unsettled_employee"
            ),
            models.Index(fields=["manager", "due_on"], condition=UNSETTLED, name="checkin_unsettled_manager"),
            # By which those are found that are to be asked newer questions.
            models.Index(fields=["question_set", "opens_on"], condition=UNSETTLED, name="checkin_asks"),
            models.Index(
                fields=["revealed_on"], condition=Q(revealed_on__isnull=False), name="checkin_revealed"
            ),
            models.Index(fields=["tour"], condition=SKIPPED_ONCE, name="checkin_skipped_once"),
            # All that it takes to say how many of a year were in time.
            models.Index(
                fields=["due_on"],
                include=["lapses_on", "revealed_on"],
                condition=Q(revealed_on__isnull=False, skipped_at__isnull=True),
                name="checkin_had",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="the_begun_keeps_its_questions",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.AnyChange("question_set"),
                func="""
                IF EXISTS (SELECT FROM feedback_sheet WHERE checkin_id = NEW.id) THEN
                    RAISE EXCEPTION 'pgtrigger: a check-in that somebody has begun keeps its questions';
                END IF;
                RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.tour_id}: {self.due_on}"

    def get_absolute_url(self) -> str:
        return address("checkin", self.pk)

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
        return [self._action(**facts) for facts in vars(self)["actions_found"] or ()]

    def _action(
        self,
        due_on: str | None,
        proposed_in_id: int | None,
        version: int,
        stands: bool,
        employee: str,
        manager: str,
        **facts: Any,
    ) -> Action:
        self.employee = Person(pk=self.employee_id, name=employee)
        self.manager = Person(pk=self.manager_id, name=manager)
        terms = Terms(pk=proposed_in_id, tour_id=self.tour_id, number=version) if proposed_in_id else None
        day = date.fromisoformat(due_on) if due_on else None
        action = Action(checkin=self, due_on=day, proposed_in=terms, **facts)
        action.proposal_stands = stands
        return action

    def state(self, on: date) -> State:
        if self.skipped_at:
            return CheckIn.State.SKIPPED
        if self.revealed_at:
            return CheckIn.State.COMPLETE
        if on < self.opens_on:
            return CheckIn.State.PLANNED
        # The last day of grace is still in time.
        return CheckIn.State.LAPSED if on > self.lapses_on else CheckIn.State.OPEN

    def rest(self, on: date) -> Rest | None:
        """Why nobody is asked for it, though it is not settled; of a row that came by `read_by`."""
        if self.revealed_at or self.skipped_at:
            return None
        if not (vars(self)["employee_here"] and vars(self)["manager_here"]):
            return Rest.LEFT
        if self.tour.ended_on and self.tour.ended_on < on and self.kind != Kind.CLOSE_OUT:
            return Rest.ENDED
        if self.manager_id != self.tour.manager_id:
            return Rest.TAKEN_OVER
        if not vars(self)["changes_hands"]:
            return None
        passed_on = Rest.UNTIL_OVER if self.kind == Kind.CLOSE_OUT else Rest.PASSED_ON
        return passed_on if self.tour.ended_on else Rest.HANDED_OVER

    def is_gone(self, side: Side) -> bool:
        """Whether that side has left; of a row that came by `read_by`."""
        return not vars(self)[f"{side.value}_here"]

    @property
    def by_rhythm(self) -> bool:
        """It comes again and again, where the others come once, for the end of their tour."""
        return self.kind in BY_RHYTHM

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
    #: What the policy said then; and which absences of the two were known, and whether the contract of the
    #: employee was to run out, as one number.
    calendar = models.CharField(max_length=LONGEST, db_default="")
    career_months = models.PositiveSmallIntegerField(db_default=0)
    absences = models.BigIntegerField(db_default=0)

    def __str__(self) -> str:
        return f"{self.tour_id}: {self.last_on}"
