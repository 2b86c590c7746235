"""What an employee and the manager who is asked can do with an expected role.

Every verb takes the expectation's row first, so that two people cannot. What a double click says twice
is said once. Each raises `Refused`, whose text is a sentence for the person who tried.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from alliance_site.outbox.services import nudge
from feedback.access.expectations import Act, acts
from feedback.models import Asking, Debrief, Expectation, Reply
from people.days import today_for
from people.models import Person
from tours.models import Policy
from tours.services import Refused


@transaction.atomic
def state_expectation(
    employee: Person, *, role: str, by_when: date, why: str, now: datetime, to: int | None = None
) -> Expectation:
    """It goes to the manager of that day, who owes an answer in writing; not where the page named another."""
    # A double click must find what the first click stated.
    Person.objects.select_for_update(no_key=True).get(pk=employee.pk)
    today = today_for(employee, now)
    manager = employee.manager_on(today)
    if manager is None:
        raise Refused(
            _("Nobody is recorded as your manager today, so there is nobody to ask. HR can change that.")
        )
    if to not in (None, manager.pk):
        raise Refused(_("Your manager has changed in the meantime. Check who it is now."))
    said = {"role": role, "by_when": by_when, "why": why}
    same = Expectation.objects.alive().filter(employee=employee, manager=manager, **said).first()
    if same:
        return same
    row = Expectation.objects.create(
        employee=employee, manager=manager, stated_at=now, due_on=answer_by(today), **said
    )
    Asking.objects.create(expectation=row, manager=manager, at=now)
    nudge()
    return row


def answer_by(today: date) -> date:
    return today + timedelta(days=Policy.objects.on(today).expectation_answer_days)


@transaction.atomic
def answer_expectation(
    expectation: Expectation,
    *,
    actor: Person,
    seen: int,
    verdict: str,
    condition: str,
    words: str,
    review_on: date,
    now: datetime,
) -> None:
    """A new answer beside those that stay. `seen` is how many there were when it was written."""
    row = _lock(expectation)
    replies = list(row.replies.all())
    said = {"verdict": verdict, "condition": condition, "words": words, "review_on": review_on}
    if row.answered_at and replies[-1].manager_id == actor.pk and _says(replies[-1], said):
        return
    _require(Act.ANSWER, actor, row, now)
    if len(replies) != seen:
        raise Refused(_("You have answered from another window since you opened this one. Read that first."))
    today = today_for(actor, now)
    before = answer_from_before(row, replies, actor, today)
    if before and _says(before, said | {"review_on": before.review_on}):
        raise Refused(_("The role is expected by now. Say what became of it; your answer from before stays."))
    Reply.objects.create(expectation=row, manager=actor, at=now, **said)
    _update(row, answered_at=now, due_on=min(review_on, row.latest_review(today)))


def answer_from_before(row: Expectation, replies: list[Reply], actor: Person, today: date) -> Reply | None:
    """The answer that stands from before the day by which the role is expected, once that is there: it cannot
    say what became of it."""
    stands = replies[-1] if row.answered_at else None
    return stands if stands and today_for(actor, stands.at) < row.by_when <= today else None


def _says(row: Reply | Debrief, said: dict[str, object]) -> bool:
    return all(getattr(row, name) == value for name, value in said.items())


@transaction.atomic
def withdraw_expectation(expectation: Expectation, *, actor: Person, now: datetime) -> None:
    row = _lock(expectation)
    if row.withdrawn_at and row.employee_id == actor.pk:
        return
    _require(Act.WITHDRAW, actor, row, now)
    _update(row, withdrawn_at=now)


@transaction.atomic
def show_to_hr(expectation: Expectation, *, actor: Person, now: datetime) -> None:
    row = _lock(expectation)
    if row.shown_to_hr_at and row.employee_id == actor.pk:
        return
    _require(Act.SHOW_HR, actor, row, now)
    _update(row, shown_to_hr_at=now)


@transaction.atomic
def pass_on(expectation: Expectation, *, actor: Person, to: int, now: datetime) -> None:
    """The employee lets today's manager, and no one else, read it all and answer: in time, and whatever the
    manager before has answered, which stays."""
    row, today = _lock(expectation), today_for(actor, now)
    manager = _manager_now(row, actor, to, now)
    if manager.pk == row.manager_id:
        if row.answered_at is None and row.askings.filter(until__isnull=False).exists():
            return
        raise Refused(_("%(name)s can read it already.") % {"name": manager.name})
    row.askings.filter(until__isnull=True).update(until=now)
    Asking.objects.update_or_create(expectation=row, manager=manager, defaults={"at": now, "until": None})
    _update(row, manager=manager, answered_at=None, due_on=answer_by(today), kept_from=None)


@transaction.atomic
def keep(expectation: Expectation, *, actor: Person, to: int, now: datetime) -> None:
    """The employee does not let today's manager know."""
    row = _lock(expectation)
    manager = _manager_now(row, actor, to, now)
    if manager.pk == row.manager_id:
        said = _("%(name)s can read it by now: you have passed it on in the meantime.")
        raise Refused(said % {"name": manager.name})
    _update(row, kept_from=manager)


def _manager_now(row: Expectation, actor: Person, to: int, now: datetime) -> Person:
    """Whom the page has named, if they manage the employee still."""
    _require(Act.PASS_ON, actor, row, now)
    manager = actor.manager_on(today_for(actor, now))
    if manager is None or manager.pk != to:
        raise Refused(_("Your manager has changed in the meantime. Check who it is now."))
    return manager


@transaction.atomic
def say_gone(expectation: Expectation, *, actor: Person, seen: int, now: datetime) -> None:
    """The employee has learnt that the role went to somebody else, having read the answers that were
    `seen`. The manager owes the talk about it."""
    row = _lock(expectation)
    if row.gone_at and row.employee_id == actor.pk:
        return
    _require(Act.GONE, actor, row, now)
    if row.replies.count() != seen:
        raise Refused(_("It was answered in the meantime. Read that first."))
    _update(row, gone_at=now)


@transaction.atomic
def record_debrief(
    expectation: Expectation, *, actor: Person, gone_on: date | None, talk_on: date, words: str, now: datetime
) -> None:
    """The role went to somebody else, or so the employee says: then the manager need not say when. Who has it
    need not be said; that it was said to the employee must."""
    row = _lock(expectation)
    said: dict[str, object] = {"gone_on": gone_on, "talk_on": talk_on, "words": words}
    pending = row.debriefs.filter(took_place__isnull=True).first()
    if pending and _says(pending, said):
        return
    _require(Act.DEBRIEF, actor, row, now)
    if pending:
        raise Refused(_("You have recorded this already. The other side is asked whether you have talked."))
    if gone_on is None and not row.is_said_gone(row.debriefs.all()):
        raise ValueError("the day is left out only of what the employee has said")
    Debrief.objects.create(expectation=row, manager=actor, at=now, **said)
    _update(row, gone_at=row.gone_at or now)


@transaction.atomic
def hear_debrief(
    expectation: Expectation, *, actor: Person, took_place: bool, words: str, now: datetime
) -> None:
    """The employee says whether the conversation took place. That it did closes the matter; where the manager
    sees it otherwise, it is open again."""
    row, today = _lock(expectation), today_for(actor, now)
    heard = {"took_place": took_place, "employee_words": words}
    newest = row.debriefs.last()
    if newest and row.employee_id == actor.pk and _says(newest, heard):
        return
    _require(Act.HEAR, actor, row, now)
    if not row.debriefs.filter(took_place__isnull=True).update(**heard, heard_at=now):
        raise Refused(_("This was said already from another window."))
    if newest and took_place and newest.gone_on is None:
        _update(row, gone_at=None, answered_at=None, due_on=answer_by(today))
    else:
        _update(row, **({"closed_at": now} if took_place else {}))


def _lock(expectation: Expectation) -> Expectation:
    # Alone: joined with the manager it would not be found when somebody passes it on meanwhile.
    return Expectation.objects.select_for_update().get(pk=expectation.pk)


def _require(act: Act, actor: Person, row: Expectation, now: datetime) -> None:
    if act not in acts(actor, row, today_for(actor, now)):
        raise Refused(_("This is no longer possible: the matter has moved on in the meantime."))


def _update(row: Expectation, **fields: object) -> None:
    """Under the lock that `_lock` took. Whoever must act next hears of it soon."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    nudge()
