"""What waits for somebody in this room: queries that the home page puts together with those of others.

Each is `values_list(kind, about, name, due_on)`, see `people.waiting`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, DateField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat, Left, Length
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual

from feedback import limits
from feedback.models import Action, Alignment, CheckIn, Expectation, FirstConversation
from feedback.models.expectations import asked_what_came, by_state, untold_now
from people.few import among
from people.models import Person
from people.presence import here_on
from tours.models import Side
from tours.models.dates import employment_lasts
from tours.models.sides import other_name

State = Expectation.State
LONG_PAST, A_MONTH = timedelta(days=90), timedelta(days=30)
KEY = Cast("pk", CharField())
EXCERPT = 80  #: characters of an action


def waiting(person: Person, on: date) -> list[QuerySet[Any, Any]]:
    return [
        _checkins(person, on),
        _actions(person, on),
        _expectations(person, on),
        _alignments(person, on),
        _words_asked(person, on),
    ]


def _checkins(person: Person, on: date) -> QuerySet[Any, Any]:
    """Lapsed ones too, for they can still be had; not those whose time is long past. What comes next is open
    until the last day of the tour, however long that is after its own."""
    rows = CheckIn.objects.asked(on).awaiting(person, on).between_those_here(on)
    rows = rows.filter(Q(lapses_on__gte=on) | Q(due_on__gte=on - LONG_PAST))
    return rows.values_list(F("kind"), KEY, other_name(person), F("due_on"))


def _actions(person: Person, on: date) -> QuerySet[Any, Any]:
    """What the person agreed to do, from a week before its day on, or where it has none, from a month after
    it was agreed; nothing is owed to who has left."""
    old = Q(due_on=None, at__date__lte=on - A_MONTH)
    soon = on + timedelta(days=limits.ACTION_SOON_DAYS)
    theirs = CheckIn.objects.filter(Q(employee=person) | Q(manager=person))
    owed = Action.objects.open().owed_by(person).filter(Q(due_on__lte=soon) | old, among(theirs, "checkin"))
    employed = employment_lasts(Value(on), "checkin__employee", "checkin__tour__first_day")
    rows = owed.filter(employed, *_here(on, "checkin__manager"))
    longer = Case(When(GreaterThan(Length("what"), EXCERPT), then=Value("…")), default=Value(""))
    what = Concat(
        other_name(person, "checkin__"), Value(": "), Left("what", EXCERPT), longer, output_field=CharField()
    )
    return rows.values_list(Value("action"), Cast("checkin", CharField()), what, F("due_on"))


def _expectations(person: Person, on: date) -> QuerySet[Any, Any]:
    """What the person owes about an expected role, and what is owed to them and late: both are here."""
    own, asked = Q(employee=person), Q(manager=person)
    managed = asked & Q(manager_now_id=person.pk)
    today, came = Q(asked_on=on), asked_what_came(on)
    kinds = {
        State.MOVED: _first((own & untold_now(), "pass_on")),
        State.DEBRIEF: _first((own & Q(has_pending_debrief=True), "say_whether"), (managed, "debrief")),
        State.OVERDUE: _first(
            (own & came, "ask_what_came"),
            (own, "ask_for_answer"),
            (asked & Q(answered_at__isnull=True), "answer"),
            (asked & came, "say_what_came"),
            (asked, "answer_again"),
        ),
        State.ANSWERED: _first(
            (own & came & today, "ask_what_came"),
            (own & today, "review_with"),
            (asked & came & today, "say_what_came"),
            (asked & today, "answer_again"),
        ),
        State.OPEN: _first((asked, "answer")),
    }
    waits = by_state(on, kinds, output_field=CharField())
    # Who is to pass it on waits for nothing from the manager before, who may have left.
    here = Q(waits="pass_on") | Q(*_here(on, "manager"))
    rows = Expectation.objects.alive().filter(own | asked, *_here(on, "employee")).with_state(on)
    name = Case(When(waits="pass_on", then=F("manager_now_name")), default=other_name(person))
    by = by_state(on, dict.fromkeys((State.MOVED, State.DEBRIEF)), F("asked_on"), DateField())
    return rows.annotate(waits=waits).filter(here, waits__isnull=False).values_list(F("waits"), KEY, name, by)


def _first(*kinds: tuple[Q, str]) -> Case:
    """The first that holds, or none."""
    return Case(*(When(what, then=Value(kind)) for what, kind in kinds), output_field=CharField())


def _alignments(person: Person, on: date) -> QuerySet[Any, Any]:
    """What a report has shared, for a month: to answer is good, and no duty. A newer copy takes the place
    of an older."""
    theirs = Alignment.objects.filter(manager=person)
    newer = theirs.filter(employee=OuterRef("employee"), shared_at__gt=OuterRef("shared_at"))
    shared = theirs.filter(
        ~Exists(newer), *_here(on, *Side), shared_at__date__gte=on - A_MONTH, answered_at=None
    )
    undated = Value(None, output_field=DateField())
    return shared.values_list(Value("alignment"), KEY, F("employee__name"), undated)


def _words_asked(person: Person, on: date) -> QuerySet[Any, Any]:
    """First conversations. No name: others may see the page over one's shoulder. Whoever asked somebody who
    has left is still to ask somebody else."""
    rows = FirstConversation.objects.visible_to(person).filter(answer=None, answer_by__gte=on - A_MONTH)
    kind = Case(When(chosen=person, then=Value("word")), default=Value("word_late"))
    nobody = Value("", output_field=CharField())
    asked = Q(*_here(on, "author", "chosen"), chosen=person)
    late = Q(*_here(on, "author"), author=person, answer_by__lt=on)
    return rows.filter(asked | late).values_list(kind, KEY, nobody, F("answer_by"))


def _here(on: date, *people: str) -> list[GreaterThanOrEqual]:
    """Whether each under these paths is here that day: who has left owes nothing and is owed nothing."""
    return [here_on(Value(on), person) for person in people]
