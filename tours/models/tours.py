"""A tour of duty: one mission of one person with one manager."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias

import pghistory
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, Exists, Expression, F, FilteredRelation, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, JSONObject, Least
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from alliance_site.addresses import address
from people import tree
from people.models import Person, ReportingLine, all_but, on_day
from people.presence import gone_by, here_on
from tours.models import states
from tours.models.dates import came_back, ending, is_there, lasts, near_the_end, take_over_by
from tours.models.days import DAYS, DaysInForce
from tours.models.following import followed
from tours.models.handovers import taken_over_by
from tours.models.next_steps import DECIDED, NOTHING_TO_SIGN, TOLD, NextStep, Steps, both_agreed, stood_before
from tours.models.partings import end_said_on
from tours.models.sides import BetweenTwo, Side
from tours.models.standing import of_both, of_the_employee, of_the_manager
from tours.models.terms import Terms, TermsQuerySet, newest_versions, was_shown


class TourQuerySet(models.QuerySet["Tour"]):
    def agreed(self) -> TourQuerySet:
        return self.filter(state=Tour.State.AGREED)

    def running(self, on: date) -> TourQuerySet:
        """In force that day, or yet to begin: agreed, or ended early with the last day still to come."""
        return self.filter(lasts(on), in_force__isnull=False)

    def active(self, on: date) -> TourQuerySet:
        """In force on that day, and not of an earlier employment."""
        return self.by_terms_active(on).filter(~came_back(on))

    def by_terms_active(self, on: date) -> TourQuerySet:
        """In force on that day by its terms, whatever has become of the employment."""
        return self.running(on).filter(first_day__lte=on)

    def alive(self, on: date) -> TourQuerySet:
        """In force or still to come, or on the way to being agreed."""
        on_the_way = Q(state__in=states.ON_THE_WAY)
        return self.filter(on_the_way | Q(lasts(on), ~came_back(on), in_force__isnull=False))

    def within(self, first: date, last: date) -> TourQuerySet:
        """Agreed, or proposed and not given up, for a time that shares a day with these; not of an earlier
        employment by the first of them.

        A draft that was never proposed is nobody else's business, and is not counted.
        """
        shown = Terms.objects.proposed().filter(tour=OuterRef("pk")).order_by("-number")
        hoped = Case(When(in_force=None, then=Subquery(shown.values("ends_on")[:1])))
        begun = Coalesce("first_day", Subquery(shown.values("starts_on")[:1]))
        dated = self.exclude(state__in=states.GIVEN_UP).annotate(
            from_day=begun, to_day=Coalesce("last_day", hoped)
        )
        return dated.filter(Q(to_day=None) | Q(to_day__gte=first), ~came_back(first), from_day__lte=last)

    def given_programme(self, programme: int) -> TourQuerySet:
        """By this programme, and not given up before it began."""
        return self.filter(programme=programme).exclude(state__in=states.GIVEN_UP)

    def of(self, person: Person) -> TourQuerySet:
        """Those that the person is a party to."""
        return self.filter(Q(employee=person) | Q(manager=person))

    def kept_by(self, person: Person, on: date) -> TourQuerySet:
        """Their own; and those they are the manager in, as long as they are here."""
        return self.filter(Q(employee=person) | Q(here_on(on, "manager"), manager=person))

    def followed_by(self, person: Person, on: date) -> TourQuerySet:
        """The same, and those of the people below them: of these they are told what becomes of them. Who
        handed one over, or has left, knows just that it is there."""
        theirs = Q(employee__in=tree.self_and_below(person.pk, on))
        return self.filter(theirs | Q(here_on(on, "manager"), manager=person))

    def cared_for_by(self, person: Person, on: date) -> TourQuerySet:
        """Their own; those of whom they manage that day, whoever agreed to it; and those they agreed to
        themselves with somebody whom nobody manages."""
        lines = ReportingLine.objects.current(on)
        theirs = self.filter(employee__in=lines.filter(manager=person).values("person"))
        alone = self.filter(~Exists(lines.filter(person=OuterRef("employee"))), manager=person)
        # Put together, each found by its key, as below.
        return self.filter(
            pk__in=self.filter(employee=person).values("pk").union(theirs.values("pk"), alone.values("pk"))
        )

    def known_to(self, person: Person, on: date) -> TourQuerySet:
        """Those of whose existence, type, dates and state the person may know: see `access.py`."""
        if person.is_hr:
            own = Terms.objects.filter(Q(employee=person) | Q(manager=person), created_by=person)
            return self.filter(was_shown() | Q(pk__in=own.values("tour")))
        # Lists put together, each found by its key: an OR of them reads the whole table.
        seen = Terms.objects.filter(Q(proposed_at__isnull=False) | Q(created_by=person))
        theirs = self.filter(was_shown(), employee__in=tree.self_and_below(person.pk, on)).values("pk")
        named = seen.filter(manager=person).open_to_manager(on)
        mine = [found.values("tour") for found in (seen.filter(employee=person), named)]
        return self.filter(pk__in=theirs.union(*mine, all=True))

    def own(self, person: Person) -> TourQuerySet:
        """Of those that are `known_to` the person the ones in which they are the employee."""
        seen = Terms.objects.filter(Q(proposed_at__isnull=False) | Q(created_by=person))
        return self.filter(Exists(seen.filter(tour=OuterRef("pk"))), employee=person)

    def listed(self, reader: Person, on: date) -> TourQuerySet:
        """With what a list says about each, to that reader: one query more for any number of them."""
        told = self.annotate(taken_over_by=taken_over_by(reader, on))
        return told.with_sides(on).prefetch_related(newest_versions(reader, on))

    def with_sides(self, on: date) -> TourQuerySet:
        """The same but for the versions. Annotates of the employee what `with_standing` does."""
        found = self.annotate(**of_the_employee(on, OuterRef("first_day")))
        return found.select_related(*Side.values, "in_force").defer(*all_but("name", of=Side.values))

    def with_terms(self) -> TourQuerySet:
        """With the names of both parties and every version, without its signatures: two queries.

        Annotates `end_said_on`, for `known_end`.
        """
        return self._with_all_versions(Terms.objects.whole())

    def _with_all_versions(self, versions: TermsQuerySet) -> TourQuerySet:
        found = self.annotate(end_said_on=end_said_on())  # type: ignore[no-redef]  # as promised
        lean = found.select_related(*Side.values).defer(*all_but("name", of=Side.values))
        return lean.prefetch_related(models.Prefetch("versions", versions))

    def with_versions(self) -> TourQuerySet:
        """The same with the signatures."""
        return self._with_all_versions(Terms.objects.whole().with_signatures())

    def with_outlines(self, **told: Combinable) -> TourQuerySet:
        """The same without what is agreed but for what is `told` of each: enough to know who may do what."""
        return self._with_all_versions(Terms.objects.outlines().with_signatures().annotate(**told))

    def with_standing(self, on: date) -> TourQuerySet:
        """Annotates what of the two people matters for what can be done: who manages the employee that
        day (`manager_now_id`, `…_name`, `…_since`), by when that person should `take_over_by`, and
        whether each of the two is still here (`employee_here`, `manager_here`), and so is the manager whom
        the latest version names (`latest_manager_here`).

        The employee is here until the end of the employment in which it began (`employed_until`, null while
        that is open), and not in another that followed."""
        return self.annotate(**of_both(on))

    def with_successor(self, on: date | Expression) -> TourQuerySet:
        """Running or to come, and somebody else than who agreed to it manages the employee by now. Both
        are here, for nobody's reporting line outlasts their employment. See `access.has_successor`."""
        return self.annotate(line=FilteredRelation("employee__reporting_lines")).filter(
            on_day(on, "line__since", "line__until"),
            ~Q(Exact(F("line__manager"), F("manager"))),
            lasts(on),
            ~came_back(OuterRef("line__since")),
        )

    def handed_over(self, on: date | Expression) -> TourQuerySet:
        """The same of what can be taken over: nobody has said that it ends early.

        Annotates who (`successor_id`, `…_name`, `…_since`) and by when (`take_over_by`), or by its last day.
        """
        return (
            self.with_successor(on)
            .filter(state=Tour.State.AGREED)
            .annotate(  # type: ignore[no-redef]  # what the names promise
                successor_id=F("line__manager"),
                successor_name=F("line__manager__name"),
                successor_since=F("line__since"),
                take_over_by=Least(take_over_by("line__since"), "last_day"),
            )
        )

    def to_take_over(self, on: date | Expression) -> TourQuerySet:
        """Handed over, and the two have not put terms in their own names on the table yet."""
        proposed = Terms.objects.on_table().filter(tour=OuterRef("pk"), manager=OuterRef("successor_id"))
        return self.handed_over(on).filter(~Exists(proposed))

    def open_to_successor(self) -> TourQuerySet:
        """Of those handed over: the employee has not written other terms, which only they go on with or clear
        away, see `access.kept_back`."""
        written = Terms.objects.filter(
            tour=OuterRef("pk"), created_by=OuterRef("employee"), proposed_at=None, revision__gt=0
        )
        return self.filter(~Exists(written.exclude(manager=OuterRef("successor_id"))))

    def unmanaged(self, on: date) -> TourQuerySet:
        """Running or to come, of somebody who is here and whom nobody manages."""
        line = ReportingLine.objects.current(on).filter(person=OuterRef("employee"))
        return self.filter(~Exists(line), is_there(on), lasts(on), state=Tour.State.AGREED)

    def with_nothing_signed_beyond(self) -> TourQuerySet:
        """No other tour follows (`following.followed`). Annotates `comes_to`: the last day, or while
        open-ended the day on which it is reviewed."""
        dated = self.annotate(comes_to=Coalesce("last_day", "review_day"))
        return dated.filter(~followed(Tour.objects.all(), "comes_to"))

    def with_nothing_agreed_beyond(self) -> TourQuerySet:
        """Nor have both agreed that the employee moves on, or that they part well: what has a last day leaves
        nothing to sign then."""
        return self.with_nothing_signed_beyond().filter(~both_agreed(Q(outcome__in=NOTHING_TO_SIGN)))

    def ending_with_nothing_agreed(self, on: date) -> TourQuerySet:
        """Active, inside the next-tour window, and nothing is agreed beyond. Not of somebody who has left, or
        leaves before its end."""
        return self.active(on).filter(ending(on), ~gone_by(on, "employee")).with_nothing_agreed_beyond()

    def undecided_near_the_end(self, on: date) -> TourQuerySet:
        """As above, within the policy's days of the end, and without an outcome that both confirmed."""
        return self.ending_with_nothing_agreed(on).filter(near_the_end(on)).without_outcome()

    def ending_with_next_step(self, on: date) -> TourQuerySet:
        """Of `ending_with_nothing_agreed`: what `steps` tells, who manages them, whether `near_the_end`."""
        near: dict[str, Any] = {"near_the_end": near_the_end(on), **of_the_manager(on)}
        return self.ending_with_nothing_agreed(on).with_newest_step().annotate(**near)

    def without_outcome(self) -> TourQuerySet:
        """Both have not yet agreed on what comes next, or only that it is undecided."""
        return self.filter(~both_agreed(DECIDED))

    def with_note_of(self, person: Person) -> TourQuerySet:
        """Brings along what the person has written down about it for themselves, as `my_note`: a row of
        another room, by its reverse accessor."""
        own = FilteredRelation("notes", condition=Q(notes__author=person, notes__of_tour=True))
        return self.annotate(my_note=own).select_related("my_note")  # type: ignore[misc]  # just annotated

    def with_newest_step(self) -> TourQuerySet:
        """Annotates what `steps` tells: what a page says of it costs no query of its own. What was
        recorded with a manager before is not among it."""
        own = NextStep.objects.filter(tour=OuterRef("pk"), terms__manager=OuterRef("manager"))
        told = own.order_by("pk").values(json=JSONObject(**{name: F(name) for name in TOLD}))
        kept = own.filter(stood_before()).values("pk")
        return self.annotate(told_steps=ArraySubquery(told), kept_steps=ArraySubquery(kept))


@pghistory.track(exclude=DAYS)
class Tour(BetweenTwo, DaysInForce):
    """One mission of one person with one manager."""

    class Type(models.TextChoices):
        ROTATIONAL = "rotational", _("Rotational")
        TRANSFORMATIONAL = "transformational", _("Transformational")
        FOUNDATIONAL = "foundational", _("Foundational")

    State: TypeAlias = states.State
    Status: TypeAlias = states.Status

    employee = models.ForeignKey(Person, models.PROTECT, related_name="tours")
    manager = models.ForeignKey(Person, models.PROTECT, related_name="tours_managed")
    type = models.CharField(_("type"), max_length=20, choices=Type)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    in_force = models.ForeignKey("Terms", models.PROTECT, null=True, blank=True, related_name="+")
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followups")
    #: What its first terms were copied from, and the row of the giving that it came by.
    programme = models.ForeignKey("Programme", models.PROTECT, null=True, related_name="tours")
    programme_revision = models.ForeignKey("Revision", models.PROTECT, null=True, related_name="+")
    given = models.OneToOneField("Given", models.PROTECT, null=True, related_name="tour")
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.CharField(max_length=10, choices=Side, null=True, blank=True)
    created_at = models.DateTimeField()

    # The two constants that let a foreign key say "signed by this side too", see migration 0002.
    employee_side = models.GeneratedField(
        expression=Value("employee"), output_field=models.CharField(max_length=10), db_persist=True
    )
    manager_side = models.GeneratedField(
        expression=Value("manager"), output_field=models.CharField(max_length=10), db_persist=True
    )

    # Of a tour that came by `with_standing`; the first two also of one that came by `listed`.
    employed_until: date | None
    employee_here: bool
    manager_now_id: int | None
    manager_now_name: str | None
    manager_now_since: date | None
    take_over_by: date | None = None
    manager_here: bool
    latest_manager_here: bool
    # Of one that came by `handed_over`.
    successor_id: int
    successor_name: str
    successor_since: date
    end_said_on: date | None  #: of a tour that came by `with_terms` or `with_versions`
    near_the_end: bool  #: of a tour that came by `ending_with_next_step`
    # Of one that a page has found (`views.doors`): another follows it, a check-in of it has lapsed.
    followed_up: bool
    has_lapsed: bool

    objects = TourQuerySet.as_manager()

    class Meta(DaysInForce.Meta):
        verbose_name = _("tour of duty")
        verbose_name_plural = _("tours of duty")
        constraints = states.RULES

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.pk}"

    def get_absolute_url(self) -> str:
        return address("tour", self.pk)

    @property
    def along_url(self) -> str:
        return address("tour_along", self.pk)

    def find_in_force(self) -> None:
        """Among its versions: the same row once more would come without what was fetched along with them."""
        self.in_force = next((terms for terms in self.versions.all() if terms.pk == self.in_force_id), None)

    @property
    def starts_on(self) -> date | None:
        return self.in_force.starts_on if self.in_force else None

    @property
    def ends_on(self) -> date | None:
        """The last day in force; None while open-ended, or before anything is in force."""
        return self.ended_on or (self.in_force.ends_on if self.in_force else None)

    @property
    def known_end(self) -> date | None:
        """The last day; or the day on which an early end was said, if that is later: nobody ends with it
        what was due already. Of a tour that came by `with_terms` or `with_versions`."""
        return max(self.ends_on, self.end_said_on) if self.ends_on and self.end_said_on else self.ends_on

    @property
    def steps(self) -> Steps:
        """Recorded about the time after it; of a tour that came by `with_newest_step`."""
        rows, kept = vars(self)["told_steps"], vars(self)["kept_steps"]
        return Steps.told(rows, self.in_force_id, kept, ended=self.ended_on is not None)

    @property
    def next_step(self) -> NextStep | None:
        """The outcome that counts; of a tour that came by `with_newest_step`."""
        return self.steps.counting

    @property
    def note(self) -> Any:
        """The reader's own, of a tour that came by `with_note_of`."""
        return vars(self).get("my_note")

    @property
    def latest(self) -> Terms:
        """The newest version, drafted or proposed."""
        return max(self.versions.all(), key=lambda terms: terms.number)

    @property
    def newest_known(self) -> Terms | None:
        """The newest version that the reader may know of; of a tour that came by `listed`."""
        known = (terms for terms in self.versions.all() if terms.known)
        return max(known, key=lambda terms: terms.number, default=None)

    @property
    def proposed(self) -> list[Terms]:
        """Every version that was ever proposed, in order."""
        proposed = (terms for terms in self.versions.all() if terms.proposed_at)
        return sorted(proposed, key=lambda terms: terms.number)

    @property
    def draft(self) -> Terms | None:
        """The version that somebody is writing."""
        return next((terms for terms in self.versions.all() if not terms.proposed_at), None)

    @property
    def on_table(self) -> Terms | None:
        """The newest version proposed, as long as it is neither in force nor closed."""
        newest = self.proposed[-1] if self.proposed else None
        if newest is None or newest.closed or self.state not in states.OPEN:
            return None
        return newest if self.in_force is None or newest.number > self.in_force.number else None

    @property
    def negotiated(self) -> Terms | None:
        """What is being agreed on: the draft somebody writes, or else what both are asked to sign."""
        return (self.draft if self.state in states.OPEN else None) or self.on_table

    @property
    def started_by(self) -> Side:
        """Which side began what is being agreed on, or would be; a programme counts as the manager's.

        What was on the table with a manager before is not part of it.
        """
        manager_id = self.latest.manager_id
        done = [
            terms.number
            for terms in self.versions.all()
            if terms.closed or terms == self.in_force or terms.manager_id != manager_id
        ]
        first = next((t for t in self.versions.all() if t.number == max(done, default=0) + 1), None)
        return (first and first.side_of_key(first.created_by_id)) or Side.MANAGER

    def began(self, on: date) -> date | None:
        """Its first day, once that has come. Newer terms keep it: days past were on this tour or were not."""
        return self.starts_on if self.starts_on and self.starts_on <= on else None

    def is_over(self, on: date) -> bool:
        """Its last day is past, as both agreed or as one of them said."""
        return bool(self.ends_on and on > self.ends_on)

    def status(self, on: date) -> states.Status:
        """In the words of people; whether they have left, of one that came `with_standing` or `listed`."""
        if self.in_force is None:
            return Tour.Status(self.state)
        if self._was_left_by(on):
            return Tour.Status.LEFT
        if self.is_over(on):
            early = self.state == Tour.State.ENDED_EARLY
            return Tour.Status.ENDED_EARLY if early else Tour.Status.COMPLETED
        return Tour.Status.AGREED if on < self.in_force.starts_on else Tour.Status.ACTIVE

    def _was_left_by(self, on: date) -> bool:
        """The employment ended before its last day, and stays so, as in the figures (`measures.endings`):
        neither the day on which it was to end nor one that comes back makes it a completed or running one."""
        left: date | None = vars(self).get("employed_until")
        return left is not None and left < min(on, self.ends_on or date.max)
