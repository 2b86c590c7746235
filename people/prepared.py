"""A query that is put together once for a process, and asked again and again with other values.

To build and compile the front page's queries takes Django many times as long as Postgres takes to answer
them, and the words come out the same each time. `prepared` keeps the words, as a database does with a
prepared statement:

    waits = prepared(lambda person, on: Action.objects.owed_by(person).filter(due_on__lte=on))
    list(waits(request.user, today))

While it is built, what it is given is replaced by stand-ins: a row or its key by a key that nobody has, a
day or a moment by one a thousand years ago, so that seven days before `on` are found again as just that.
Anything else that is given (a kind, yes or no) makes a query of its own, and so does whether a person is HR.
To ask the database while it is built, to look at anything else of a row, or to reckon in months is refused,
for that would stay as it was the first time.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NoReturn, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, Prefetch, QuerySet
from django.utils import timezone, translation

from people.models import Person

Given = ParamSpec("Given")
Row = TypeVar("Row")

KEYS = 1_900_000_000  #: a stand-in's key is this and its place among what is given
APART, REACH = timedelta(days=20_000), timedelta(days=9_000)  #: between stand-in days; as far as sums lead
#: Built on each of them: what does not move with the day, as months and weekdays do not, is found out.
LONG_AGO = (
    datetime(1003, 5, 31, 0, 5, tzinfo=UTC),
    datetime(1004, 3, 30, 23, 50, tzinfo=UTC),
    datetime(1005, 8, 15, 12, 0, tzinfo=UTC),
)
LAST = datetime(1500, 1, 1, tzinfo=UTC)
SPELT = re.compile(r"\b1[0-4]\d\d-\d\d-\d\d|\b19000000\d\d\b")  #: a stand-in inside a text
PLAIN = (str, int, float, Decimal, bytes, type(None))


class Unprepared(TypeError):
    """The query holds something that was made of a stand-in and cannot be made again of the real value."""


def prepared(build: Callable[Given, QuerySet[Any, Row]]) -> Callable[Given, QuerySet[Any, Row]]:
    """The same function; its query sets are compiled already, to be read once and as they are.

    Raises `Unprepared` the first time, where the query cannot be asked again with other values.
    """
    known: dict[Hashable, _Statement] = {}

    def ask(*given: Given.args, **_: Given.kwargs) -> QuerySet[Any, Row]:
        key = (*map(_shape, given), timezone.get_current_timezone_name(), translation.get_language())
        if key not in known:
            known[key] = _Statement(build, given)
        return known[key].asked(given)

    return ask


@dataclass(frozen=True)
class _Place:
    """Where the value goes that was given at that place, and how long before or after it."""

    number: int
    later: timedelta = timedelta(0)

    def filled(self, given: Sequence[Any]) -> Any:
        value = given[self.number]
        return value.pk if isinstance(value, Model) else value + self.later if self.later else value


class _Statement:
    def __init__(self, build: Callable[..., QuerySet[Any, Any]], given: Sequence[Any]) -> None:
        first, *others = (self._compiled(build, given, ago) for ago in LONG_AGO)
        if any(other[2:] != first[2:] for other in others):
            raise Unprepared("the query is another one on another day")
        self.rows: Any = first[0]
        self.compiler, self.sql, self.params = first[1:]
        _check_prefetches(self.rows, given)
        query = self.rows.query
        self.rows.query.chain = lambda *_: query  # it is copied below

    def asked(self, given: Sequence[Any]) -> QuerySet[Any, Any]:
        params = tuple(_filled(param, given) for param in self.params)
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.as_sql = lambda *_, **__: (self.sql, params)
        query = copy.copy(self.rows.query)
        query.get_compiler = lambda *_, **__: compiler
        query.chain = query.clone = _refuse_more  # it would be asked with the stand-ins
        rows: Any = self.rows.all()
        rows._query = query  # not by its setter, which makes values lists into dictionaries
        rows._known_related_objects = {
            field: dict(_known(key, row, given) for key, row in known.items())
            for field, known in self.rows._known_related_objects.items()
        }
        found: QuerySet[Any, Any] = rows
        return found

    @staticmethod
    def _compiled(
        build: Callable[..., QuerySet[Any, Any]], given: Sequence[Any], ago: datetime
    ) -> tuple[Any, ...]:
        with connection.execute_wrapper(_refuse):
            rows = build(*(_stand_in(number, one, ago) for number, one in enumerate(given)))
            compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
            sql, params = compiler.as_sql()
        return rows, compiler, sql, [_found(param, ago, given) for param in params]


def _known(key: Any, row: Any, given: Sequence[Any]) -> tuple[Any, Any]:
    """Where the query began at a row's relation, what is found knows that very row."""
    if isinstance(key, int) and KEYS <= key < KEYS + len(given):
        row = given[key - KEYS]
        return row.pk, row
    return key, row


def _check_prefetches(rows: QuerySet[Any, Any], given: Sequence[Any]) -> None:
    """What is fetched along is put together anew each time, and so must not hold a stand-in."""
    for lookup in vars(rows)["_prefetch_related_lookups"]:
        if isinstance(lookup, Prefetch) and lookup.queryset is not None:
            _, params = lookup.queryset.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
            if any(_found(param, LONG_AGO[0], given) != param for param in params):
                raise Unprepared(f"what is fetched along by {lookup.prefetch_to} holds a stand-in")
            _check_prefetches(lookup.queryset, given)


def _refuse(*_: object) -> NoReturn:
    raise Unprepared("the database was asked while the query was built")


def _refuse_more(*_: object, **__: object) -> NoReturn:
    raise Unprepared("what was prepared is read as it is; nothing more can be asked of it")


def _shape(given: Any) -> Any:
    """What makes it another query."""
    if isinstance(given, Person):
        return Person, given.is_hr
    if isinstance(given, Model | date) or type(given) is int:
        return given.__class__  # not type(): who is signed in comes wrapped
    if isinstance(given, str | bool | None):
        return given
    raise Unprepared(f"there is no stand-in for {type(given).__name__}")


def _stand_in(number: int, given: Any, ago: datetime) -> Any:
    if isinstance(given, Model):
        row = given.__class__.from_db(DEFAULT_DB_ALIAS, ["id"], [KEYS + number])
        if isinstance(given, Person):
            vars(row)["is_hr"] = given.is_hr
        return row
    if isinstance(given, date):
        moment = ago + number * APART
        return moment if isinstance(given, datetime) else moment.date()
    return KEYS + number if type(given) is int else given


def _found(param: Any, ago: datetime, given: Sequence[Any]) -> Any:
    """The place that a compiled value stands in for; or the value itself, which is always the same."""
    if isinstance(param, list | tuple):
        return type(param)(_found(one, ago, given) for one in param)
    if isinstance(param, date):
        return _found_day(param, ago, given)
    if isinstance(param, int) and KEYS <= param < KEYS + len(given):
        return _Place(param - KEYS)
    if not isinstance(param, PLAIN) or (isinstance(param, str) and SPELT.search(param)):
        raise Unprepared(f"a stand-in may be hidden in {param!r}")
    return param


def _found_day(param: date, ago: datetime, given: Sequence[Any]) -> Any:
    is_moment = isinstance(param, datetime)
    moment, start = (
        one if isinstance(one, datetime) and is_moment else datetime.combine(one, time(), UTC)
        for one in (param, ago)
    )
    if moment > LAST:
        return param
    number = round((moment - start) / APART)
    later = moment - start - number * APART
    place = given[number] if 0 <= number < len(given) else None
    fits = isinstance(place, date) and isinstance(place, datetime) == is_moment
    if not fits or abs(later) > REACH:
        raise Unprepared(f"{param} does not follow simply from what was given")
    return _Place(number, later)


def _filled(param: Any, given: Sequence[Any]) -> Any:
    if isinstance(param, _Place):
        return param.filled(given)
    if isinstance(param, list | tuple):
        return type(param)(_filled(one, given) for one in param)
    return param
