"""What tours bring along for whoever reads them: their people, their versions, and how they stand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, FilteredRelation, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, JSONObject, Least

from people.models import Person, ReportingLine
from people.recipients import here_on
from tours.models.dates import take_over_by
from tours.models.next_steps import TOLD, NextStep
from tours.models.partings import end_said_on
from tours.models.sides import Side
from tours.models.terms import Signature, Terms

if TYPE_CHECKING:
    from tours.models.tours import Tour  # noqa: F401  # by name, below


def newest_versions(reader: Person, on: date) -> Prefetch[Any]:
    """Of tours in a list: those versions only that it takes to tell the reader whose turn it is."""
    people = ("employee", "manager", "created_by")
    return Prefetch("versions", Terms.objects.newest_for(reader, on).select_related(*people))


class BroughtAlong(models.QuerySet["Tour"]):
    def listed(self, reader: Person, on: date) -> Self:
        """With what a list says about each, to that reader: one query more for any number of them."""
        return self.with_sides(on).prefetch_related(newest_versions(reader, on))

    def with_sides(self, on: date) -> Self:
        """The same but for the versions. Annotates `employee_here`, for `status`."""
        here = here_on(Cast(Value(on), models.DateField()), "employee")
        return self.select_related("employee", "manager", "in_force").annotate(employee_here=here)

    def with_terms(self) -> Self:
        """With both parties and every version, without its signatures: two queries for any number of them.

        Annotates `end_said_on`, for `known_end`.
        """
        people = ("employee", "manager", "created_by", "proposed_by")
        versions = Terms.objects.with_closed().select_related(*people, "policy", "seal").defer("seal__text")
        parties = self.select_related("employee", "manager", "programme_revision")
        found = parties.annotate(end_said_on=end_said_on())  # type: ignore[no-redef]  # as promised
        return found.prefetch_related(Prefetch("versions", versions))

    def with_versions(self) -> Self:
        """The same with the signatures: three queries."""
        signatures = Signature.objects.select_related("signer")
        return self.with_terms().prefetch_related(Prefetch("versions__signatures", signatures))

    def with_standing(self, on: date) -> Self:
        """Annotates what of the two people matters for what can be done: who manages the employee that
        day (`manager_now_id`, `…_name`, `…_since`), by when that person should `take_over_by`, and
        whether each of the two is still here (`employee_here`, `manager_here`), and so is the manager whom
        the latest version names (`latest_manager_here`)."""
        line = ReportingLine.objects.current(on).filter(person=OuterRef("employee"))
        day = Cast(Value(on), models.DateField())
        latest = Terms.objects.filter(tour=OuterRef("pk")).order_by("-number")
        # No join, which could not be locked along with the tour.
        in_force = Terms.objects.filter(pk=OuterRef("in_force"))
        ends_on = Coalesce("ended_on", Subquery(in_force.values("ends_on")[:1]))
        return self.annotate(  # type: ignore[no-redef]  # what the names promise
            latest_manager_here=Subquery(latest.values(here=here_on(day, "manager"))[:1]),
            manager_now_id=Subquery(line.values("manager")[:1]),
            manager_now_name=Subquery(line.values("manager__name")[:1]),
            manager_now_since=Subquery(line.values("since")[:1]),
            take_over_by=Least(Subquery(line.values(by=take_over_by("since"))[:1]), ends_on),
            **{f"{side}_here": here_on(day, side) for side in Side.values},
        )

    def with_note_of(self, person: Person) -> Self:
        """Brings along what the person has written down about it for themselves, as `my_note`: a row of
        another room, by its reverse accessor."""
        own = FilteredRelation("notes", condition=Q(notes__author=person, notes__of_tour=True))
        return self.annotate(my_note=own).select_related("my_note")  # type: ignore[misc]  # just annotated

    def with_newest_step(self) -> Self:
        """Annotates what `steps` tells: what a page says of it costs no query of its own. What was
        recorded with a manager before is not among it."""
        own = NextStep.objects.filter(tour=OuterRef("pk"), terms__manager=OuterRef("manager"))
        told = own.order_by("pk").values(json=JSONObject(**{name: F(name) for name in TOLD}))
        return self.annotate(told_steps=ArraySubquery(told))
