"""Who may know what of a tour: one table, from which doors and "who can see this" lines both come."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.access import is_above
from people.models import Person
from tours.models import Side, Tour
from tours.policy import LEAD_TIME_DAYS


class Relation(models.TextChoices):
    """What a person is in relation to a tour."""

    EMPLOYEE = "employee", gettext_lazy("the employee")
    MANAGER = "manager", gettext_lazy("the manager who agreed to it")
    NEW_MANAGER = "new_manager", gettext_lazy("whoever manages the employee now")
    ABOVE = "above", gettext_lazy("the managers above")
    HR = "hr", gettext_lazy("HR (each look is recorded)")


class What(models.TextChoices):
    EXISTENCE = "existence"  #: that the tour exists, its type, dates and state
    TERMS = "terms"  #: terms, versions, signatures and promises
    DRAFT = "draft"  #: terms that were not proposed yet


SEES: dict[What, tuple[Relation, ...]] = {
    What.EXISTENCE: (
        Relation.EMPLOYEE,
        Relation.MANAGER,
        Relation.NEW_MANAGER,
        Relation.ABOVE,
        Relation.HR,
    ),
    What.TERMS: (Relation.EMPLOYEE, Relation.MANAGER, Relation.NEW_MANAGER, Relation.HR),
    What.DRAFT: (Relation.MANAGER,),
}


def relations(person: Person, tour: Tour, on: date) -> set[Relation]:
    """What the person is to the tour that day. Before it has force, a new manager is just one above."""
    found = set()
    if side := tour.side_of(person):
        found.add(Relation(side.value))
    if person.is_hr:
        found.add(Relation.HR)
    if not found and is_above(person, tour.employee, on):
        found.add(Relation.ABOVE)
        if tour.in_force_id and tour.employee.manager_on(on) == person:
            found.add(Relation.NEW_MANAGER)
    return found


def sees(person: Person, tour: Tour, on: date) -> set[What]:
    """Everything of a tour that the person may see; nothing where they may not know that it exists.

    A tour never proposed is its drafter's alone.
    """
    mine = relations(person, tour, on)
    seen = {what for what, readers in SEES.items() if not mine.isdisjoint(readers)}
    return seen if (What.EXISTENCE if tour.on_table else What.DRAFT) in seen else set()


def who_sees(what: What) -> str:
    """The line beneath words: who will be able to read them."""
    return _("Who can see this: %(readers)s.") % {"readers": ", ".join(str(r.label) for r in SEES[what])}


def can_draft_for(person: Person, employee: Person, on: date) -> bool:
    """Today's manager of somebody employed may define a tour with them."""
    return employee.is_employed(on) and person.is_employed(on) and employee.manager_on(on) == person


def can_follow_up(person: Person, tour: Tour, on: date) -> bool:
    """Inside the next-tour window, or after the end, today's manager may define what comes next."""
    if tour.ends_on is None or on < tour.ends_on - timedelta(days=LEAD_TIME_DAYS):
        return False
    return tour.side_of(person) is Side.MANAGER and can_draft_for(person, tour.employee, on)


class Act(StrEnum):
    EDIT = "edit"
    SIGN = "sign"
    ASK = "ask"
    DECLINE = "decline"
    REVISE = "revise"
    WITHDRAW = "withdraw"


#: So far it is the manager who writes; the employee asks for changes.
ACTS = {
    (Tour.State.DRAFT, Side.MANAGER): {Act.EDIT, Act.WITHDRAW},
    (Tour.State.PROPOSED, Side.MANAGER): {Act.SIGN, Act.REVISE, Act.WITHDRAW},
    (Tour.State.PROPOSED, Side.EMPLOYEE): {Act.SIGN, Act.ASK, Act.DECLINE},
}
ENDS = {Act.DECLINE, Act.WITHDRAW}


def acts(person: Person, tour: Tour, on: date) -> set[Act]:
    """What a party may do with the tour that day.

    Who has left reads on and does nothing more; with somebody who has left there is nothing to agree
    on any more, but what lies on the table can still be cleared away.
    """
    side = tour.side_of(person)
    found = ACTS.get((Tour.State(tour.state), side), set()) if side else set()
    if not found or side is None:
        return set()
    if tour.on_table is None or tour.on_table.signature_of(side):
        found = found - {Act.SIGN}
    gone = set(Person.objects.left(on).filter(pk__in=[tour.employee_id, tour.manager_id]))
    if person in gone:
        return set()
    return found & ENDS if gone else found
