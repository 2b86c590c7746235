"""The two sides of an alliance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from tours.models import Terms, Tour


class Side(models.TextChoices):
    EMPLOYEE = "employee", _("Employee")
    MANAGER = "manager", _("Manager")

    @property
    def other(self) -> Side:
        return Side.MANAGER if self is Side.EMPLOYEE else Side.EMPLOYEE


def parties(agreement: Tour | Terms, person_id: int) -> dict[str, Any]:
    """As a letter to one of the two says it: whether that is the employee, and who the other is."""
    mine = person_id == agreement.employee_id
    return {"to_employee": mine, "other": agreement.manager if mine else agreement.employee}
