"""What may be done before a tour is proposed, and about its end and what comes after it."""

from __future__ import annotations

from datetime import date

from django.db import models

from people.models import Person, ReportingLine
from people.prepared import prepared
from tours.access.acting import Act, acts
from tours.access.hands import successor_of
from tours.models import Side, Terms, Tour


def can_draft_for(person: Person, employee: Person, on: date) -> bool:
    """Today's manager of somebody employed may define a tour with them, and so may they themselves."""
    manager = next(iter(_managers(employee.pk, on)), None)
    return manager is not None and person.pk in (manager, employee.pk)


@prepared
def _managers(employee: int, on: date) -> models.QuerySet[ReportingLine, int]:
    here = Person.objects.employed(on)
    lines = ReportingLine.objects.current(on).filter(person__in=here, manager__in=here)
    return lines.filter(person=employee).order_by("pk").values_list("manager", flat=True)[:1]


def can_change_type(person: Person, tour: Tour, on: date) -> bool:
    """While it is a first draft that nobody else has seen."""
    return not tour.proposed and Act.EDIT in acts(person, tour, on)


def can_throw_away(person: Person, tour: Tour, on: date) -> bool:
    """What nobody but its writer has ever seen; there is nobody to whom one would have to say why."""
    unseen = tour.draft is not None and tour.on_table is None
    return unseen and Act.WITHDRAW in acts(person, tour, on)


def left_unproposed(person: Person, tour: Tour, on: date) -> Terms | None:
    """What the person has written and can write on no more: the tour is over, or there is nobody to agree on
    it with. Kept for them alone; what was proposed stands in its place on the page of the tour."""
    draft = tour.draft
    if draft is None or draft.created_by_id != person.pk or not tour.proposed:
        return None
    return None if Act.EDIT in acts(person, tour, on) else draft


def agreed_before(person: Person, tour: Tour) -> models.QuerySet[Terms]:
    """The terms that the employee's other tours came to, the latest first, for whoever writes with them:
    they themselves, or who manages them today and so reads whatever has force (see `relations`)."""
    if person.pk not in (tour.employee_id, tour.manager_now_id):
        return Terms.objects.none()
    others = Terms.objects.filter(tour__employee=tour.employee_id, tour__in_force=models.F("pk"))
    others = others.exclude(tour=tour.pk).select_related("tour__employee", "manager")
    return others.order_by("-starts_on", "-pk")


def can_follow_up(person: Person, tour: Tour, on: date) -> bool:
    """Once it is time for it, either side may define what comes next; the company's side is whoever manages
    the employee by then. The tour comes by `with_standing(on)`."""
    both = (tour.employee_id, tour.manager_now_id)
    return is_time_to_follow_up(tour, on) and tour.employee_here and None not in both and person.pk in both


def is_time_to_follow_up(tour: Tour, on: date) -> bool:
    """Inside the next-tour window, which an early end opens as soon as it is said; or after the end."""
    if tour.in_force is None or tour.in_force.talk_on is None:
        return False
    return tour.ended_on is not None or tour.in_force.talk_on <= on


def can_add_words_on_end(person: Person, tour: Tour) -> bool:
    """The side that did not end it says how it sees that, once; not after leaving."""
    side = tour.side_of(person)
    here = {Side.EMPLOYEE: tour.employee_here, Side.MANAGER: tour.manager_here}
    if side is None or tour.ended_by is None or not here[side]:
        return False
    return not any(parting.side == side for parting in tour.partings.all())


def can_record_next_step(person: Person, tour: Tour, on: date) -> bool:
    """Either of the two who agreed, inside the next-tour window, as long as both are here and the
    company's side has not changed hands. The tour comes by `with_standing(on)`."""
    runs = tour.began(on) is not None and not tour.is_over(on) and is_time_to_follow_up(tour, on)
    both_here = tour.employee_here and tour.manager_here and successor_of(tour) is None
    return runs and both_here and tour.side_of(person) is not None
