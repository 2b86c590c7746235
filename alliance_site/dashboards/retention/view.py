"""What HR asks for on every page about retention: which days, and of whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance_site.dashboards.forms import PRESETS, PeriodForm
from people.days import today_for
from people.departments import Departments, Node
from people.measures.periods import Period
from people.measures.whom import Service, Whom
from people.requests import SignedInRequest
from tours.measures.asked import Asked

KEPT = ("from", "to", "period", "department", "alone", "service", "type")


@dataclass(frozen=True)
class View:
    """`now` is when the figures were counted, `today` the reader's day; `kept` what the address says on
    every page; `alone`: without the departments below the one asked about."""

    period: Period
    department: Node | None
    departments: Departments
    service: Service
    type: str
    now: datetime
    today: date
    kept: dict[str, str]
    alone: bool = False
    below: tuple[int, date] | None = None  #: whose team it is about, and as of when

    @property
    def whom(self) -> Whom:
        if self.department is None:
            return Whom.of(None, self.service)
        key = self.department.pk
        return Whom.of([key] if self.alone else self.departments.with_below(key), self.service)

    @property
    def is_of_all(self) -> bool:
        """Of the whole company, however long people have served."""
        return self.department is None and self.service == Service() and self.below is None

    @property
    def asked(self) -> Asked:
        return Asked(self.whom, self.type)

    @property
    def of_any_type(self) -> str:
        """To be said where the type of tour that is asked for narrows nothing."""
        return _("The type of tour does not narrow this.") if self.type else ""

    @property
    def earlier(self) -> Period | None:
        return self.period.a_year_earlier()

    @property
    def address(self) -> str:
        return urlencode(self.kept)

    def address_with(self, **other: str) -> str:
        return urlencode({**self.kept, **other})

    def behind(self, name: str, **other: str) -> str:
        """Where those are listed who are counted under that name."""
        return f"{reverse('retention_list', args=[name])}?{self.address_with(**other)}"


def read(
    request: SignedInRequest, form_class: type[PeriodForm] = PeriodForm
) -> tuple[PeriodForm, View | None]:
    """The form, and the view if it is valid. For HR alone."""
    if not request.user.is_hr:
        raise Http404
    now = timezone.now()
    today = today_for(request.user, now)
    form = form_class(request.GET.dict(), today=today)
    if not form.is_valid():
        return form, None
    asked = form.cleaned_data
    kept = {name: request.GET[name] for name in KEPT if name in form.fields and request.GET.get(name)}
    return form, View(
        period=Period(asked["from"], asked["to"]),
        department=asked["department"],
        departments=form.departments,
        service=asked["service"],
        type=asked["type"],
        alone=asked.get("alone", False),
        now=now,
        today=today,
        kept=kept,
    )


def context(form: PeriodForm, view: View | None, **hidden: str) -> dict[str, Any]:
    """What the head of every page shows; `hidden` is kept when something else is asked."""
    found: dict[str, Any] = {"form": form, "presets": PRESETS, "hidden": hidden}
    return found | ({"view": view, "period": view.period, "department": view.department} if view else {})
