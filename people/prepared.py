"""A query that is put together once for a process, and asked again and again with other values.

To build and compile the front page's queries takes Django many times as long as Postgres takes to answer
them, and the words come out the same each time. `prepared` keeps the words, as a database does with a
prepared statement; and so does Postgres, see `plans`:

    waits = prepared(lambda person, on: Action.objects.owed_by(person).filter(due_on__lte=on))
    list(waits(request.user, today))

While it is built, what it is given is replaced by stand-ins: a row or its key by a key that nobody has, a
list of keys by a list of one such, a day or a moment by one a thousand years ago, so that seven days before
`on` are found again as just that.
Anything else that is given (a kind, yes or no) makes a query of its own, and so does whether a person is HR;
what is made of several, a dataclass or a tuple of more than keys, is taken apart first, unless it is a
`Choice`.
A builder must not compare what it is given with one another: stand-ins are always in one order.
To ask the database while it is built, to look at anything else of a row, to reckon with a key or in months is
refused, for that would stay as it was the first time; so is to narrow down what came of it. What it fetches
along is prepared in the same way, see `along`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NoReturn, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, Prefetch, QuerySet
from django.utils import timezone, translation

from alliance_site.replica import reads
from people.along import Along, Unprepared, along, belonging_to, fetched_along, refuse_more
from people.few import in_braces
from people.models import Person
from people.plans import KeptStatement, can_be_kept

Given = ParamSpec("Given")
Row = TypeVar("Row")

#: A stand-in's key is this, and its place among what is given; with each building others, and far from each
#: other, so that a sum with one is found out.
KEYS, KEYS_APART = 1_800_000_000, 1000
APART, REACH = timedelta(days=20_000), timedelta(days=9_000)  #: between stand-in days; as far as sums lead
#: Built on each of them: what does not move with the day, as months and weekdays do not, is found out.
LONG_AGO = (
    datetime(1003, 5, 31, 0, 5, tzinfo=UTC),
    datetime(1004, 3, 30, 23, 50, tzinfo=UTC),
    datetime(1005, 8, 15, 12, 0, tzinfo=UTC),
)
LAST = datetime(1500, 1, 1, tzinfo=UTC)
SPELT = re.compile(r"\b1[0-4]\d\d-\d\d-\d\d|\b1900[345]\d{5}\b")  #: a stand-in inside a text
PLAIN = (str, int, float, Decimal, bytes, type(None))


MOST = 100  #: shapes of one query; of the largest each takes two megabytes
BITS = 64  #: of a key, one of them for its sign

#: In the place of what is fetched along, so that nothing fetches it as Django would, with the stand-ins.
PREPARED = ("only_what_was_prepared",)


class Choice:
    """Of which there are few: none of what it is made of is a key or a day."""


def prepared(
    build: Callable[Given, QuerySet[Any, Row]], *, keep_plan: bool = True
) -> Callable[Given, QuerySet[Any, Row]]:
    """The same function; its query sets are compiled already, to be read once and as they are.

    A process keeps the `MOST` of its shapes that were asked for last; zone and language are part of one.
    Without `keep_plan` Postgres plans each anew: where it reads so much that the plan must fit the values.
    Raises `Unprepared` the first time, where the query cannot be asked again with other values.
    """

    @lru_cache(maxsize=MOST)
    def known(asked: _Asked) -> _Statement:
        return _Statement(build, asked.given, keep_plan)

    def ask(*given: Given.args, **none: Given.kwargs) -> QuerySet[Any, Row]:
        if any(type(one) is int and one.bit_length() >= BITS for one in _all_parts(given)):
            return build(*given, **none)  # no row has such a key: Django knows it, Postgres would refuse
        shape = (*map(_shape, given), timezone.get_current_timezone_name(), translation.get_language())
        return known(_Asked(shape, given)).asked(given)

    return ask


class _Asked:
    """Two of one shape are the same."""

    def __init__(self, shape: Hashable, given: Sequence[Any]) -> None:
        self.shape, self.given = shape, given

    def __hash__(self) -> int:
        return hash(self.shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.shape == other.shape


def prepared_along(model: type[Model], lookup: Prefetch[Any]) -> Callable[[Iterable[Model]], None]:
    """The same as to fetch that along with rows of the model, unless it was: `prefetch_related_objects`."""

    @cache
    def fetched() -> Along:
        rows = model._default_manager.prefetch_related(lookup)
        return _along(lambda: rows, 0, rows)

    return lambda rows: fetched().fetch(rows, ())


@dataclass(frozen=True)
class _Place:
    """Where the value goes that was given at that place, and how long before or after it."""

    number: int
    later: timedelta = timedelta(0)

    def filled(self, given: Sequence[Any]) -> Any:
        value = given[self.number]
        if isinstance(value, list):
            return in_braces(value)
        return value.pk if isinstance(value, Model) else value + self.later if self.later else value


class _Statement:
    def __init__(
        self, build: Callable[..., QuerySet[Any, Any]], given: Sequence[Any], keep_plan: bool
    ) -> None:
        first, *others = (self._compiled(build, given, ago) for ago in LONG_AGO)
        if any(other[2:] != first[2:] for other in others):
            raise Unprepared("the query is another one for others, or on another day")
        self.rows: Any = first[0]
        self.compiler, self.sql, self.params = first[1:]
        converters = self.compiler.get_converters(
            [column for column, _sql, _name in self.compiler.select[: self.compiler.col_count]]
        )
        self.compiler.get_converters = lambda _columns: converters  # Django looks at each column each time
        self.kept = KeptStatement(self.sql, self.params, _is_place) if keep_plan else None
        self.along = [_along(build, number, self.rows) for number in range(len(fetched_along(self.rows)))]
        self.rows._prefetch_related_lookups = PREPARED if self.along else ()
        query = self.rows.query
        self.rows.query.chain = lambda *_: query  # it is copied below

    def asked(self, given: Sequence[Any]) -> QuerySet[Any, Any]:
        parts = _all_parts(given)
        compiler = self._with_words(parts)
        query = _another(self.rows.query)
        query.get_compiler = lambda *_, **__: compiler
        query.chain = query.clone = refuse_more
        rows: Any = self.rows.all()
        rows._query = query  # not by its setter, which makes values lists into dictionaries
        rows._known_related_objects = {
            field: dict(_known(known, parts)) for field, known in self.rows._known_related_objects.items()
        }
        rows._prefetch_related_objects = lambda: self._fetch_along(rows, given)
        found: QuerySet[Any, Any] = rows
        return found

    def _fetch_along(self, rows: Any, given: Sequence[Any]) -> None:
        for each in self.along:
            each.fetch(rows._result_cache, given)
        rows._prefetch_done = True

    def _with_words(self, given: Sequence[Any]) -> Any:
        """Which has the words already; and notes that Postgres has kept the plan, once it has."""
        compiler = _another(self.compiler)
        compiler.connection = database = connections[reads()]
        kept = self.kept if can_be_kept(database) else None
        if kept is None:
            params = tuple(_filled(param, given) for param in self.params)
            compiler.as_sql = lambda *_, **__: (self.sql, params)
            return compiler
        execute = compiler.execute_sql

        def execute_and_note(*how: Any, **more: Any) -> Any:
            found = execute(*how, **more)
            kept.worked(database)
            return found

        compiler.as_sql = lambda *_, **__: kept.said(database, lambda place: place.filled(given))
        compiler.execute_sql = execute_and_note
        return compiler

    @staticmethod
    def _compiled(
        build: Callable[..., QuerySet[Any, Any]], given: Sequence[Any], ago: datetime
    ) -> tuple[Any, ...]:
        parts = _all_parts(given)
        stand_ins = (_stand_in(number, one, ago) for number, one in enumerate(parts))
        with connections[reads()].execute_wrapper(_refuse):
            rows = build(*(_put_together(one, stand_ins) for one in given))
            compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
            sql, params = compiler.as_sql()
        return rows, compiler, sql, [_found(param, ago, parts) for param in params]


def _known(known: dict[Any, Any], given: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Where the query began at a row's relation, what is found knows that very row, if it is given."""
    for key, row in known.items():
        place = _found(key, LONG_AGO[0], given)
        if not isinstance(place, _Place):
            yield key, row
        elif isinstance(given[place.number], Model):
            yield given[place.number].pk, given[place.number]


def _another(one: Any) -> Any:
    """With the same in it; `copy.copy` takes five times as long."""
    other = one.__class__.__new__(one.__class__)
    vars(other).update(vars(one))
    return other


def _key(number: int, ago: datetime) -> int:
    return KEYS + ago.year * 100_000 + number * KEYS_APART


def _along(build: Callable[..., QuerySet[Any, Any]], number: int, rows: QuerySet[Any, Any]) -> Along:
    ask = prepared(lambda keys, *given: belonging_to(keys, build(*given), number))
    return along(rows.model, fetched_along(rows)[number], ask)


def _refuse(*_: object) -> NoReturn:
    raise Unprepared("the database was asked while the query was built")


def _members(given: Any) -> Sequence[Any] | None:
    """What it is made of, if it is taken apart."""
    if isinstance(given, tuple):
        return None if _is_keys(given) else given
    if not is_dataclass(given) or isinstance(given, Choice):
        return None
    return [getattr(given, field.name) for field in fields(given)]


def _parts(given: Any) -> Iterator[Any]:
    members = _members(given)
    if members is None:
        yield [*given] if isinstance(given, tuple) else given
    else:
        yield from _all_parts(members)


def _all_parts(given: Iterable[Any]) -> list[Any]:
    return [part for one in given for part in _parts(one)]


def _put_together(given: Any, parts: Iterator[Any]) -> Any:
    """The like of it, of other parts."""
    members = _members(given)
    if members is None:
        return next(parts)
    others = [_put_together(member, parts) for member in members]
    return tuple(others) if isinstance(given, tuple) else type(given)(*others)


def _is_keys(given: Sequence[Any]) -> bool:
    return all(type(key) is int for key in given)


def _shape(given: Any) -> Any:
    """What makes it another query."""
    if isinstance(given, Person):
        return Person, given.is_hr
    if isinstance(given, Model | date) or type(given) is int:
        return given.__class__  # not type(): who is signed in comes wrapped
    if isinstance(given, list | tuple) and _is_keys(given):
        return list
    if isinstance(given, str | bool | Choice | None):
        return given
    if (members := _members(given)) is not None:
        return (given.__class__, *map(_shape, members))
    raise Unprepared(f"there is no stand-in for {type(given).__name__}")


def _stand_in(number: int, given: Any, ago: datetime) -> Any:
    if isinstance(given, Model):
        row = given.__class__.from_db(DEFAULT_DB_ALIAS, ["id"], [_key(number, ago)])
        if isinstance(given, Person):
            vars(row)["is_hr"] = given.is_hr
        return row
    if isinstance(given, date):
        moment = ago + number * APART
        return moment if isinstance(given, datetime) else moment.date()
    if isinstance(given, list):
        return [_key(number, ago)]
    return _key(number, ago) if type(given) is int else given


def _found(param: Any, ago: datetime, given: Sequence[Any]) -> Any:
    """The place that a compiled value stands in for; or the value itself, which is always the same."""
    for number, one in enumerate(given):
        if isinstance(one, list) and param == in_braces([_key(number, ago)]):
            return _Place(number)
    if isinstance(param, list | tuple):
        return type(param)(_found(one, ago, given) for one in param)
    if isinstance(param, date):
        return _found_day(param, ago, given)
    if type(param) is int and param in (keys := [_key(number, ago) for number in range(len(given))]):
        number = keys.index(param)
        if isinstance(given[number], list):
            raise Unprepared("a list of keys is asked for by `few.one_of` or `few.array`")
        return _Place(number)
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


def _is_place(param: Any) -> bool:
    return isinstance(param, _Place)


def _filled(param: Any, given: Sequence[Any]) -> Any:
    if isinstance(param, _Place):
        return param.filled(given)
    if isinstance(param, list | tuple):
        return type(param)(_filled(one, given) for one in param)
    return param
