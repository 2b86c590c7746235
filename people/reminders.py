"""What people are written to about, apart from their tours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import DateField, F, Q, QuerySet, Subquery, Value
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import About, Due, Occasion, as_text, rows_of
from people.days import local_day
from people.models import Access, Import, Role, on_day
from people.presence import still_here

#: That an import has finished is news for so long.
IMPORT_IS_NEWS_FOR = timedelta(days=7)
#: That somebody has another address is, for as long as they may be away.
ADDRESS_IS_NEWS_FOR = timedelta(days=30)


def hr_on_duty(now: datetime) -> QuerySet[Role]:
    """Whoever works in HR on their own today: as recipients."""
    today = local_day(now, "person")
    duties = Role.objects.filter(
        on_day(today, "since", "until"), still_here(now, "person"), kind=Role.Kind.HR
    )
    return duties.annotate(recipient_id=F("person_id"))


def _finished(now: datetime, about: About) -> Sequence[QuerySet[Role]]:
    """The newest one that changed anything, for everybody in HR."""
    changed = Q(created__gt=0) | Q(changed__gt=0)
    newest = Import.objects.filter(changed, at__range=(now - IMPORT_IS_NEWS_FOR, now)).order_by("-at", "-pk")
    on = Subquery(newest.annotate(on=TruncDate("at", tzinfo=UTC)).values("on")[:1], DateField())
    told = hr_on_duty(now).annotate(
        about=as_text(Subquery(newest.values("pk")[:1])),
        due_on=on,
        step=Value(0),
    )
    return [told.filter(about.under("about") or Q(about__isnull=False))]


def _in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    for _due, run in rows_of(dues, Import.objects.all()):
        yield {"run": run, "path": reverse("people")}


def _readdressed(now: datetime, about: About) -> Sequence[QuerySet[Access]]:
    """By whomever it was done: the letter may go to another, the notice stays with the account."""
    changes = Access.objects.filter(what=Access.ADDRESS, at__range=(now - ADDRESS_IS_NEWS_FOR, now))
    told = changes.annotate(
        recipient_id=F("person_id"),
        about=as_text("pk"),
        due_on=TruncDate("at", tzinfo=UTC),
        step=Value(0),
    )
    return [told.filter(about.under("pk"))]


def _by_whom(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    for _due, change in rows_of(dues, Access.objects.select_related("viewer", "person")):
        whom = {"other": change.viewer, "by_import": change.viewer is None}
        taken_away = change.person.email is None
        yield {"at": change.at, "taken_away": taken_away, "path": reverse("access_log"), **whom}


password_reset = Occasion(
    key="people.password_reset",
    title=_("A link to choose a password"),
    to=_("whoever asks for it; after leaving, at an address noted since"),
    steps=_("at once, by day and night"),
    until=_("an hour is over"),
    any_hour=True,  # somebody is waiting for it
    asked_for=True,  # who has left reads their own tours, and comes to it by no other way
    notice=False,  # whoever could read it there would not need it
    lasts=timedelta(hours=1),  # the link in it is as good as a password
)

password_changed = Occasion(
    key="people.password_changed",
    title=_("A password was set"),
    to=_("the person whose password it is"),
    steps=_("at once, by day and night"),
    until=_("no end: anybody who did not set it must learn of it"),
    any_hour=True,
    asked_for=True,  # who has left hears of it, too
)

address_changed = Occasion(
    key="people.address_changed",
    title=_("An e-mail address was changed"),
    to=_("the person whose address it is, at the new one"),
    steps=_("at once, by day and night"),
    until=_("thirty days are over"),
    due=_readdressed,
    context=_by_whom,
    any_hour=True,
)

import_finished = Occasion(
    key="people.import_finished",
    title=_("An import of people has finished"),
    to=_("everybody in HR"),
    steps=_("once, of the newest that changed anything"),
    until=_("a newer one has finished, or a week is over"),
    due=_finished,
    context=_in_words,
    may_decline=True,
    for_hr=True,
)

import_failed = Occasion(
    key="people.import_failed",
    title=_("An import of people has failed"),
    to=_("everybody in HR"),
    steps=_("once a day for each file"),
    until=_("a week is over"),
    lasts=timedelta(days=7),
    for_hr=True,
)
