"""Who is above and below whom. Each question is one recursive query, however deep the company is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Func
from django.db.models.expressions import RawSQL

ABOVE = """
WITH RECURSIVE above(id) AS (
    SELECT manager_id FROM people_reportingline
    WHERE person_id = %s AND since <= %s AND (until IS NULL OR until >= %s)
  UNION
    SELECT line.manager_id FROM above JOIN people_reportingline line ON line.person_id = above.id
    WHERE line.since <= %s AND (line.until IS NULL OR line.until >= %s)
)
SELECT id FROM above
"""

BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT person_id FROM people_reportingline
    WHERE manager_id = %s AND since <= %s AND (until IS NULL OR until >= %s)
  UNION
    SELECT line.person_id FROM below JOIN people_reportingline line ON line.manager_id = below.id
    WHERE line.since <= %s AND (line.until IS NULL OR line.until >= %s)
)
SELECT id FROM below
"""

# Goes down keeping the days on which every step holds, of which there is one way to anybody. Below are those
# to whom it leads still; and who left meanwhile, on a day on which it led to them.
BELOW_OR_LEFT = """
WITH RECURSIVE below(id, since, until) AS (
    SELECT person_id, since, until FROM people_reportingline
    WHERE manager_id = %s AND since <= %s AND (until IS NULL OR until >= %s)
  UNION ALL
    SELECT line.person_id, GREATEST(line.since, below.since), LEAST(line.until, below.until)
    FROM below JOIN people_reportingline line ON line.manager_id = below.id
    WHERE GREATEST(line.since, below.since) <= LEAST(line.until, below.until, %s)
      AND COALESCE(LEAST(line.until, below.until) >= %s, TRUE)
)
SELECT id FROM below WHERE until IS NULL OR until >= %s
UNION ALL
SELECT spell.person_id
FROM below JOIN people_employment spell
  ON spell.person_id = below.id AND spell.left_on BETWEEN below.since AND below.until
WHERE below.until < %s AND NOT EXISTS (
    SELECT FROM people_employment later
    WHERE later.person_id = spell.person_id AND later.hired_on > spell.left_on
)
"""

SELF_AND_BELOW = f"SELECT unnest(ARRAY(SELECT %s UNION ALL ({BELOW})))"
AROUND = f"ARRAY(SELECT %s UNION ({ABOVE}) UNION ({BELOW}))"

# Climbs from each of a few people, as high as it goes: each has one manager a day, whom an index finds. Down
# from a chief executive it would be the whole company.
ABOVE_AND_BELOW = """
SELECT * FROM (
    WITH RECURSIVE climb(start, at) AS (
        SELECT person, person FROM unnest(%(people)s::bigint[]) person
      UNION
        SELECT start, (
            SELECT manager_id FROM people_reportingline
            WHERE person_id = at AND since <= %(on)s AND (until IS NULL OR until >= %(on)s)
        ) FROM climb WHERE at IS NOT NULL
    )
    SELECT at, FALSE FROM climb WHERE start = %(person)s AND at <> %(person)s
  UNION
    SELECT start, TRUE FROM climb WHERE at = %(person)s AND start <> %(person)s
  UNION
    (SELECT person_id, TRUE FROM people_reportingline
     WHERE manager_id = %(person)s AND since <= %(on)s AND (until IS NULL OR until >= %(on)s) LIMIT 1)
) found
"""

# Climbs from the given lines, keeping the days on which every step of the climb holds; a climb that
# comes back to where it began, with a day left, is a cycle on that day.
CYCLES = """
WITH RECURSIVE climb(start, at, days, path) AS (
    SELECT person_id, manager_id, daterange(since, until, '[]'), ARRAY[person_id]
    FROM people_reportingline WHERE id = ANY(%s)
  UNION ALL
    SELECT climb.start, line.manager_id, climb.days * daterange(line.since, line.until, '[]'),
           climb.path || line.person_id
    FROM climb JOIN people_reportingline line
      ON line.person_id = climb.at AND climb.days && daterange(line.since, line.until, '[]')
    WHERE climb.at <> ALL(climb.path)
)
SELECT path, lower(days) FROM climb WHERE at = start ORDER BY 2, 1 LIMIT 1000
"""


@dataclass(frozen=True)
class Loop:
    """People each of whom is managed by the next, and the last by the first, from a day on."""

    people: tuple[int, ...]
    since: date


def self_and_below(person: int, on: date) -> RawSQL:
    """The person and everybody in their tree that day, for `__in`.

    By way of an array, since Postgres guesses a recursive query's rows far too high and would read
    the whole table; and out of it again, since a long array that stands in a filter is read for each row.
    """
    return RawSQL(SELF_AND_BELOW, [person, person, on, on, on, on], BigIntegerField())  # noqa: S611


def below_or_left(person: int, on: date, since: date) -> RawSQL:
    """Everybody in their tree that day, and who has left the company since that other day while in it."""
    days = [on, since, on, since, on, on]
    return RawSQL(f"SELECT unnest(ARRAY({BELOW_OR_LEFT}))", [person, *days], BigIntegerField())  # noqa: S611


def is_around(person: int, on: date) -> Func:
    """A condition on people: the person, and everybody above and below them that day.

    As an array, not a subquery: Postgres guesses a recursive query's rows far too high and would
    read the whole table; an array it looks up by key.
    """
    days = [on] * 4
    around = RawSQL(AROUND, [person, person, *days, person, *days])  # noqa: S611
    return Func(
        F("pk"), around, arg_joiner=" = ANY ", template="%(expressions)s", output_field=BooleanField()
    )


def ids_above(person: int, on: date) -> set[int]:
    return _ids(ABOVE, person, *[on] * 4)


def ids_above_and_below(person: int, on: date, asked: Iterable[int]) -> tuple[set[int], set[int]]:
    """Everybody above the person; below those who are asked about, and one if there is any: one query."""
    with connection.cursor() as cursor:
        cursor.execute(ABOVE_AND_BELOW, {"person": person, "on": on, "people": [person, *asked]})
        found = cursor.fetchall()
    return {pk for pk, below in found if not below}, {pk for pk, below in found if below}


def loops_through(lines: Iterable[int]) -> list[Loop]:
    """The cycles, on any day, that contain one of the lines; each once."""
    with connection.cursor() as cursor:
        cursor.execute(CYCLES, [list(lines)])
        found = {frozenset(path): Loop(tuple(path), since) for path, since in reversed(cursor.fetchall())}
    return sorted(found.values(), key=lambda loop: (loop.since, loop.people))


def loops() -> list[Loop]:
    """Every cycle in the company on any day, for whoever has changed many lines at once.

    A cycle on some day is one too when days are ignored, and those are found in one pass. Mostly
    there is none; only what is left is looked at day by day.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, person_id, manager_id FROM people_reportingline")
        rows = cursor.fetchall()
    suspects = _tangled([(person, manager) for _, person, manager in rows])
    if not suspects:
        return []
    return loops_through(id for id, person, manager in rows if person in suspects and manager in suspects)


def _ids(sql: str, *values: int | date) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {row[0] for row in cursor.fetchall()}


def _tangled(lines: list[tuple[int, int]]) -> set[int]:
    """Who is left when those without a manager are struck out until nobody is struck out any more."""
    lines = list(set(lines))
    managers = Counter(person for person, _ in lines)
    reports: defaultdict[int, list[int]] = defaultdict(list)
    for person, manager in lines:
        reports[manager].append(person)
    for top in _struck_out(managers, reports):
        managers.pop(top, None)
    return set(managers)


def _struck_out(managers: Counter[int], reports: dict[int, list[int]]) -> Iterator[int]:
    waiting = [person for person in reports if person not in managers]
    open_lines = dict(managers)
    while waiting:
        manager = waiting.pop()
        yield manager
        for person in reports.get(manager, ()):
            open_lines[person] -= 1
            if not open_lines[person]:
                waiting.append(person)
