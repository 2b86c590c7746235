"""What needs a person today, as sentences with a verb, each with a place to do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language_bidi, gettext_noop
from django.utils.translation import gettext as _

from alliance_site.addresses import address
from alliance_site.dashboards.for_hr import ForHR, for_hr
from feedback import waiting as feedback
from people.days import today_for
from people.models import Person, all_but
from people.prepared import prepared
from people.waiting import Waiting, put_together
from tours import waiting as tours
from tours.models import NextStep, Side, Terms, Tour

MOST_REPORTS = 5
WITH_WORDS = {"action", "promise_wish", "promise_judge", "promise_keep", "promise_to_take_over"}


@dataclass(frozen=True)
class Todo:
    sentence: str
    url: str
    when: date | None = None
    overdue: bool = False


def todo(person: Person, on: date, company: ForHR | None = None) -> list[Todo]:
    """Everything that waits for this person: what is overdue first, then by date. Nothing after leaving.

    What HR should know of the company is counted here, where it is not given.
    """
    if not person.is_hr and person.has_left(on):  # HR today is here today
        return []
    found = [*terms_waiting(person, on), *waiting_in_rooms(person, on), *tours_ending(person, on)]
    found += reports_without_tour(person, on)
    if person.is_hr:
        company = company or for_hr(person, on, timezone.now())
        found += [Todo(sentence, url) for sentence, url in company.told]
    return sorted(found, key=lambda t: (not t.overdue, t.when or date.max))


def terms_waiting(person: Person, on: date) -> Iterator[Todo]:
    """What is being agreed on and needs this person: to write, to sign, to answer, or to clear away."""
    for terms in _terms_waiting(person, on):
        if terms.gone:
            yield _in_vain(terms, person)
        elif terms.proposed_at is None:
            yield _to_write(terms, person)
        else:
            yield from _to_sign_or_answer(terms, person, on)


@prepared
def _terms_waiting(person: Person, on: date) -> QuerySet[Terms]:
    waiting = Terms.objects.waiting_for(person, on).select_related(*Side.values).order_by("proposed_at", "pk")
    return waiting.defer(*Terms.TEXTS, "reason", *all_but("name", of=Side.values))


def _in_vain(terms: Terms, person: Person) -> Todo:
    sentence = _("Clear away the terms with %(name)s, which can no longer be agreed on")
    if terms.proposed_at is None and terms.is_own_draft:  # perhaps to go on with in a new manager's name
        sentence = _("Say what becomes of what you wrote, which can no longer be agreed on with %(name)s")
    url = address("tour", terms.tour_id)
    return Todo(sentence % {"name": terms.other_than(person.pk).name}, url)


def _to_write(terms: Terms, person: Person) -> Todo:
    when = terms.created_at
    sentence = _("Write version %(number)s of the tour with %(name)s")
    if terms.change_asked_at:
        sentence = _("Write version %(number)s of the tour with %(name)s, who asked for a change")
        when = terms.change_asked_at
    elif terms.number == 1:
        sentence = _("Finish the draft of a tour with %(name)s")
    about = {"name": terms.other_than(person.pk).name, "number": terms.number}
    return Todo(sentence % about, address("terms_edit", terms.tour_id), today_for(person, when))


def _to_sign_or_answer(terms: Terms, person: Person, on: date) -> Iterator[Todo]:
    about = {"name": terms.other_than(person.pk).name, "number": terms.number}
    if terms.unanswered_since:
        sentence = _("Answer what %(name)s said about version %(number)s") % about
        yield Todo(sentence, terms.get_absolute_url(), today_for(person, terms.unanswered_since))
    if terms.has_run_out(on):
        sentence = _("Write version %(number)s of the tour with %(name)s anew: its last day has passed")
        yield Todo(sentence % about, terms.get_absolute_url(), terms.ends_on)
    elif terms.began_otherwise:  # the version itself says why
        sentence = _("Write version %(number)s of the tour with %(name)s")
        next_one = about | {"number": terms.number + 1}
        yield Todo(sentence % next_one, terms.get_absolute_url(), terms.began_otherwise)
    elif not terms.signed:
        own = terms.employee_id == person.pk
        sentence = _("Sign version %(number)s of the tour with %(name)s")
        if own:
            sentence = _("Read and sign version %(number)s of your tour with %(name)s")
        yield Todo(sentence % about, terms.get_absolute_url(), today_for(person, terms.proposed_at))


def tours_ending(person: Person, on: date) -> Iterator[Todo]:
    """Of the employee, and of whoever manages them by now. Not where the next one is proposed already: that
    is named by itself."""
    for tour in _tours_ending(person, on):
        if sentence := _what_comes_next(tour, person, on):
            yield Todo(sentence, tour.get_absolute_url(), tour.ends_on)


@prepared
def _tours_ending(person: Person, on: date) -> QuerySet[Tour]:
    proposed = Tour.objects.filter(employee=OuterRef("employee"), state=Tour.State.PROPOSED)
    ending = Tour.objects.cared_for_by(person, on).ending_with_next_step(on).filter(~Exists(proposed))
    return ending.select_related(*Side.values, "in_force").defer(*all_but("name", of=Side.values))


def _what_comes_next(tour: Tour, person: Person, on: date) -> str:
    """What the person can do about it; nothing while only the other can, who is to confirm, and nothing for
    whoever has come after who agreed, once that is decided between the two."""
    side, passed_on = tour.side_of(person), tour.manager_now_id not in (None, tour.manager_id)
    step, proposed = tour.steps.counting, None if passed_on else tour.steps.proposed
    about = {"name": tour.other_than(person.pk).name}
    if tour.manager_now_id is None and not tour.manager_here:
        return _("Ask HR who manages you now: your tour ends, and nothing is agreed")
    if proposed and proposed.side != side:
        return _("Confirm what you agreed on with %(name)s, or record something else") % about
    if step and step.is_decided:
        return _to_follow(step) % about if side else ""
    if proposed:
        return ""
    if side and passed_on:
        about = {"name": tour.manager_now_name or ""}
    talk = _("Talk with %(name)s about what comes next: nothing is agreed")
    near = _("Decide with %(name)s what comes next: the tour ends soon, and nothing is agreed")
    return (near if tour.near_the_end else talk) % about


def _to_follow(step: NextStep) -> str:
    write = "write_extension" if step.outcome == NextStep.Outcome.EXTENSION else "write_next"
    return _(SENTENCES[write][0])


def reports_without_tour(person: Person, on: date) -> Iterator[Todo]:
    found = list(_without_tour(person, on))
    for report in found[:MOST_REPORTS]:
        sentence = _("Define a tour with %(name)s, who has none") % {"name": report.name}
        yield Todo(sentence, f"{address('tour_new')}?employee={report.pk}")
    if len(found) > MOST_REPORTS:
        yield Todo(_("Define tours with others of your reports, who have none either"), address("tour_new"))


@prepared
def _without_tour(person: Person, on: date) -> QuerySet[Person]:
    seen = Q(versions__proposed_at__isnull=False) | Q(versions__created_by=person)
    alive = Tour.objects.filter(seen, employee=OuterRef("pk")).alive(on)  # another's first draft is theirs
    here: QuerySet[Person] = Person.objects.reports_of(person, on).employed(on)
    return here.filter(~Exists(alive)).order_by("name")[: MOST_REPORTS + 1]


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
    "review": (gettext_noop("Review with %(name)s what still holds of the tour"), "tour"),
    "write_extension": (gettext_noop("Write the extension that you agreed on with %(name)s"), "tour"),
    "write_next": (gettext_noop("Write the next tour that you agreed on with %(name)s"), "tour"),
    "agree_last_day": (gettext_noop("Agree with %(name)s on the last day of the tour"), "tour"),
    "regular": (gettext_noop("Answer the check-in with %(name)s"), "checkin"),
    "career": (
        gettext_noop("Say which role you see ahead: the career check-in with %(name)s"),
        "checkin",
    ),
    "next_tour": (gettext_noop("Say what you want after the tour with %(name)s"), "checkin"),
    "close_out": (gettext_noop("Look back on the tour with %(name)s: the close-out"), "checkin"),
    "action": (gettext_noop("Do what you agreed on with %(name)s: %(what)s"), "checkin"),
    "pass_on": (
        gettext_noop("Pass the role you expect on to %(name)s, or keep it to yourself"),
        "expectation",
    ),
    "say_whether": (
        gettext_noop("Say whether you have talked with %(name)s about the role you expect"),
        "expectation_hear",
    ),
    "ask_for_answer": (gettext_noop("Ask %(name)s for the answer about the role you expect"), "expectation"),
    "review_with": (gettext_noop("Look again with %(name)s at the role you expect"), "expectation"),
    "ask_what_came": (gettext_noop("Ask %(name)s what became of the role you expect"), "expectation"),
    "say_what_came": (
        gettext_noop("Say what became of the role that %(name)s expects"),
        "expectation_answer",
    ),
    "debrief": (
        gettext_noop("Talk with %(name)s about the role they expect"),
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
    "promise_wish": (
        gettext_noop("Say whether a promise may be dropped: %(name)s: %(what)s"),
        "promise_drop_answer",
    ),
    "promise_judge": (gettext_noop("Judge the promise of %(name)s: %(what)s"), "promise_judge"),
    "promise_keep": (gettext_noop("Keep your promise to %(name)s: %(what)s"), "promise_done"),
    "promise_to_take_over": (
        gettext_noop("See to what the company owes %(name)s: %(what)s"),
        "tour_along#ledger",
    ),
    "answer": (gettext_noop("Answer %(name)s about the role they expect"), "expectation_answer"),
    "answer_again": (
        gettext_noop("Look again at your answer to %(name)s about the role they expect"),
        "expectation_answer",
    ),
}


def waiting_in_rooms(person: Person, on: date) -> Iterator[Todo]:
    """What the rooms give as rows of one shape: one statement, however many kinds there are."""
    for row in (Waiting(*row) for row in _waiting(person, on)):
        sentence, page = SENTENCES[row.kind]
        late = row.due_on is not None and row.due_on < on
        page, hash_, part = page.partition("#")
        url = f"{address(page, row.about)}{hash_}{part}"
        yield Todo(_(sentence) % _said(row), url, row.due_on, overdue=late)


def _said(row: Waiting) -> dict[str, str]:
    """Whose it is, and of some what it says, which is somebody's own words, in whatever direction."""
    name, _colon, what = row.name.partition(": ") if row.kind in WITH_WORDS else (row.name, "", "")
    return {"name": isolated(name), "what": isolated(what)}


def isolated(words: str) -> str:
    """Kept to themselves in a sentence that runs from right to left: their full stop would jump away."""
    return f"\u2068{words}\u2069" if get_language_bidi() else words


@prepared
def _waiting(person: Person, on: date) -> QuerySet[Any, Any]:
    return put_together([*feedback.waiting(person, on), *tours.waiting(person, on)])
