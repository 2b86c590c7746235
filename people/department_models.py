"""Departments, and what they were called."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliance_site.addresses import address
from people.spans import by_statement


class DepartmentManager(models.Manager["Department"]):
    """Of those that there are: not of those that were united with another."""

    def get_queryset(self) -> models.QuerySet[Department]:
        return super().get_queryset().filter(united_with=None)


@pghistory.track(*by_statement())
class Department(models.Model):
    """`services.change_department` sees to it that none comes to be above itself, and `uniting.unite` that
    nobody is in one that was united with another. The database does not: it would have to ask for each
    position that a large import writes. Whoever writes one holds the lines, as whoever unites does."""

    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    united_with = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="+")

    objects: ClassVar[DepartmentManager] = DepartmentManager()
    ever: ClassVar[models.Manager[Department]] = models.Manager()

    class Meta:
        verbose_name = _("department")
        ordering = ["name"]
        default_manager_name = "ever"
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(united_with=None), name="department_called_so"
            ),
            models.CheckConstraint(
                condition=Q(united_with=None) | (Q(parent=None) & ~Q(united_with=F("pk"))),
                name="department_united_is_nowhere",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("department", self.pk)


@pghistory.track(*by_statement())
class FormerName(models.Model):
    """What a department was called: files and kept addresses go on saying so. Of whichever had it last."""

    department = models.ForeignKey(Department, models.CASCADE, related_name="former_names")
    name = models.CharField(_("name"), max_length=200, unique=True)

    class Meta:
        verbose_name = _("former name")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
