"""How one person's effective-dated rows come to say what the file says, changing as little as possible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from people.importing.company import Member, Span, Spell

DAY = timedelta(days=1)
Moved = tuple[Spell, Spell]  #: an employment as it was recorded, and as it is to be


@dataclass
class Changes:
    """What is to be written, by kind, for one table of spans."""

    create: list[tuple[Member, Span]] = field(default_factory=list)
    update: dict[int, tuple[Member, Span]] = field(default_factory=dict)
    begun: dict[int, date] = field(default_factory=dict)  #: since when these were, as recorded
    delete: list[int] = field(default_factory=list)
    members: set[Member] = field(default_factory=set)  #: whose they are

    def __len__(self) -> int:
        return len(self.create) + len(self.update) + len(self.delete)


def turn(before: date, since: date) -> tuple[bool, int]:
    """When to write it, among those of one person, so that no two overlap meanwhile: first what begins later
    than it did, the latest of these before the others; then the rest, in order."""
    later = since > before
    return not later, -since.toordinal() if later else since.toordinal()


@dataclass(frozen=True)
class Wish:
    """What shall hold from `start` to `end`, of which the file speaks as of the day `on`."""

    content: Any  #: None: nothing
    start: date
    end: date | None
    on: date
    correction: bool  #: the spell is over: a difference is a correction, not a move


def plan(member: Member, spans: list[Span], wish: Wish, changes: Changes) -> None:
    """`spans` are those of the spell concerned, in order; a span planned for after `on` stays."""
    held = held_on(spans, wish.on)
    following = next((span for span in spans if span.since > wish.on), None)
    end = _first(wish.end, following.since - DAY if following else None)
    if held is None:
        since = max(wish.on, wish.start) if spans else wish.start
        _begin(member, wish.content, since, end, changes)
    elif wish.content is None:
        _end(member, held, wish.on - DAY, changes)
    elif end is not None and end < held.since:
        return
    elif held.content == wish.content:
        _change(member, held, held.since, end, held.content, changes)
    elif wish.correction or held.since >= wish.on:
        _change(member, held, max(held.since, wish.start), end, wish.content, changes)
    elif end is None or end >= wish.on:
        _end(member, held, wish.on - DAY, changes)
        _begin(member, wish.content, max(wish.on, wish.start), end, changes)


def held_on(spans: list[Span], day: date) -> Span | None:
    return next((s for s in spans if s.since <= day and (s.until is None or s.until >= day)), None)


def fit(member: Member, spans: list[Span], changed: Mapping[Member, list[Moved]], changes: Changes) -> None:
    """Where employments change, what somebody was, and who managed them, changes with these."""
    _follow(member, spans, changed, changes)
    _clip(member, spans, changes)


def _whose(member: Member, span: Span) -> list[Member]:
    """In whose employments it lies: a position in the person's, a line in the manager's too."""
    return [member, span.content] if isinstance(span.content, Member) else [member]


def _follow(
    member: Member, spans: list[Span], changed: Mapping[Member, list[Moved]], changes: Changes
) -> None:
    """What began with an employment of the person begins with it still, and what ended with one that is found
    to be longer, or with the manager's, lasts as long; until what follows it. What began on a day of its own
    stays on its days."""
    following = None
    for span in reversed([*spans]):
        own = changed.get(member, [])
        since = next((spell.hired_on for old, spell in own if old.hired_on == span.since), span.since)
        until = _first(_lasts(member, span, changed), following and following - DAY)
        if until and until < since:
            spans.remove(span)
            _end(member, span, span.since - DAY, changes)
        else:
            following = since
            _change(member, span, since, until, span.content, changes)


def _lasts(member: Member, span: Span, changed: Mapping[Member, list[Moved]]) -> date | None:
    """Not into another employment: of who was there in that one nothing was said."""
    whose = _whose(member, span)
    moved = [each for one in whose for each in changed.get(one, [])]
    if span.until is None or not any(_ended_with(span, old, spell) for old, spell in moved):
        return span.until
    held = [spell for one in whose for spell in one.spells if spell.meets(span.until, span.until)]
    return _first(*(spell.left_on for spell in held)) if len(held) == len(whose) else span.until


def _ended_with(span: Span, old: Spell, spell: Spell) -> bool:
    """What ended on a last day that is found to be later, or none."""
    if old.left_on is None or span.until != old.left_on:
        return False
    return spell.left_on is None or spell.left_on > old.left_on


def _clip(member: Member, spans: list[Span], changes: Changes) -> None:
    """Leaves what lies in employments, apart for each of them; what lies in none goes."""
    for place, span in reversed([*enumerate(spans)]):
        days = [(span.since, span.until)]
        for one in _whose(member, span):
            days = [
                (max(since, spell.hired_on), _first(until, spell.left_on))
                for since, until in days
                for spell in one.spells
                if spell.meets(since, until)
            ]
        if not days:
            spans.remove(span)
            _end(member, span, span.since - DAY, changes)
            continue
        *before, (since, until) = days
        _change(member, span, since, until, span.content, changes)
        spans[place:place] = apart = [Span(*each, span.content, part_of=span.pk) for each in before]
        changes.create += [(member, each) for each in apart]


def _first(*days: date | None) -> date | None:
    """None: never."""
    return min((day for day in days if day), default=None)


def _begin(member: Member, content: Any, since: date, end: date | None, changes: Changes) -> None:
    if content is not None and (end is None or end >= since):
        changes.create.append((member, Span(since, end, content)))
        changes.members.add(member)


def _end(member: Member, span: Span, last: date, changes: Changes) -> None:
    if last >= span.since:
        _change(member, span, span.since, last, span.content, changes)
    elif span.pk:
        changes.update.pop(span.pk, None)
        changes.delete.append(span.pk)
        changes.members.add(member)
    else:
        changes.create = [each for each in changes.create if each[1] is not span]


def _change(
    member: Member, span: Span, since: date, until: date | None, content: Any, changes: Changes
) -> None:
    if (span.since, span.until, span.content) == (since, until, content):
        return
    if span.pk:
        changes.begun.setdefault(span.pk, span.since)
        changes.update[span.pk] = member, span
        changes.members.add(member)
    span.since, span.until, span.content = since, until, content
