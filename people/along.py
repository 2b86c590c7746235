"""What a prepared query fetches along: as `prefetch_related` does, but the words are there already.

Django puts what is fetched along together anew each time, and a query set for each row that it belongs to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from django.db.models import ManyToOneRel, Model, Prefetch, QuerySet

from people.few import one_of


class Unprepared(TypeError):
    """The query holds something that was made of a stand-in and cannot be made again of the real value, or it
    fetches along what does not refer to its rows."""


def refuse_more(*_: object, **__: object) -> NoReturn:
    raise Unprepared("what was prepared is read as it is: narrow it down where it is built")


@dataclass(frozen=True)
class Along:
    """Rows that refer to those that are found, or to those that lie that `way` from them."""

    way: tuple[str, ...]
    relation: ManyToOneRel
    ask: Callable[..., QuerySet[Any, Any]]  #: the keys that they refer to, and what the query was given

    def fetch(self, rows: Iterable[Any], given: Iterable[Any]) -> None:
        for name in self.way:
            rows = [other for row in rows for other in _others(row, name)]
        field, belonging = self.relation.field, defaultdict(list)
        name = field.remote_field.cache_name
        owners = [row for row in rows if name not in _fetched(row)]
        if not owners:
            return
        for found in self.ask(list({row.pk: None for row in owners}), *given):
            belonging[getattr(found, field.attname)].append(found)
        for row in owners:
            for found in (here := belonging[row.pk]):
                field.set_cached_value(found, row)
            _fetched(row)[name] = _read(field.model, here)


def fetched_along(rows: QuerySet[Any, Any]) -> list[Prefetch[Any]]:
    asked = vars(rows)["_prefetch_related_lookups"]
    return [each if isinstance(each, Prefetch) else Prefetch(each) for each in asked]


def along(model: type[Model], lookup: Prefetch[Any], ask: Callable[..., QuerySet[Any, Any]]) -> Along:
    """Raises `Unprepared`."""
    *way, last = lookup.prefetch_through.split("__")
    for name in way:
        model = _field(model, name).related_model
    relation = _field(model, last)
    if not isinstance(relation, ManyToOneRel) or lookup.to_attr:
        raise Unprepared(f"{last} is no rows that refer to what is found, or is to be called otherwise")
    return Along(tuple(way), relation, ask)


def belonging_to(keys: list[int], rows: QuerySet[Any, Any], number: int) -> QuerySet[Any, Any]:
    """What the query set would fetch along by its lookup of that number, of the rows with these keys."""
    lookup = fetched_along(rows)[number]
    relation = along(rows.model, lookup, lambda *_: rows).relation
    found = relation.related_model._default_manager.all() if lookup.queryset is None else lookup.queryset
    return found.filter(one_of(relation.field.attname, keys))


def come_along(row: Model, name: str, found: list[Any]) -> None:
    """What refers to the row under that name came with it, and is not to be fetched any more."""
    _fetched(row)[name] = _read(_field(type(row), name).related_model, found)


def _fetched(row: Any) -> dict[str, Any]:
    found: dict[str, Any] = vars(row).setdefault("_prefetched_objects_cache", {})
    return found


def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)


def _others(row: Any, name: str) -> Iterator[Any]:
    found = getattr(row, name)
    if isinstance(found, Model):
        yield found
    elif found is not None:
        yield from found.all()


def _read(model: type[Model], found: list[Any]) -> QuerySet[Any, Any]:
    """They are read already; to narrow them down is refused, as of all that was prepared."""
    rows: Any = QuerySet(model)
    rows._result_cache, rows._prefetch_done = found, True
    rows.query.chain = rows.query.clone = refuse_more
    read: QuerySet[Any, Any] = rows
    return read
