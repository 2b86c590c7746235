"""From the roster to people: names, spells, posts, reporting lines, on days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from alliance_site.demonstration.accounts import ACCOUNTS, DOMAIN
from alliance_site.demonstration.company.calendar import DAY, month_start
from alliance_site.demonstration.company.facts import Line, Member, Post, Spell
from alliance_site.demonstration.company.names import draw_names, email_local_part
from alliance_site.demonstration.company.roster import SEATS, Seat

MID_MONTH = 0.4  #: share of those without reports who began on the 15th


def hire_all(rng: Random, today: date) -> dict[str, Member]:
    """Everybody who ever worked here, with all their spells, by key."""
    names = draw_names(rng)
    known = {account.key: account for account in ACCOUNTS}
    bosses = {boss for seat in SEATS for _, boss in steps(seat.bosses)}
    members: dict[str, Member] = {}
    for seat in SEATS:
        key = seat.person or seat.key
        if key not in members:
            account = known.get(key)
            members[key] = Member(key, account.name if account else next(names), None)
        _add_spell(members[key], seat, today, mid=seat.key not in bosses and rng.random() < MID_MONTH)
    for key, member in members.items():
        if not member.spells[-1].left_on:
            local = email_local_part(member.name)
            member.email = known[key].email if key in known else f"{local}@{DOMAIN}"
    return members


def steps(told: str) -> Iterator[tuple[int, str]]:
    """The parts of "108 cto0; 60 cto1": months ago, and what from then on."""
    for part in filter(None, told.split("; ")):
        months, _, what = part.partition(" ")
        yield int(months), what


def _add_spell(member: Member, seat: Seat, today: date, *, mid: bool) -> None:
    posts = list(steps(seat.posts))
    hired = month_start(today, posts[0][0])
    if mid:
        hired = hired.replace(day=15)
    left = seat.left
    last = month_start(today, left.months) - DAY if left else None
    ending = (left.ending, left.note, left.regretted, left.why) if left else ()
    member.spells.append(Spell(hired, last, *ending))
    for (department, _, title), since, until in _spans(posts, hired, last, today):
        member.posts.append(Post(department, title, since, until))
    for (boss, _, _), since, until in _spans(list(steps(seat.bosses)), hired, last, today):
        member.lines.append(Line(boss, since, until))
    if seat.hr:
        member.hr.append((hired, last))


def _spans(
    parts: list[tuple[int, str]], hired: date, last: date | None, today: date
) -> Iterator[tuple[tuple[str, str, str], date, date | None]]:
    """Each part from its own first day to the day before the next one."""
    starts = [max(hired, month_start(today, months)) for months, _ in parts]
    ends = [*(start - DAY for start in starts[1:]), last][: len(parts)]
    for (_, what), since, until in zip(parts, starts, ends, strict=True):
        yield what.partition(": "), since, until
