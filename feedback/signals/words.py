"""A signal in words: to the employee and to the manager the same reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from alliance_site.addresses import address
from feedback.models import CheckIn, Question
from feedback.models.telling import apart, before, best, fell, sank, unlearnt
from people.days import written
from tours.models import Promise, Side

EXCERPT = 80  #: characters of a promise


@dataclass(frozen=True)
class Signal:
    """Why something needs a word, since when, and where one reads on or does something about it."""

    on: date
    sentence: str
    call: str
    url: str
    first: bool = False  #: before all that is only newer


def of_mark(told: Mapping[str, Any], checkin: CheckIn, side: Side) -> Iterator[Signal]:
    """Of what `models.telling.TOLD` tells of a mark there: one for each reason, if there is any."""
    little = [_little_learnt(side)] if unlearnt(told) else []
    reasons = [*little, *_reasons(told, side)]
    if not reasons:
        return
    question = Question(for_employee=told["for_employee"], for_manager=told["for_manager"])
    about = {
        "name": checkin.party(side.other).name,
        "question": question.wording(side, checkin),
        "before": before(told),
        "best": best(told),
        "now": told["mark"],
        "own": told["mark"] if side is Side.EMPLOYEE else told["beside"],
        "theirs": told["beside"] if side is Side.EMPLOYEE else told["mark"],
        "day": written(checkin.due_on),
    }
    for sentence in reasons:
        url, first = checkin.get_absolute_url(), sentence in little
        yield Signal(checkin.due_on, sentence % about, _("Read it"), url, first)


def _reasons(told: Mapping[str, Any], side: Side) -> Iterator[str]:
    own = side is Side.EMPLOYEE
    if fell(told) and own:
        yield _("Your mark for “%(question)s” fell from %(before)s to %(now)s on %(day)s.")
    elif fell(told):
        yield _("The mark of %(name)s for “%(question)s” fell from %(before)s to %(now)s on %(day)s.")
    elif sank(told) and not unlearnt(told):  # which says it already
        yield _sunk(own)
    if apart(told):
        yield _("For “%(question)s” you gave %(own)s on %(day)s, and %(name)s %(theirs)s.")


def _little_learnt(side: Side) -> str:
    if side is Side.EMPLOYEE:
        return _("Twice in a row you say that you learn little: %(before)s, then %(now)s on %(day)s.")
    return _("Twice in a row %(name)s says they learn little: %(before)s, then %(now)s on %(day)s.")


def _sunk(own: bool) -> str:
    if own:
        return _(
            "Your mark for “%(question)s” was %(now)s on %(day)s; within the four check-ins before, it was as"
            " high as %(best)s."
        )
    return _(
        "The mark of %(name)s for “%(question)s” was %(now)s on %(day)s; within the four check-ins before, it"
        " was as high as %(best)s."
    )


def of_lapse(checkin: CheckIn, side: Side) -> Signal:
    sentence = _("The check-in with %(name)s, due on %(due)s, has lapsed: its time ran out on %(day)s.")
    about = {
        "name": checkin.party(side.other).name,
        "due": written(checkin.due_on),
        "day": written(checkin.lapses_on),
    }
    return Signal(checkin.lapses_on, sentence % about, _("Open it"), checkin.get_absolute_url())


def of_promise(promise: Promise, other: str, side: Side, *, said_done: bool) -> Signal:
    """To the side whose `other` is named so. Who owes it keeps it, until they have said that it is done."""
    own = promise.owed_by == side
    if own:
        sentence = _("Your promise to %(name)s was due on %(day)s: %(what)s")
    else:
        sentence = _("The promise of %(name)s to you was due on %(day)s: %(what)s")
    about = {
        "name": other,
        "day": written(promise.due_on),
        "what": Truncator(promise.what).chars(EXCERPT),
    }
    call, url = _("Judge it"), address("promise_judge", promise.pk)
    if own:
        call, url = _("Say that it is done"), address("promise_done", promise.pk)
    if own and said_done:
        call, url = _("Read it"), f"{promise.terms.tour.along_url}#ledger"
    return Signal(promise.due_on, sentence % about, call, url)
