"""What needs a person today, as sentences with a verb, each with a place to do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Subquery, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance_site.outbox.models import Message
from feedback.models import CheckIn
from people.models import Person
from people.recipients import here_on
from tours.models import Comment, Side, Tour

MOST_REPORTS = 5
LONG_PAST = timedelta(days=90)


@dataclass(frozen=True)
class Todo:
    sentence: str
    url: str
    when: date | None = None
    overdue: bool = False


def todo(person: Person, on: date) -> list[Todo]:
    """Everything that waits for this person: what is overdue first, then by date. Nothing after leaving."""
    if not person.is_hr and person.has_left(on):  # HR today is here today
        return []
    found = [*terms_waiting(person, on), *checkins_waiting(person, on), *tours_ending(person, on)]
    found += reports_without_tour(person, on)
    if person.is_hr:
        found += for_hr(on)
    return sorted(found, key=lambda t: (not t.overdue, t.when or date.max))


def terms_waiting(person: Person, on: date) -> Iterator[Todo]:
    both_here = [here_on(Value(on), side) for side in Side]
    waiting = Tour.objects.waiting_for(person).filter(*both_here)
    changes = Comment.objects.filter(terms__tour=OuterRef("pk"), kind=Comment.Kind.CHANGE).order_by("-at")
    dated = waiting.annotate(asked_at=Subquery(changes.values("at")[:1]))
    for tour in dated.with_versions():
        newest, asked_at = tour.latest, getattr(tour, "asked_at", None)
        other = newest.manager if newest.employee == person else newest.employee
        about = {"name": other.name, "number": newest.number}
        when, url = newest.proposed_at and newest.proposed_at.date(), newest.get_absolute_url()
        if newest.proposed_at and newest.employee == person:
            sentence = _("Read and sign version %(number)s of your tour with %(name)s")
        elif newest.proposed_at:
            sentence = _("Sign version %(number)s of the tour with %(name)s")
        else:
            url = reverse("terms_edit", args=[tour.pk])
            sentence = _("Write version %(number)s of the tour with %(name)s")
            if tour.on_table and asked_at and asked_at >= tour.on_table.proposed_at:
                sentence = _("Write version %(number)s of the tour with %(name)s, who asked for a change")
                when = asked_at.date()
            elif newest.number == 1:
                sentence = _("Finish the draft of a tour with %(name)s")
        yield Todo(sentence % about, url, when)


def checkins_waiting(person: Person, on: date) -> Iterator[Todo]:
    """Lapsed ones too, for they can still be had; not those whose time is long past."""
    awaiting = CheckIn.objects.awaiting(person, on).filter(due_on__gte=on - LONG_PAST)
    for checkin in awaiting.select_related("employee", "manager"):
        other = checkin.manager if checkin.employee == person else checkin.employee
        sentence = _("Answer the check-in with %(name)s") % {"name": other.name}
        yield Todo(sentence, checkin.get_absolute_url(), checkin.due_on, overdue=checkin.due_on < on)


def tours_ending(person: Person, on: date) -> Iterator[Todo]:
    """Not where the next one is proposed already: that is named by itself."""
    proposed = Tour.objects.filter(employee=OuterRef("employee"), state=Tour.State.PROPOSED)
    ending = Tour.objects.of(person).ending_with_nothing_agreed(on).filter(~Exists(proposed))
    for tour in ending.select_related("employee", "manager", "in_force"):
        other = tour.manager if tour.employee == person else tour.employee
        sentence = _("Talk with %(name)s about what comes next: nothing is agreed") % {"name": other.name}
        yield Todo(sentence, tour.get_absolute_url(), tour.ends_on)


def reports_without_tour(person: Person, on: date) -> Iterator[Todo]:
    alive = Tour.objects.filter(employee=OuterRef("pk")).alive(on)
    without = Person.objects.reports_of(person, on).employed(on).filter(~Exists(alive)).order_by("name")
    for report in without[:MOST_REPORTS]:
        sentence = _("Define a tour with %(name)s, who has none") % {"name": report.name}
        yield Todo(sentence, f"{reverse('tour_new')}?employee={report.pk}")


def for_hr(on: date) -> Iterator[Todo]:
    ending = Tour.objects.ending_with_nothing_agreed(on).count()
    if ending:
        sentence = ngettext(
            "%(count)s tour ends soon with nothing agreed",
            "%(count)s tours end soon with nothing agreed",
            ending,
        ) % {"count": ending}
        yield Todo(sentence, reverse("tours") + "?show=ending")
    troubled = Message.objects.filter(state__in=[Message.State.FAILED, Message.State.UNCERTAIN]).count()
    if troubled:
        sentence = ngettext(
            "Look after %(count)s message that may not have arrived",
            "Look after %(count)s messages that may not have arrived",
            troubled,
        ) % {"count": troubled}
        yield Todo(sentence, reverse("messages"))
