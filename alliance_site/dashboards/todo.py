"""What needs a person today, as sentences with a verb, each with a place to do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, Func, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from alliance_site.outbox.models import Message
from feedback import waiting as feedback
from feedback.models import Expectation
from people.models import Person
from people.recipients import here_on
from people.waiting import all_of
from tours.models import Comment, Side, Tour

MOST_REPORTS = 5


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
    found = [*terms_waiting(person, on), *waiting_in_rooms(person, on), *tours_ending(person, on)]
    found += reports_without_tour(person, on)
    if person.is_hr:
        found += for_hr(person, on)
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


#: By the kind of what waits: the sentence, and the page to do it on.
SENTENCES = {
    "regular": (gettext_noop("Answer the check-in with %(name)s"), "checkin"),
    "next_tour": (gettext_noop("Say what you want after the tour with %(name)s"), "checkin"),
    "close_out": (gettext_noop("Look back on the tour with %(name)s: the close-out"), "checkin"),
    "pass_on": (
        gettext_noop("Pass the role you expect on to %(name)s, or keep it to yourself"),
        "expectation",
    ),
    "say_whether": (
        gettext_noop("Say whether you have talked with %(name)s about the role you expected"),
        "expectation_hear",
    ),
    "ask_for_answer": (gettext_noop("Ask %(name)s for the answer about the role you expect"), "expectation"),
    "review_with": (gettext_noop("Look again with %(name)s at the role you expect"), "expectation"),
    "debrief": (
        gettext_noop("Talk with %(name)s about the role that went to somebody else"),
        "expectation",
    ),
    "answer": (gettext_noop("Answer %(name)s about the role they expect"), "expectation_answer"),
    "answer_again": (
        gettext_noop("Look again at your answer to %(name)s about the role they expect"),
        "expectation_answer",
    ),
}


def waiting_in_rooms(person: Person, on: date) -> Iterator[Todo]:
    """What the rooms give as rows of one shape: one statement, however many kinds there are."""
    for row in all_of(feedback.waiting(person, on)):
        sentence, page = SENTENCES[row.kind]
        late = row.due_on is not None and row.due_on < on
        url = reverse(page, args=[row.about])
        yield Todo(_(sentence) % {"name": row.name}, url, row.due_on, overdue=late)


def for_hr(person: Person, on: date) -> Iterator[Todo]:
    """Counts of the company, all in one statement."""
    doubtful = [Message.State.FAILED, Message.State.UNCERTAIN]
    numbers = Person.objects.filter(pk=person.pk).values_list(
        _number(Tour.objects.ending_with_nothing_agreed(on)),
        _number(Expectation.objects.countable(on).with_state(on).in_state(Expectation.State.OVERDUE)),
        _number(Message.objects.filter(state__in=doubtful)),
    )
    ending, unanswered, troubled = numbers.get()
    if ending:
        sentence = ngettext(
            "%(count)s tour ends soon with nothing agreed",
            "%(count)s tours end soon with nothing agreed",
            ending,
        )
        yield Todo(sentence % {"count": ending}, reverse("tours") + "?show=ending")
    if unanswered:
        sentence = ngettext(
            "%(count)s expected role has waited too long for an answer",
            "%(count)s expected roles have waited too long for an answer",
            unanswered,
        )
        yield Todo(sentence % {"count": unanswered}, reverse("expectations") + "?state=overdue")
    if troubled:
        sentence = ngettext(
            "Look after %(count)s message that may not have arrived",
            "Look after %(count)s messages that may not have arrived",
            troubled,
        )
        yield Todo(sentence % {"count": troubled}, reverse("messages"))


def _number(rows: QuerySet[Any]) -> Subquery:
    """How many there are, as a column."""
    counted = rows.order_by().annotate(number=Func(F("pk"), function="count")).values("number")
    return Subquery(counted, output_field=IntegerField())
