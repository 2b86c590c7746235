"""Two departments that are one, as HR says: whatever was said of the one is said of the other from then on.

Nobody moves by it, and no day of a position changes: the measures see one department where there were two, on
past days as well. The row of the one that goes stays, for quarters that are out (`feedback.figures`) never
change, and tell of it; nothing else finds it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from people.departments import Departments
from people.models import Department, FormerName, Person, Position, on_day
from people.services import Refused, keep_name, lock_lines


class People(NamedTuple):
    """In a department: how many today, and on any day at all."""

    now: int
    ever: int


def people_in(key: int, today: date) -> People:
    there = on_day(today, "since", "until")
    row = Position.objects.filter(department=key).aggregate(
        now=Count("person", distinct=True, filter=there), ever=Count("person", distinct=True)
    )
    return People(**row)


class United(NamedTuple):
    """What was united with a department, when, and by whom; nobody where it was no page."""

    name: str
    at: datetime
    by: Person | None


def united_with(key: int) -> list[United]:
    """The last first, as the history has it; in two queries."""
    happened = Department.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
        pgh_obj__united_with=key, pgh_label="update", united_with=key
    )
    first = happened.order_by("pgh_obj_id", "pgh_id").distinct("pgh_obj_id")
    rows = list(first.values_list("name", "pgh_created_at", "pgh_context__metadata__user"))
    people = Person.objects.in_bulk([who for _name, _at, who in rows if who])
    found = [United(name, at, people.get(who)) for name, at, who in rows]
    return sorted(found, key=lambda each: each.at, reverse=True)


def why_not(tree: Departments, key: int, other: int) -> str:
    """In a sentence; empty where the first can be united with the other, which stays."""
    if key == other:
        return _("That is this department itself. Choose another one.")
    if any(node.pk == key for node in tree.above(other)):
        told = _(
            "“%(other)s” is below “%(name)s”. Unite it with “%(name)s” the other way round, and rename that "
            "if need be."
        )
        return told % {"name": tree.by_key[key].name, "other": tree.by_key[other].name}
    return ""


@transaction.atomic
def unite(key: int, other: int) -> None:
    """The first is the other from now on, and its name a former one of that. Raises Refused where the other
    is below it, or either has been united meanwhile."""
    lock_lines()
    tree = Departments()
    if not {key, other} <= tree.by_key.keys():
        raise Refused(_("One of the two has been united with another department meanwhile."))
    if why := why_not(tree, key, other):
        raise Refused(why)
    name = tree.by_key[key].name
    FormerName.objects.filter(department=key).update(department=other)
    keep_name(name, other)
    Position.objects.filter(department=key).update(department=other)
    Department.objects.filter(parent=key).update(parent=other)
    Department.ever.filter(united_with=key).update(united_with=other)
    Department.objects.filter(pk=key).update(parent=None, united_with=other)
