"""The two sides of an alliance."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    EMPLOYEE = "employee", _("Employee")
    MANAGER = "manager", _("Manager")

    @property
    def other(self) -> Side:
        return Side.MANAGER if self is Side.EMPLOYEE else Side.EMPLOYEE
