"""What needs a person today, as sentences with a verb, each with a place to do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import JSONObject
from django.db.models.lookups import LessThan
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from alliance_site.outbox.models import Message
from feedback import waiting as feedback
from feedback.models import Expectation
from people.days import today_for
from people.models import Person
from people.waiting import all_of
from tours import waiting as tours
from tours.ledger import long_overdue
from tours.models import NextStep, Side, Terms, Tour

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
    """What is being agreed on and needs this person: to write, to sign, to answer, or to clear away."""
    waiting = Terms.objects.waiting_for(person, on)
    for terms in waiting.select_related("employee", "manager").order_by("proposed_at", "pk"):
        if terms.gone:
            yield _in_vain(terms, person)
        elif terms.proposed_at is None:
            yield _to_write(terms, person)
        else:
            yield from _to_sign_or_answer(terms, person)


def _in_vain(terms: Terms, person: Person) -> Todo:
    sentence = _("Clear away the terms with %(name)s, which can no longer be agreed on")
    url = reverse("tour", args=[terms.tour_id])
    return Todo(sentence % {"name": _other(terms, person).name}, url)


def _to_write(terms: Terms, person: Person) -> Todo:
    when = terms.created_at
    sentence = _("Write version %(number)s of the tour with %(name)s")
    if terms.change_asked_at:
        sentence = _("Write version %(number)s of the tour with %(name)s, who asked for a change")
        when = terms.change_asked_at
    elif terms.number == 1:
        sentence = _("Finish the draft of a tour with %(name)s")
    about = {"name": _other(terms, person).name, "number": terms.number}
    return Todo(sentence % about, reverse("terms_edit", args=[terms.tour_id]), today_for(person, when))


def _to_sign_or_answer(terms: Terms, person: Person) -> Iterator[Todo]:
    about = {"name": _other(terms, person).name, "number": terms.number}
    if terms.unanswered_since:
        sentence = _("Answer what %(name)s said about version %(number)s") % about
        yield Todo(sentence, terms.get_absolute_url(), today_for(person, terms.unanswered_since))
    if not terms.signed:
        own = terms.employee_id == person.pk
        sentence = _("Sign version %(number)s of the tour with %(name)s")
        if own:
            sentence = _("Read and sign version %(number)s of your tour with %(name)s")
        yield Todo(sentence % about, terms.get_absolute_url(), today_for(person, terms.proposed_at))


def _other(agreement: Terms | Tour, person: Person) -> Person:
    return agreement.manager if agreement.employee_id == person.pk else agreement.employee


def tours_ending(person: Person, on: date) -> Iterator[Todo]:
    """Not where the next one is proposed already: that is named by itself."""
    proposed = Tour.objects.filter(employee=OuterRef("employee"), state=Tour.State.PROPOSED)
    ending = Tour.objects.of(person).ending_with_nothing_agreed(on).filter(~Exists(proposed))
    for tour in ending.select_related("employee", "manager", "in_force").with_next_step(on):
        if sentence := _what_comes_next(tour, person):
            about = {"name": _other(tour, person).name}
            yield Todo(sentence % about, tour.get_absolute_url(), tour.ends_on)


def _what_comes_next(tour: Tour, person: Person) -> str:
    """What the person can do about it; nothing while the other is to confirm."""
    step = tour.next_step
    if step is None or (step.is_agreed and not step.is_decided):
        talk = _("Talk with %(name)s about what comes next: nothing is agreed")
        near = _("Decide with %(name)s what comes next: the tour ends soon, and nothing is agreed")
        return near if tour.undecided else talk
    if not step.is_agreed:
        confirm = _("Confirm what you agreed on with %(name)s, or record something else")
        return "" if step.side == tour.side_of(person) else confirm
    if step.outcome == NextStep.Outcome.EXTENSION:
        return _("Write the extension that you agreed on with %(name)s")
    return _("Write the next tour that you agreed on with %(name)s")


def reports_without_tour(person: Person, on: date) -> Iterator[Todo]:
    alive = Tour.objects.filter(employee=OuterRef("pk")).alive(on)
    without = Person.objects.reports_of(person, on).employed(on).filter(~Exists(alive)).order_by("name")
    for report in without[:MOST_REPORTS]:
        sentence = _("Define a tour with %(name)s, who has none") % {"name": report.name}
        yield Todo(sentence, f"{reverse('tour_new')}?employee={report.pk}")


#: By the kind of what waits: the sentence, and the page to do it on.
SENTENCES = {
    "take_over": (gettext_noop("Take over the tour of %(name)s"), "tour"),
    "agree_anew": (
        gettext_noop("Agree with %(name)s, who manages you now, on the terms of your tour"),
        "tour",
    ),
    "ended_early": (
        gettext_noop("Read why %(name)s ended the tour early, and add your words"),
        "tour_end_words",
    ),
    "regular": (gettext_noop("Answer the check-in with %(name)s"), "checkin"),
    "career": (
        gettext_noop("Say which role you see ahead: the career check-in with %(name)s"),
        "checkin",
    ),
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
    "alignment": (
        gettext_noop("Read what %(name)s admires, and say where you see the overlap"),
        "alignment_shared",
    ),
    "word": (gettext_noop("Answer whoever asks for a word with you"), "first_conversation"),
    "word_late": (
        gettext_noop("Ask somebody else for a word: there is no answer yet"),
        "first_conversation",
    ),
    "promise_wish": (gettext_noop("Agree or not to drop a promise: %(name)s"), "promise_drop_answer"),
    "promise_judge": (gettext_noop("Judge the promise of %(name)s"), "promise_judge"),
    "promise_keep": (gettext_noop("Keep your promise to %(name)s"), "promise_done"),
    "answer": (gettext_noop("Answer %(name)s about the role they expect"), "expectation_answer"),
    "answer_again": (
        gettext_noop("Look again at your answer to %(name)s about the role they expect"),
        "expectation_answer",
    ),
}


def waiting_in_rooms(person: Person, on: date) -> Iterator[Todo]:
    """What the rooms give as rows of one shape: one statement, however many kinds there are."""
    for row in all_of([*feedback.waiting(person, on), *tours.waiting(person, on)]):
        sentence, page = SENTENCES[row.kind]
        late = row.due_on is not None and row.due_on < on
        url = reverse(page, args=[row.about])
        yield Todo(_(sentence) % {"name": row.name}, url, row.due_on, overdue=late)


def for_hr(person: Person, on: date) -> Iterator[Todo]:
    """Counts of the company, all in one statement."""
    doubtful = [Message.State.FAILED, Message.State.UNCERTAIN]
    numbers = Person.objects.filter(pk=person.pk).values_list(
        _number(Tour.objects.ending_with_nothing_agreed(on)),
        _number(Tour.objects.undecided_near_the_end(on)),
        _number(Expectation.objects.countable(on).with_state(on).in_state(Expectation.State.OVERDUE)),
        _number(long_overdue(on).filter(owed_by=Side.MANAGER)),
        _number(Message.objects.known_to_hr().filter(state__in=doubtful)),
        _handed_over(on),
        _number(Tour.objects.unmanaged(on)),
    )
    ending, undecided, unanswered, overdue, troubled, *between = numbers.get()
    yield from _between_managers(*between)
    if ending:
        sentence = ngettext(
            "%(count)s tour ends soon with nothing agreed",
            "%(count)s tours end soon with nothing agreed",
            ending,
        )
        yield Todo(sentence % {"count": ending}, reverse("tours") + "?show=ending")
    if undecided:
        sentence = ngettext(
            "%(count)s tour is undecided near its end",
            "%(count)s tours are undecided near their end",
            undecided,
        )
        yield Todo(sentence % {"count": undecided}, reverse("tours") + "?show=undecided")
    if unanswered:
        sentence = ngettext(
            "%(count)s expected role has waited too long for an answer",
            "%(count)s expected roles have waited too long for an answer",
            unanswered,
        )
        yield Todo(sentence % {"count": unanswered}, reverse("expectations") + "?state=overdue")
    if overdue:
        sentence = ngettext(
            "%(count)s promise of the company is overdue by more than two weeks",
            "%(count)s promises of the company are overdue by more than two weeks",
            overdue,
        )
        yield Todo(sentence % {"count": overdue}, reverse("promises"))
    if troubled:
        sentence = ngettext(
            "Look after %(count)s message that may not have arrived",
            "Look after %(count)s messages that may not have arrived",
            troubled,
        )
        yield Todo(sentence % {"count": troubled}, reverse("messages"))


def _handed_over(on: date) -> Subquery:
    """How many there are, and how many of them are late: one look at all tours for both."""
    late = Count("pk", filter=Q(LessThan(F("take_over_by"), on)))
    rows = Tour.objects.handed_over(on).order_by().values(one=Value(1))
    counted = rows.annotate(found=JSONObject(all=Count("pk"), late=late)).values("found")
    return Subquery(counted, output_field=JSONField())


def _between_managers(handed_over: dict[str, int] | None, unmanaged: int) -> Iterator[Todo]:
    url = reverse("tours")
    total, overdue = (handed_over or {}).get("all", 0), (handed_over or {}).get("late", 0)
    if overdue:
        sentence = ngettext(
            "%(count)s tour should have been taken over by its new manager by now",
            "%(count)s tours should have been taken over by their new managers by now",
            overdue,
        )
        yield Todo(sentence % {"count": overdue}, f"{url}?show=handover")
    if waiting := total - overdue:
        sentence = ngettext(
            "%(count)s tour is to be taken over by a new manager",
            "%(count)s tours are to be taken over by new managers",
            waiting,
        )
        yield Todo(sentence % {"count": waiting}, f"{url}?show=handover")
    if unmanaged:
        sentence = ngettext(
            "Record who manages the employee of %(count)s tour, who has no manager",
            "Record who manages the employees of %(count)s tours, who have no manager",
            unmanaged,
        )
        yield Todo(sentence % {"count": unmanaged}, f"{url}?show=unmanaged")


def _number(rows: QuerySet[Any]) -> Subquery:
    """How many there are, as a column."""
    counted = rows.order_by().annotate(number=Func(F("pk"), function="count")).values("number")
    return Subquery(counted, output_field=IntegerField())
