"""Who has signed which version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pghistory
import pgtrigger
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from people.models import Person
from tours.models.sides import Side, only_if

#: What `Signature.told` makes a row again of; whose it is follows from the terms and the side.
TOLD = ("id", "terms_id", "side", "signer_id", "signed_at", "fingerprint")


@pghistory.track()
class Signature(models.Model):
    """One side's acceptance of one version."""

    terms = models.ForeignKey("Terms", models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=10, choices=Side)
    signer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    fingerprint = models.CharField(max_length=64, null=True)  #: of the text signed; see `Seal`

    # Null for the other side, so that each foreign key of migration 0002 binds only its own side.
    employee_signer = only_if(Side.EMPLOYEE, "signer")
    manager_signer = only_if(Side.MANAGER, "signer")

    class Meta:
        verbose_name = _("signature")
        ordering = ["signed_at"]
        constraints = [
            models.UniqueConstraint(fields=["terms", "side"], name="signature_one_a_side"),
            models.UniqueConstraint(fields=["terms", "side", "signer"], name="signature_signer_key"),
        ]
        triggers = [
            pgtrigger.Protect(name="signatures_never_change", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.terms_id}: {self.side}"

    @classmethod
    def told(cls, *, signed_at: str, **facts: Any) -> Signature:
        """Made into a row again out of what a query told of it."""
        return cls(signed_at=datetime.fromisoformat(signed_at), **facts)


def told_signatures() -> ArraySubquery:
    """In SQL: those of a version, in their order."""
    signed = Signature.objects.filter(terms=OuterRef("pk")).order_by("signed_at", "pk")
    return ArraySubquery(signed.values(told=JSONObject(**{name: F(name) for name in TOLD})))


def signed_by(side: str, terms: str = "pk", **when: Any) -> Exists:
    """In SQL: that side has signed the terms under that path."""
    return Exists(Signature.objects.filter(terms=OuterRef(terms), side=side, **when))


def both_signed(terms: str = "pk", **when: Any) -> Q:
    return Q(*(signed_by(side, terms, **when) for side in Side.values))
