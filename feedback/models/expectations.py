"""The role somebody expects, whom they told, what was answered, and how it was said that it went elsewhere.

What was once said stays: an expectation's words, each answer and each debrief are refused any change
by the database, and only a manager who was asked can have answered (migration 0004).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, Value, When
from django.db.models.functions import Greatest
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from alliance_site.addresses import address
from feedback.limits import EXPECTATION_REVIEW_DAYS
from people.days import add_days
from people.models import Employment, Person, on_day

BLANK = r"^\s*$"


def by_state(
    on: date, then: Mapping[Expectation.State, Any], default: Any = None, output_field: Any = None
) -> Case:
    """In SQL: of each what is given for the state it is in that day, and the default for any other; of rows
    that came by `with_state`."""
    state = Expectation.State
    stays = Q(manager_now_id__isnull=False, manager_now_id=F("manager"))
    states = {
        state.WITHDRAWN: Q(withdrawn_at__isnull=False),
        state.CLOSED: Q(closed_at__isnull=False),
        # A talk that was recorded waits for the employee's word under a new manager, too.
        state.MOVED: ~stays & Q(has_pending_debrief=False),
        state.DEBRIEF: Q(gone_at__isnull=False),
        state.OVERDUE: Q(asked_on__lt=on),
        state.ANSWERED: Q(answered_at__isnull=False),
    }
    cases = (When(holds, then=then.get(one, default)) for one, holds in states.items())
    return Case(*cases, default=then.get(state.OPEN, default), output_field=output_field)


def untold(manager: Any) -> Q:
    """Neither that manager is asked, nor has the employee chosen to keep it from them."""
    return ~Q(manager=manager) & ~Q(kept_from=manager)


def untold_now() -> Q:
    """Today's manager, of rows that came by `with_state`."""
    return Q(manager_now_id__isnull=False) & untold(F("manager_now_id"))


def asked_what_came(on: Any) -> Q:
    """The day by which it is expected is there, and the answer is from before: either it was to be looked at
    again by that day, and was not, or later (migration 0018). Then the answer is older by a day more, for the
    day may be another in UTC."""
    before = Q(due_on__lte=F("by_when"), by_when__lte=on)
    long_before = Q(answered_at__lt=add_days(F("by_when"), -1), due_on__gt=F("by_when"))
    return Q(answered_at__isnull=False) & (before | long_before)


class ExpectationQuerySet(models.QuerySet["Expectation"]):
    def visible_to(self, person: Person) -> ExpectationQuerySet:
        """Those whose words the person may read: their own, those they were asked about, and to HR
        those that were released to it."""
        asked = Exists(Asking.objects.filter(expectation=OuterRef("pk"), manager=person))
        own = Q(employee=person) | Q(asked)
        return self.filter(own | Q(shown_to_hr_at__isnull=False) if person.is_hr else own)

    def countable(self, on: date) -> ExpectationQuerySet:
        """Those of which HR may know that they are there: of people at work, and not withdrawn."""
        spell = Employment.objects.current(on).filter(person=OuterRef("employee"))
        return self.filter(Exists(spell), withdrawn_at__isnull=True)

    def alive(self) -> ExpectationQuerySet:
        return self.filter(withdrawn_at__isnull=True, closed_at__isnull=True)

    def staying_behind(self, manager: Any) -> ExpectationQuerySet:
        """Of somebody whose manager that one is today: to be passed on, or kept. Not while the employee is
        yet to say whether a talk that is recorded took place: that is the turn before."""
        unheard = Debrief.objects.filter(expectation=OuterRef("pk"), took_place__isnull=True)
        return self.alive().filter(~Exists(unheard), untold(manager))

    def with_state(self, on: date) -> ExpectationQuerySet:
        """With both people, today's manager (`manager_now_id`, `manager_now_name`) and `state_now`; with
        `asked_on`, the day that the manager is asked for: `due_on`, or once that has come the one by which it
        is expected; and with `has_pending_debrief`: the employee is yet to say whether both have talked.

        Joined, for there is at most one line and one such debrief, and each is asked for again and again.
        """
        path = "employee__reporting_lines"
        line = FilteredRelation(path, condition=on_day(on, f"{path}__since", f"{path}__until"))
        pending = FilteredRelation("debriefs", condition=Q(debriefs__took_place__isnull=True))
        rows = self.select_related("employee", "manager").alias(line_now=line, pending=pending)
        came = When(asked_what_came(on), then=Greatest("due_on", "by_when"))
        rows = rows.annotate(
            asked_on=Case(came, default=F("due_on")),
            manager_now_id=F("line_now__manager"),
            manager_now_name=F("line_now__manager__name"),
            has_pending_debrief=IsNull(F("pending"), False),
        )
        states = {state: Value(state.value) for state in Expectation.State}
        return rows.annotate(state_now=by_state(on, states, output_field=models.CharField()))

    def in_state(self, state: Expectation.State) -> ExpectationQuerySet:
        """Of rows that came by `with_state`."""
        return self.filter(Q(("state_now", state)))


class Expectation(models.Model):
    """A role that an employee expects by a day, and why."""

    class State(models.TextChoices):
        """What follows from the rows and the day, see `with_state`."""

        OPEN = "open", _("Waiting for an answer")
        OVERDUE = "overdue", _("Answer overdue")
        ANSWERED = "answered", _("Answered")
        MOVED = "moved", _("Manager changed")
        DEBRIEF = "debrief", _("Talk is due")
        CLOSED = "closed", _("Closed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    employee = models.ForeignKey(Person, models.PROTECT, related_name="expectations")
    #: Whom it is asked of: the manager on the day it was stated, until it is passed on.
    manager = models.ForeignKey(Person, models.PROTECT, related_name="+")
    role = models.CharField(max_length=200)
    by_when = models.DateField()
    why = models.TextField()
    stated_at = models.DateTimeField()
    #: By when the manager owes an answer: the first one, and after that the day of review, see
    #: `latest_review`.
    due_on = models.DateField()
    #: By the manager whom it is asked of; what one before has answered is a `Reply` and no more.
    answered_at = models.DateTimeField(null=True)
    #: When it was first said that the role went to somebody else: by the debrief of that moment, else by the
    #: employee.
    gone_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    shown_to_hr_at = models.DateTimeField(null=True)
    #: The new manager whom the employee chose not to tell.
    kept_from = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    # Closed only by a debrief that the employee says took place: a foreign key of migrations 0004 and 0020.
    closed_key = models.GeneratedField(
        expression=Case(When(closed_at__isnull=False, then=F("id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    objects = ExpectationQuerySet.as_manager()

    class Meta:
        verbose_name = _("role expectation")
        ordering = ["-stated_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(employee=F("manager")), name="expectation_two_people"),
            models.CheckConstraint(
                condition=~Q(role__regex=BLANK) & ~Q(why__regex=BLANK), name="expectation_in_words"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(closed_at__isnull=True),
                name="expectation_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(gone_at__isnull=False),
                name="expectation_closed_after_debrief",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(withdrawn_at__isnull=True, closed_at__isnull=True),
                name="expectation_alive",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="expectation_words_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("employee", "role", "by_when", "why", "stated_at"),
            ),
            pgtrigger.Protect(name="expectations_are_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id}: {self.pk}"

    def get_absolute_url(self) -> str:
        return address("expectation", self.pk)

    @property
    def state(self) -> State:
        """Of a row that came by `with_state`."""
        return Expectation.State(getattr(self, "state_now"))  # noqa: B009  # an annotation

    @property
    def is_alive(self) -> bool:
        return self.withdrawn_at is None and self.closed_at is None

    def latest_review(self, on: date) -> date:
        """Whoever expects a role by a day hears on that day what became of it, and of what is still to come
        not years later."""
        return self.by_when if self.by_when > on else on + timedelta(days=EXPECTATION_REVIEW_DAYS)

    def is_said_gone(self, debriefs: Iterable[Debrief]) -> bool:
        """The employee was the first to say that it went to somebody else; wants all its debriefs."""
        return self.gone_at is not None and all(debrief.at != self.gone_at for debrief in debriefs)

    def asks_what_came(self, on: date) -> bool:
        """As `asked_what_came` has it."""
        if self.answered_at is None:
            return False
        if self.due_on <= self.by_when:
            return self.by_when <= on
        return self.answered_at.date() < self.by_when - timedelta(days=1)


class Asking(models.Model):
    """That a manager was asked, from when; and until when, if it was passed on to the next one."""

    expectation = models.ForeignKey(Expectation, models.PROTECT, related_name="askings")
    manager = models.ForeignKey(Person, models.PROTECT, related_name="askings")
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("asking")
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["expectation", "manager"], name="asking_once_a_manager"),
            models.UniqueConstraint(
                fields=["expectation"], condition=Q(until__isnull=True), name="asking_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expectation_id} → {self.manager_id}"


class Reply(models.Model):
    """What the manager answered in writing. A newer answer is another row."""

    class Verdict(models.TextChoices):
        BACKED = "backed", _("Backed")
        POSSIBLE = "possible", _("Possible if …")
        NOT_PLANNED = "not_planned", _("Not planned")

    expectation = models.ForeignKey(Expectation, models.PROTECT, related_name="replies")
    manager = models.ForeignKey(Person, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=20, choices=Verdict)
    condition = models.TextField(blank=True, default="")
    words = models.TextField()
    review_on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer to a role expectation")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="possible") & ~Q(condition__regex=BLANK)
                | ~Q(verdict="possible") & Q(condition=""),
                name="reply_possible_says_if",
            ),
            models.CheckConstraint(condition=~Q(words__regex=BLANK), name="reply_in_words"),
        ]
        triggers = [
            pgtrigger.Protect(name="replies_never_change", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.expectation_id}: {self.verdict}"


class Debrief(models.Model):
    """The role went to somebody else: when, what the manager says of it, and whether both have talked."""

    expectation = models.ForeignKey(Expectation, models.PROTECT, related_name="debriefs")
    manager = models.ForeignKey(Person, models.PROTECT, related_name="+")
    #: None only of what the employee has said: the manager may see it otherwise.
    gone_on = models.DateField(null=True)
    talk_on = models.DateField()
    words = models.TextField()
    at = models.DateTimeField()
    #: The employee's word: whether the conversation took place.
    took_place = models.BooleanField(null=True)
    employee_words = models.TextField(blank=True, default="")
    heard_at = models.DateTimeField(null=True)

    # Not of a manager who sees it otherwise: what both agree is alive is answered anew.
    closes = models.GeneratedField(
        expression=Case(When(took_place=True, gone_on__isnull=False, then=F("expectation"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("debrief")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["closes"], name="debrief_closes_once"),
            models.UniqueConstraint(
                fields=["expectation"], condition=Q(took_place__isnull=True), name="debrief_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(words__regex=BLANK), name="debrief_in_words"),
            models.CheckConstraint(
                condition=Q(took_place__isnull=True, heard_at__isnull=True, employee_words="")
                | Q(took_place=True, heard_at__isnull=False)
                | Q(took_place=False, heard_at__isnull=False) & ~Q(employee_words__regex=BLANK),
                name="debrief_heard_in_words",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="debrief_words_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("expectation", "manager", "gone_on", "talk_on", "words", "at"),
            ),
            pgtrigger.Protect(
                name="debrief_is_heard_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__took_place__isnull=False),
            ),
            pgtrigger.Protect(name="debriefs_are_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.expectation_id}: {self.talk_on}"
