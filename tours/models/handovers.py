"""In SQL: who took a tour over from a manager before, and so as whose it is told to them."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from people.models import Person, ReportingLine
from tours.models.sides import Side
from tours.models.signatures import both_signed, signed_by
from tours.models.terms import Terms


def taken_over_by(reader: Person, on: date, tour: str = "pk") -> Subquery:
    """The manager of the first version that both signed after the reader's own last one, whoever came then;
    null where that is nobody's, and for whoever manages the employee again."""
    own = Terms.objects.filter(signed_by(Side.MANAGER), tour=OuterRef("tour"), manager=reader)
    manages = ReportingLine.objects.current(on).filter(person=OuterRef("employee"), manager=reader)
    next_ones = Terms.objects.filter(
        both_signed(),
        Exists(own.filter(number__lt=OuterRef("number"))),
        ~Exists(own.filter(signed_by(Side.EMPLOYEE), number__gt=OuterRef("number"))),
        ~Exists(manages),
        ~Q(manager=reader),
        tour=OuterRef(tour),
    )
    told = JSONObject(pk=F("manager_id"), name=F("manager__name"))
    return Subquery(next_ones.order_by("number").values(told=told)[:1])
