"""The two sides of an alliance."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Case, F, When
from django.utils.translation import gettext_lazy as _

from people.models import Person


class Side(models.TextChoices):
    EMPLOYEE = "employee", _("Employee")
    MANAGER = "manager", _("Manager")

    @property
    def other(self) -> Side:
        return Side.MANAGER if self is Side.EMPLOYEE else Side.EMPLOYEE


class BetweenTwo:
    """What is between an `employee` and a `manager`."""

    employee: Any
    employee_id: Any
    manager: Any
    manager_id: Any

    def party(self, side: Side) -> Person:
        person: Person = getattr(self, side)
        return person

    def side_of(self, person: object) -> Side | None:
        """Which side the person is on; None for everybody else."""
        return self.side_of_key(getattr(person, "pk", None))

    def side_of_key(self, pk: int | None) -> Side | None:
        if pk is None:
            return None
        return {self.employee_id: Side.EMPLOYEE, self.manager_id: Side.MANAGER}.get(pk)

    def own_side(self, person: Person) -> Side:
        """The same of whoever must be on one. Raises PermissionDenied for everybody else."""
        if side := self.side_of(person):
            return side
        raise PermissionDenied

    def other_than(self, person_id: int) -> Person:
        """With whom it is, for one of the two."""
        return self.party(Side.MANAGER if person_id == self.employee_id else Side.EMPLOYEE)


def only_if(side: Side, who: str = "author") -> models.GeneratedField:
    """Who that is, if on that side: what a foreign key of a migration compares with who must be there."""
    return models.GeneratedField(
        expression=Case(When(side=side.value, then=F(who))),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )


def parties(agreement: BetweenTwo, person_id: int) -> dict[str, Any]:
    """As a letter to one of the two says it: whether that is the employee, and who the other is."""
    return {"to_employee": person_id == agreement.employee_id, "other": agreement.other_than(person_id)}


def other_name(person: Person, under: str = "") -> Case:
    """In SQL: the name of the side that the person is not, of what is between the two under that path."""
    mine = When(**{f"{under}employee": person}, then=F(f"{under}manager__name"))
    return Case(mine, default=F(f"{under}employee__name"))
