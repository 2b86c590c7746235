"""How one person's effective-dated rows come to say what the file says, changing as little as possible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from people.importing.company import Member, Span, Spell

DAY = timedelta(days=1)


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
    end = min((day for day in (wish.end, following and following.since - DAY) if day), default=None)
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


def follow(member: Member, spans: list[Span], old: Spell, spell: Spell, changes: Changes) -> None:
    """What began or ended with the spell does so still when the spell is found to be longer, or to begin
    later."""
    held = [span for span in spans if old.meets(span.since, span.until)]
    if not held:
        return
    first, last = held[0], held[-1]
    stays = first.until is None or first.until >= spell.hired_on
    if first.since == old.hired_on and spell.hired_on != old.hired_on and stays:
        _change(member, first, spell.hired_on, first.until, first.content, changes)
    if _ended_with(last, old, spell):
        _change(member, last, last.since, spell.left_on, last.content, changes)


def outlast(member: Member, manager: Member, old: Spell, spell: Spell, changes: Changes) -> None:
    """The same of whom somebody managed whose spell it is, until these have another manager."""
    for line, following in zip(member.lines, [*member.lines[1:], None], strict=True):
        if line.content is manager and _ended_with(line, old, spell):
            days = (spell.left_on, following and following.since - DAY)
            until = min((day for day in days if day), default=None)
            _change(member, line, line.since, until, manager, changes)


def _ended_with(span: Span, old: Spell, spell: Spell) -> bool:
    """What ended on a last day that is found to be later, or none."""
    if old.left_on is None or span.until != old.left_on:
        return False
    return spell.left_on is None or spell.left_on > old.left_on


def clip(
    member: Member, spans: list[Span], spells_of: Callable[[Span], list[Spell]], changes: Changes
) -> None:
    """Cuts each to the first spell it meets; what meets none goes."""
    for span in list(spans):
        spell = next((spell for spell in spells_of(span) if spell.meets(span.since, span.until)), None)
        if spell is None:
            spans.remove(span)
            _end(member, span, span.since - DAY, changes)
            continue
        until = min((day for day in (span.until, spell.left_on) if day), default=None)
        _change(member, span, max(span.since, spell.hired_on), until, span.content, changes)


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


def _change(
    member: Member, span: Span, since: date, until: date | None, content: Any, changes: Changes
) -> None:
    if (span.since, span.until, span.content) == (since, until, content) or span.pk is None:
        return
    changes.begun.setdefault(span.pk, span.since)
    span.since, span.until, span.content = since, until, content
    changes.update[span.pk] = member, span
    changes.members.add(member)
