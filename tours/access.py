"""Who may know what of a tour, and do what with it: tables, from which doors and the lines "who can see
this" both come."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.access import is_above, is_close
from people.days import zone_of
from people.models import Person
from tours.models import Giving, Side, Terms, Tour
from tours.policy import SETTLE_WITHIN_DAYS


class Relation(models.TextChoices):
    """What a person is in relation to a tour."""

    EMPLOYEE = "employee", gettext_lazy("the employee")
    MANAGER = "manager", gettext_lazy("the manager who agreed to it")
    NEW_MANAGER = "new_manager", gettext_lazy("whoever manages the employee now")
    FORMER_MANAGER = "former_manager", gettext_lazy("a manager before, up to what they agreed to")
    WRITER = "writer", gettext_lazy("whoever is writing it, until it is proposed")
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
    elif any(terms.manager_id == person.pk for terms in tour.proposed):
        # Of a version that only asks them to take over, a manager is no former one.
        found.add(Relation.NEW_MANAGER if _manages(person, tour) else Relation.FORMER_MANAGER)
    if person.is_hr:
        found.add(Relation.HR)
    if tour.in_force_id and tour.side_of(person) is None and _manages(person, tour):
        found.add(Relation.NEW_MANAGER)
    if not found and is_above(person, tour.employee, on):
        found.add(Relation.ABOVE)
    return found


def _manages(person: Person, tour: Tour) -> bool:
    return tour.manager_now_id == person.pk


def sees(person: Person, tour: Tour, on: date) -> set[What]:
    """Everything of a tour that the person may see; nothing where they may not know that it exists.

    A tour never proposed is its writer's alone.
    """
    mine = relations(person, tour, on)
    seen = {what for what, readers in SEES.items() if not mine.isdisjoint(readers)}
    return seen if (What.EXISTENCE if tour.proposed else What.DRAFT) in seen else set()


def readable(person: Person, tour: Tour, on: date) -> list[Terms]:
    """The proposed versions that a reader of the terms may read: a manager before, up to their own last.

    So does who has agreed, while the employee and a new manager talk about what follows; and who has left as
    a manager, up to what was proposed by then.
    """
    mine = relations(person, tour, on)
    if not mine & {Relation.MANAGER, Relation.FORMER_MANAGER} or Relation.HR in mine:
        return tour.proposed
    last = max((terms.number for terms in tour.proposed if terms.manager_id == person.pk), default=0)
    until = heard_until(person, tour, on)
    return [terms for terms in tour.proposed if terms.number <= last and is_heard(terms.proposed_at, until)]


def heard_until(person: Person, tour: Tour, on: date) -> datetime | None:
    """Who has left as a manager keeps what was agreed and said until then: the end of their last day. None
    for everybody else; who has left as the employee keeps all of it. The tour comes by `with_standing`."""
    agreed = any(terms.manager_id == person.pk for terms in tour.proposed)
    if not agreed or person.pk == tour.employee_id or (person.pk == tour.manager_id and tour.manager_here):
        return None
    if person.last_day is None or person.last_day >= on:
        return None
    return datetime.combine(person.last_day + timedelta(days=1), time.min, zone_of(person))


def has_dates(person: Person, tour: Tour) -> bool:
    """Whether the person is told its dates, to have them in a calendar; the tour comes by `with_standing`."""
    side = tour.side_of(person)
    return tour.in_force is not None and (
        side is Side.EMPLOYEE or (side is Side.MANAGER and tour.manager_here)
    )


def is_heard(at: datetime | None, until: datetime | None) -> bool:
    return until is None or (at is not None and at < until)


def keeps_notes(person: Person, tour: Tour) -> bool:
    """Whether it is theirs to write down something about for themselves: one of the two, or who managed the
    employee before or manages them now; not who only looks on, nor who has left."""
    named = any(terms.manager_id == person.pk for terms in tour.proposed)
    follows = tour.in_force_id is not None and _manages(person, tour)
    return (tour.side_of(person) is not None or named or follows) and _is_here(person, tour)


def sees_turn(person: Person, tour: Tour, manager_now_id: int | None) -> bool:
    """Whether the person may know that something is being agreed on, and who must act for it.

    What lies on the table, and that it is being answered, is known to whoever may read it. That one side
    writes a change nobody else has seen, or one that names another manager, is known to the two whom it
    names, who would otherwise wonder why they cannot begin one. Pages and lists ask this alike.
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


def _who_sees(relations: tuple[Relation, ...]) -> str:
    return _("Who can see this: %(readers)s.") % {"readers": ", ".join(str(r.label) for r in relations)}


STORY = (Relation.EMPLOYEE, Relation.NEW_MANAGER, Relation.HR)  #: who reads all tours of a person as one


def can_read_story(person: Person, employee: Person, on: date) -> bool:
    manager = employee.manager_on(on)
    return is_close(person, employee, manager.pk if manager else None)


def who_sees_story() -> str:
    return _who_sees(STORY)


def who_sees_draft() -> str:
    """Beneath words that nobody else can read yet."""
    readers = ", ".join(str(relation.label) for relation in SEES[What.TERMS])
    return _("Who can see this: only you until you propose it; then %(readers)s.") % {"readers": readers}


def new_manager_sees() -> str:
    """What they read before they have agreed to anything themselves, in words for them and the employee."""
    words = {
        What.EXISTENCE: _("the kind, dates and state of the tour"),
        What.TERMS: _("the terms in all versions with their signatures, and the promises"),
    }
    seen = [words[what] for what in words if Relation.NEW_MANAGER in SEES[what]]
    return ", ".join(seen)


def can_draft_for(person: Person, employee: Person, on: date) -> bool:
    """Today's manager of somebody employed may define a tour with them, and so may they themselves."""
    manager = employee.manager_on(on)
    if manager is None or person not in (manager, employee):
        return False
    return employee.is_employed(on) and manager.is_employed(on)


def can_follow_up(person: Person, tour: Tour, on: date) -> bool:
    """Inside the next-tour window, or after the end, either side may define what comes next; the
    company's side is whoever manages the employee by then."""
    if tour.in_force is None or tour.in_force.talk_on is None:
        return False
    talk_on = min(tour.in_force.talk_on, tour.ended_on or date.max)
    return on >= talk_on and can_draft_for(person, tour.employee, on)


def can_add_words_on_end(person: Person, tour: Tour) -> bool:
    """The side that did not end it says how it sees that, once; not after leaving."""
    side = tour.side_of(person)
    if side is None or tour.ended_by is None or not _is_here(person, tour):
        return False
    return not any(parting.side == side for parting in tour.partings.all())


def can_record_next_step(person: Person, tour: Tour, on: date) -> bool:
    """Either of the two who agreed, inside the next-tour window, as long as both are here and the
    company's side has not changed hands. The tour comes by `with_standing(on)`."""
    if tour.side_of(person) is None or tour.in_force is None or tour.in_force.talk_on is None:
        return False
    running = tour.state == Tour.State.AGREED and not tour.is_over(on) and tour.in_force.talk_on <= on
    return running and tour.employee_here and tour.manager_here and not is_handed_over(tour, on)


def who_sees_next_step() -> str:
    return _("Read by the two of you alone. HR and the managers above see only whether it is decided.")


def left_unproposed(person: Person, tour: Tour) -> Terms | None:
    """What the person was writing when a tour in force ended: kept for them alone."""
    draft = tour.draft
    kept = tour.in_force_id is not None and tour.negotiated is None
    return draft if kept and draft and draft.created_by_id == person.pk else None


def can_change_type(person: Person, tour: Tour, on: date) -> bool:
    """While it is a first draft that nobody else has seen."""
    return not tour.proposed and Act.EDIT in acts(person, tour, on)


def can_throw_away(person: Person, tour: Tour, on: date) -> bool:
    """What nobody but its writer has ever seen; there is nobody to whom one would have to say why."""
    unseen = tour.draft is not None and tour.on_table is None
    return unseen and Act.WITHDRAW in acts(person, tour, on)


def agreed_before(person: Person, tour: Tour) -> models.QuerySet[Terms]:
    """The terms that the employee's other tours came to, the latest first, for whoever writes with them:
    they themselves, or who manages them today and so reads whatever has force (see `relations`)."""
    if person.pk not in (tour.employee_id, tour.manager_now_id):
        return Terms.objects.none()
    others = Terms.objects.filter(tour__employee=tour.employee_id, tour__in_force=models.F("pk"))
    others = others.exclude(tour=tour.pk).select_related("tour__employee", "manager")
    return others.order_by("-starts_on", "-pk")


class Act(StrEnum):
    EDIT = "edit"  #: write on, and propose
    SIGN = "sign"
    COMMENT = "comment"
    ASK = "ask"  #: ask the other side for a change
    REVISE = "revise"  #: write the next version oneself
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    AMEND = "amend"  #: write newer terms while the signed ones stay in force
    REAFFIRM = "reaffirm"  #: propose the terms in force again, with the new manager in the old one's place
    END_EARLY = "end_early"


def acts(person: Person, tour: Tour, on: date) -> set[Act]:
    """What the person may do with the tour that day; it comes by `with_versions().with_standing(on)`.

    Who has left reads on and does nothing more. Where nobody is left to agree with, what lies on the
    table can be cleared away, and keeps nobody from going on with the terms in force.
    """
    if tour.is_over(on) or not _is_here(person, tour):
        return set()
    terms = tour.negotiated
    if terms is None:
        return _acts_on_running(person, tour)
    side = terms.side_of(person)
    found = _acts_on_negotiated(terms, side, tour) if side else set()
    if in_vain(tour):
        return (found & {Act.DECLINE, Act.WITHDRAW}) | _acts_on_running(person, tour)
    if side and tour.side_of(person) and tour.in_force:
        found.add(Act.END_EARLY)
    return found


def could(act: Act, person: Person, tour: Tour) -> bool:
    """Whether it may have been possible for the person as they opened the page that they send now.

    Who comes too late is told why, and keeps their words; to everybody else the page is closed.
    """
    if act is Act.REAFFIRM:
        return person.pk in (tour.employee_id, tour.manager_now_id)
    return _manages(person, tour) or any(terms.side_of(person) for terms in tour.proposed)


def to_withdraw(person: Person, tour: Tour) -> Terms | None:
    """The version that a withdrawal is about: a draft of one's own, or else what is on the table."""
    draft = tour.draft
    return draft if draft and draft.created_by_id == person.pk else tour.on_table


def would_lose(person: Person, tour: Tour) -> Terms | None:
    """What the other side has written as the next version, and would lose by a clearing away."""
    draft = tour.draft
    if draft is None or draft.created_by_id == person.pk or draft.side_of(person) is None:
        return None
    return draft if draft.revision and not in_vain(tour) else None


def in_vain(tour: Tour) -> Person | None:
    """With whom there is nothing to agree on any more: one of the two that the version negotiated names
    has left, or no longer manages the employee."""
    terms = tour.negotiated
    if terms is None:
        return None
    if not tour.employee_here:
        return terms.employee
    manages = tour.latest_manager_here and tour.manager_now_id in (None, terms.manager_id)
    return None if manages else terms.manager


def _acts_on_negotiated(terms: Terms, side: Side, tour: Tour) -> set[Act]:
    away = Act.WITHDRAW if tour.started_by is side else Act.DECLINE
    if not terms.proposed_at:
        if terms.created_by_id == terms.party(side).pk:
            return {Act.EDIT, away} if tour.on_table or away is Act.WITHDRAW else {Act.EDIT}
        return {away} if tour.on_table and not would_lose(terms.party(side), tour) else set()
    found = {Act.COMMENT, Act.REVISE, away}
    if terms.proposed_by_id != terms.party(side).pk:
        found.add(Act.ASK)
    if not terms.signature_of(side):
        found.add(Act.SIGN)
    return found


def _acts_on_running(person: Person, tour: Tour) -> set[Act]:
    """Nothing is being negotiated: the terms in force can be changed, or the tour ended."""
    if tour.in_force is None or tour.state != Tour.State.AGREED:
        return set()
    side, successor = tour.side_of(person), _successor(tour)
    if person.pk == successor:
        return {Act.AMEND, Act.REAFFIRM}
    if side is None or (successor and side is Side.MANAGER):
        return set()
    if successor:
        return {Act.AMEND, Act.REAFFIRM, Act.END_EARLY}
    both_here = _is_here(tour.employee, tour) and _is_here(tour.manager, tour)
    return {Act.AMEND, Act.END_EARLY} if both_here else {Act.END_EARLY}


def ledger_side(person: Person, tour: Tour, on: date) -> Side | None:
    """For which side of the promise ledger the person may speak that day: a party to the terms in force,
    until some weeks after the tour, or after its early end was said. Who has left speaks no more, nor who
    has handed the employee over; and who is gone is not judged behind their back."""
    side = tour.side_of(person)
    if tour.in_force is None or side is None or not _is_here(tour.employee, tour):
        return None
    if tour.known_end and on > tour.known_end + timedelta(days=SETTLE_WITHIN_DAYS):
        return None
    if side is Side.MANAGER and (_successor(tour) or not _is_here(person, tour)):
        return None
    return side


def _successor(tour: Tour) -> int | None:
    """Who manages the employee by now, if that is not who agreed."""
    return tour.manager_now_id if tour.manager_now_id != tour.manager_id and tour.employee_here else None


def is_handed_over(tour: Tour, on: date) -> bool:
    """Running or to come, and still with the terms of a manager who no longer manages the employee."""
    return tour.state == Tour.State.AGREED and not tour.is_over(on) and _successor(tour) is not None


def is_unmanaged(tour: Tour, on: date) -> bool:
    """Running or to come, of somebody who is here and whom nobody manages."""
    runs = tour.state == Tour.State.AGREED and not tour.is_over(on)
    return runs and tour.employee_here and tour.manager_now_id is None


def _is_here(person: Person, tour: Tour) -> bool:
    """Has not left. Of anybody but the two of the tour it is taken as read: they manage somebody today."""
    here = {tour.employee_id: tour.employee_here, tour.manager_id: tour.manager_here}
    return here.get(person.pk, True)


def can_read_policy(person: Person, on: date) -> bool:
    return person.is_hr or person.is_employed(on)


def can_set_policy(person: Person) -> bool:
    return person.is_hr


def who_sees_policy() -> str:
    return _("Who can see this: everybody employed in the company. HR alone can change it.")


def writes_programmes(person: Person) -> bool:
    return person.is_hr


def uses_programmes(person: Person, on: date) -> bool:
    """Reads programmes and gives them: HR to anybody, who manages somebody to their own reports."""
    return person.is_hr or Person.objects.reports_of(person, on).employed(on).exists()


def sees_giving(person: Person, giving: Giving) -> bool:
    """HR; and a manager their own. Who gave as HR sees it as long as they are HR."""
    return person.is_hr or (giving.given_by_id == person.pk and not giving.as_hr)


def who_reads_programmes() -> str:
    return _(
        "Who can see this: HR and everybody who manages somebody; those who are given it read it as terms."
    )


def who_sees_giving() -> str:
    return _("Who can see this: HR, and whoever gave it.")
