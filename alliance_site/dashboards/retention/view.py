"""What HR asks for on every page about retention: which days, and of whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from alliance_site.dashboards.forms import PRESETS, SERVICES, PeriodForm
from people.days import today_for
from people.departments import Departments, Node
from people.measures.periods import Period
from people.measures.whom import Service, Whom
from people.requests import SignedInRequest, require_hr
from tours.measures.asked import Asked
from tours.models import Tour


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
    of_today: bool = False  #: as things stand, whatever the period
    followed: bool = False  #: from their first day, however long before the period
    formerly: str = ""  #: where no form says that the department had the name asked for

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
        return _("The type of tour makes no difference here.") if self.type else ""

    @property
    def earlier(self) -> Period | None:
        return self.period.a_year_earlier()

    @property
    def title(self) -> str:
        """What it is called on paper and in a terminal."""
        return _("Retention")

    @property
    def of(self) -> str:
        """Of whom, in words, for whatever is shown, taken along or printed without what was asked."""
        if self.department is None:
            return _("The whole company")
        if not (self.alone or self._has_below):
            return self.department.name
        named = _("%(name)s itself") if self.alone else _("%(name)s with the departments below it")
        return named % {"name": self.department.name}

    @property
    def _has_below(self) -> bool:
        return self.department is not None and bool(self.departments.children.get(self.department.pk))

    @property
    def narrowed(self) -> list[tuple[str, str]]:
        """By what further, and to which. Who is above whom has no days: what is below a department today is
        counted with it on all of them."""
        above = self._has_below and not self.alone
        below = [_("as they are today, whatever period is shown")] if above else []
        service = [str(label) for label, served in SERVICES.values() if served == self.service]
        of_type = [str(Tour.Type(self.type).label)] if self.type else []
        return [
            *((_("Departments below it"), label) for label in below),
            *((_("Length of service"), label) for label in service),
            *((_("Type of tour"), label) for label in of_type),
        ]

    @property
    def days(self) -> str:
        if self.of_today:
            return _("as things stand on %(day)s") % {"day": date_format(self.today)}
        if self.followed:
            return _("followed up to %(last)s") % {"last": date_format(self.period.last)}
        days = {"first": date_format(self.period.first), "last": date_format(self.period.last)}
        return _("%(first)s to %(last)s") % days

    @property
    def as_of(self) -> str:
        """To be said of what is of today beside what is of the period."""
        as_of = _("As things stand on %(day)s, whatever period is shown.")
        return as_of % {"day": date_format(self.today)}

    @property
    def counted(self) -> str:
        at = {"at": date_format(timezone.localtime(self.now), "DATETIME_FORMAT")}
        return _("Counted on %(at)s from what was recorded by then.") % at

    @property
    def address(self) -> str:
        return urlencode(self.kept)

    def address_with(self, **other: str) -> str:
        return urlencode({name: value for name, value in {**self.kept, **other}.items() if value})

    def behind(self, name: str, **other: str) -> str:
        """Where those are listed who are counted under that name."""
        return f"{reverse('retention_list', args=[name])}?{self.address_with(**other)}"


def in_days(period: Period) -> dict[str, str]:
    """What an address says to be of these days."""
    return {"period": "", "from": period.first.isoformat(), "to": period.last.isoformat()}


V = TypeVar("V", bound=View)


def read(
    request: SignedInRequest, form_class: type[PeriodForm] = PeriodForm, *, of_today: bool = False
) -> tuple[PeriodForm, View | None]:
    """The form, and the view if it is valid. For HR alone."""
    require_hr(request)
    return read_as(View, form_class, request, timezone.now(), of_today=of_today)


def read_as(
    kind: type[V], form_class: type[PeriodForm], request: SignedInRequest, now: datetime, **more: Any
) -> tuple[PeriodForm, V | None]:
    """For whoever may read it; `more` is what the address does not say."""
    today = today_for(request.user, now)
    form = form_class(request.GET.dict(), today=today)
    if more.get("of_today"):
        form.hide_days()
    if not form.is_valid():
        return form, None
    asked = form.cleaned_data
    named = {"department": asked["department"].name} if asked["department"] else {}
    return form, kind(
        period=Period(asked["from"], asked["to"]),
        department=asked["department"],
        departments=form.departments,
        service=asked["service"],
        type=asked["type"] if "type" in form.asks else "",
        alone=asked.get("alone", False),
        now=now,
        today=today,
        kept=form.kept | named,
        followed=form.followed,
        **more,
    )


def context(form: PeriodForm, view: View | None, **hidden: str) -> dict[str, Any]:
    """What the head of every page shows; `hidden`, and what is another page's, is kept when something else is
    asked."""
    others = {name: said for name, said in form.kept.items() if name not in form.fields}
    found: dict[str, Any] = {
        "form": form,
        "presets": PRESETS,
        "hidden": others | hidden,
        "address": urlencode(form.kept),
    }
    if view is None:
        return found
    shown = {"view": view, "period": view.period, "department": view.department}
    return found | shown | {"aside": _aside(form, view)}


def _aside(form: PeriodForm, view: View) -> str:
    """What the address keeps of another page and narrows nothing on this one."""
    chosen = form.cleaned_data["type"]
    if not chosen or "type" in form.asks:
        return ""
    aside = _(
        "The type of tour that you chose, %(type)s, makes no difference on this page; in the "
        "whole report it narrows what is about tours."
    )
    if view.below:
        aside = _("The type of tour that you chose, %(type)s, makes no difference on this page.")
    return aside % {"type": Tour.Type(chosen).label}
