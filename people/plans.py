"""Statements whose plans Postgres keeps, as long as a connection lasts.

For what joins a dozen tables to find ten rows, planning takes Postgres ten times as long as answering.
`PREPARE` has it planned once for each connection, for whatever values (`plan_cache_mode`, in the settings).
Both go in one string the first time, so it is one statement as ever.

Behind a pooler that gives each transaction another connection nothing can be kept: what switches off
server-side cursors there (`DISABLE_SERVER_SIDE_CURSORS`) switches this off, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db.backends.base.base import BaseDatabaseWrapper
from pghistory import runtime
from psycopg2.extensions import AsIs

#: What has changed nothing needs no context in the history, which would be written before each statement.
runtime.IGNORED_SQL_PREFIXES += ("prepare kept_", "execute kept_", "(select")  # type: ignore[assignment]  # longer

_numbers = count()
#: By connection, under which name it has each statement, and whether that was asked for without an error.
_kept: WeakKeyDictionary[Any, dict[KeptStatement, tuple[str, bool]]] = WeakKeyDictionary()


class KeptStatement:
    """Of its `params`, lists among them, those that are a place are filled with another value each time."""

    def __init__(self, sql: str, params: Sequence[Any], is_place: Callable[[Any], bool]) -> None:
        self.sql, self.params = sql, params
        self.places: list[Any] = []
        self._find(params, is_place)

    def said(
        self, connection: BaseDatabaseWrapper, fill: Callable[[Any], Any]
    ) -> tuple[str, tuple[Any, ...]]:
        """The words and values with which to ask for it on this connection."""
        connection.ensure_connection()
        known, values = _kept.setdefault(connection.connection, {}), tuple(map(fill, self.places))
        name, works = known.get(self, ("", False))
        # Where an error follows, nobody knows whether Postgres has kept it, or still can use what it kept: a
        # column that has another type since, for whoever installs a release meanwhile, refuses it for ever.
        if works:
            known[self] = name, False
            return _execute(name, values), values
        name = f"kept_{next(_numbers)}"
        known[self] = name, False
        words = self._words(connection, values)
        return f"PREPARE {name} AS {words}; {_execute(name, values)}", values

    def worked(self, connection: BaseDatabaseWrapper) -> None:
        """It was asked for there, and so Postgres has kept it."""
        known = _kept[connection.connection]
        known[self] = known[self][0], True

    def _find(self, params: Sequence[Any], is_place: Callable[[Any], bool]) -> None:
        for param in params:
            if isinstance(param, list | tuple):
                self._find(param, is_place)
            elif is_place(param) and param not in self.places:
                self.places.append(param)

    def _words(self, connection: BaseDatabaseWrapper, values: Sequence[Any]) -> str:
        """With `$1` and so on for what is given each time; all else is written out."""
        with connection.connection.cursor() as cursor:
            words = cursor.mogrify(self.sql, tuple(self._numbered(param, values) for param in self.params))
        return str(words.decode().replace("%", "%%"))

    def _numbered(self, param: Any, values: Sequence[Any]) -> Any:
        if isinstance(param, list | tuple):
            return type(param)(self._numbered(one, values) for one in param)
        if param not in self.places:
            return param
        number = self.places.index(param)
        return AsIs(f"${number + 1}::{_type(values[number])}")


def _execute(name: str, values: Sequence[Any]) -> str:
    return f"EXECUTE {name} ({', '.join(['%s'] * len(values))})" if values else f"EXECUTE {name}"


def can_be_kept(connection: BaseDatabaseWrapper) -> bool:
    return not connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]


def _type(value: Any) -> str:
    if isinstance(value, date):
        return "timestamptz" if isinstance(value, datetime) else "date"
    return "bigint[]" if isinstance(value, str) else "bigint"  # which keys are written out as
