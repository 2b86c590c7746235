"""Who may know what of a tour: a table, from which doors and the lines "who can see this" both come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.access import is_above, is_close
from people.days import zone_of
from people.models import Person
from tours.models import Side, Terms, Tour


class Relation(models.TextChoices):
    """What a person is in relation to a tour."""

    EMPLOYEE = "employee", gettext_lazy("the employee")
    MANAGER = "manager", gettext_lazy("the manager who agreed to it")
    NEW_MANAGER = "new_manager", gettext_lazy("whoever manages the employee now")
    FORMER_MANAGER = "former_manager", gettext_lazy("an earlier manager (up to what they agreed to)")
    WRITER = "writer", gettext_lazy("whoever is writing it (until it is proposed)")
    ABOVE = "above", gettext_lazy("the managers above")
    HR = "hr", gettext_lazy("HR (each look is recorded)")


class What(models.TextChoices):
    EXISTENCE = "existence"  #: that the tour exists, its type, dates and state
    TERMS = "terms"  #: terms, versions, signatures and promises
    DRAFT = "draft"  #: terms that were not proposed yet
    PARTINGS = "partings"  #: what each side says about an early end


SEES: dict[What, tuple[Relation, ...]] = {
    What.EXISTENCE: (
        Relation.EMPLOYEE,
        Relation.MANAGER,
        Relation.NEW_MANAGER,
        Relation.FORMER_MANAGER,
        Relation.ABOVE,
        Relation.HR,
    ),
    What.TERMS: (
        Relation.EMPLOYEE,
        Relation.MANAGER,
        Relation.NEW_MANAGER,
        Relation.FORMER_MANAGER,
        Relation.HR,
    ),
    What.DRAFT: (Relation.WRITER,),
    What.PARTINGS: (Relation.EMPLOYEE, Relation.MANAGER),
}


def relations(person: Person, tour: Tour, on: date) -> set[Relation]:
    """What the person is to the tour that day; it comes by `with_versions().with_standing(on)`.

    Before it has force, a new manager is just one above.
    """
    found = set()
    if tour.draft and tour.draft.created_by_id == person.pk:
        found.add(Relation.WRITER)
    if side := tour.side_of(person):
        found.add(Relation(side.value))
    elif _takes_over(person, tour, on):
        found.add(Relation.NEW_MANAGER)
    elif _agreed_to(person, tour):
        found.add(Relation.FORMER_MANAGER)
    if person.is_hr:
        found.add(Relation.HR)
    if not found and is_above(person, tour.employee, on):
        found.add(Relation.ABOVE)
    return found


def _takes_over(person: Person, tour: Tour, on: date) -> bool:
    return tour.in_force_id is not None and (manages(person, tour) or _could_take_over(person, tour, on))


def manages(person: Person, tour: Tour) -> bool:
    return tour.manager_now_id == person.pk


def _named(person: Person, tour: Tour) -> list[Terms]:
    """The proposed versions that name the person as the manager."""
    return [terms for terms in tour.proposed if terms.manager_id == person.pk]


def _agreed_to(person: Person, tour: Tour) -> list[Terms]:
    """Those of them that the person signed: who was only asked to take over has agreed to nothing."""
    return [terms for terms in _named(person, tour) if terms.signature_of(Side.MANAGER)]


def _could_take_over(person: Person, tour: Tour, on: date) -> bool:
    """Asked to, or writing that down; and while nobody manages the employee, the two can still agree. Who
    agreed before may be asked anew, and reads what they may sign."""
    writes = tour.draft is not None and tour.draft.created_by_id == person.pk
    unclaimed = tour.manager_now_id is None and tour.employee_here and not person.has_left(on)
    return unclaimed and (writes or _is_asked(person, tour))


def _is_asked(person: Person, tour: Tour) -> bool:
    """By a version newer than what is in force, which they have not signed."""
    assert tour.in_force
    named = (terms for terms in _named(person, tour) if terms.number > tour.in_force.number)
    return any(terms.signature_of(Side.MANAGER) is None for terms in named)


def sees(person: Person, tour: Tour, on: date) -> set[What]:
    """Everything of a tour that the person may see; nothing where they may not know that it exists.

    A tour never proposed is its writer's alone.
    """
    mine = relations(person, tour, on)
    seen = {what for what, readers in SEES.items() if not mine.isdisjoint(readers)}
    return seen if (What.EXISTENCE if tour.proposed else What.DRAFT) in seen else set()


@dataclass(frozen=True)
class Reader:
    """How far somebody reads a tour."""

    versions: list[Terms]  #: of those proposed
    until: datetime | None = None  #: before which they hear what was said; None where they hear all of it

    def hears(self, at: datetime | None) -> bool:
        return self.until is None or (at is not None and at < self.until)


def reader(person: Person, tour: Tour, on: date) -> Reader:
    """For a reader of the terms: a manager before reads up to what they signed.

    So does who has agreed, while the employee and a new manager talk about what follows; and who has left as
    a manager, up to what was proposed by then.
    """
    found = Reader(tour.proposed, _heard_until(person, tour, on))
    mine = relations(person, tour, on)
    if not mine & {Relation.MANAGER, Relation.FORMER_MANAGER} or Relation.HR in mine:
        return found
    own = _named(person, tour) if Relation.MANAGER in mine else _agreed_to(person, tour)
    last = max((terms.number for terms in own), default=0)
    versions = [terms for terms in tour.proposed if terms.number <= last and found.hears(terms.proposed_at)]
    return Reader(versions, found.until)


def _heard_until(person: Person, tour: Tour, on: date) -> datetime | None:
    """Who has left as a manager keeps what was agreed and said until then: the end of their last day. None
    for everybody else."""
    if not _has_left(person, tour, on):
        return None
    assert person.last_day  # else they would not have left
    return datetime.combine(person.last_day + timedelta(days=1), time.min, zone_of(person))


def follows(person: Person, tour: Tour, on: date) -> bool:
    """Whether the reader of the terms is told whose it becomes next; who handed it over has read who took it
    over from them."""
    if _has_left(person, tour, on):
        return False
    return person.is_hr or tour.side_of(person) is not None or _takes_over(person, tour, on)


def manager_named(person: Person, tour: Tour, on: date) -> Person:
    """As whose the tour is told to the person. Who has left knows of it as its manager, and hears of none
    after them; who handed it over, of whoever took it over from them (`models.taken_over_by`, with which it
    comes), and of none after that. No page or list names another."""
    if _has_left(person, tour, on):
        return person
    if person.is_hr or tour.side_of(person):
        return tour.manager
    told = vars(tour)["taken_over_by"]  # fails where it did not come along: no other name may stand in for it
    return Person(**told) if told else tour.manager


def opens(person: Person, tour: Tour, seen: set[What]) -> set[int | None]:
    """Of those whom a page of the tour names, whose own pages the reader opens; the tour comes by
    `with_standing`. Nothing is asked for it: who manages the employee today is above them, and below whoever
    knows of the tour for being above."""
    known = {tour.employee_id, tour.manager_now_id}
    if person.is_hr:
        return known | {tour.manager_id}
    return known if person.pk in known or What.TERMS not in seen else {person.pk}


def _has_left(person: Person, tour: Tour, on: date) -> bool:
    """Who has left as the employee keeps all of it; who has left knows else only what they managed."""
    return person.pk != tour.employee_id and person.has_left(on)


def has_dates(person: Person, tour: Tour) -> bool:
    """Whether the person is told its dates, to have them in a calendar; the tour comes by `with_standing`."""
    side = tour.side_of(person)
    return tour.in_force is not None and (
        side is Side.EMPLOYEE or (side is Side.MANAGER and tour.manager_here)
    )


def sees_turn(person: Person, tour: Tour, manager_now_id: int | None) -> bool:
    """Whether the person may know that something is being agreed on, and who must act for it.

    What lies on the table, and that it is being answered, is known to whoever may read it. That one side
    writes a change nobody else has seen, or one that names another manager, is known to the two whom it
    names, who would otherwise wonder why they cannot begin one. Pages and lists ask this alike. What a page
    tells a new manager whom it keeps from taking over is `kept_back`.
    """
    terms, shown = tour.negotiated, tour.on_table
    if terms is None:
        return False
    if terms.side_of(person):
        return True
    if shown is None or shown.manager_id != terms.manager_id:
        return False
    takes_over = tour.in_force_id is not None and tour.side_of(person) is None
    return person.is_hr or (takes_over and manager_now_id == person.pk)


def who_sees(what: What) -> str:
    """The line beneath words: who will be able to read them."""
    return _who_sees(SEES[what])


def listed(texts: Iterable[object]) -> str:
    """With the comma of the reader's script."""
    return _(", ").join(map(str, texts))


def _who_sees(relations: tuple[Relation, ...]) -> str:
    return _("Who can see this: %(readers)s.") % {"readers": listed(r.label for r in relations)}


STORY = (Relation.EMPLOYEE, Relation.NEW_MANAGER, Relation.HR)  #: who reads all tours of a person as one


def can_read_story(person: Person, employee: Person, on: date) -> bool:
    manager = employee.manager_on(on)
    return is_close(person, employee, manager.pk if manager else None)


def who_sees_story() -> str:
    return _who_sees(STORY)


def who_sees_draft() -> str:
    """Beneath words that nobody else can read yet."""
    readers = listed(relation.label for relation in SEES[What.TERMS])
    return _("Who can see this: only you until you propose it; then %(readers)s.") % {"readers": readers}


def new_manager_sees() -> str:
    """What they read before they have agreed to anything themselves, in words for them and the employee."""
    words = {
        What.EXISTENCE: _("the kind, dates and state of the tour"),
        What.TERMS: _("the terms in all versions with their signatures, and the promises"),
    }
    seen = [words[what] for what in words if Relation.NEW_MANAGER in SEES[what]]
    return listed(seen)


def who_sees_next_step() -> str:
    return _("Read by the two of you alone. HR and the managers above see only whether it is decided.")
