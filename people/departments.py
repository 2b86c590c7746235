"""The departments as a tree: which are below which. One query, for a company has few of them.

What a department was called is looked up where none is called so today: who kept an address means the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, QuerySet, Value
from django.utils.translation import gettext as _

from people.models import Department, FormerName


class Node(NamedTuple):
    """A department: as much of it as a tree needs."""

    pk: int
    name: str
    parent: int | None
    former: tuple[str, ...]  #: what it was called


Children = dict[int | None, list[Node]]


class Departments:
    """All there are, by their keys; looked up when first asked for."""

    @cached_property
    def by_key(self) -> dict[int, Node]:
        former: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
        rows = list(_names())
        for key, name, _parent, was in rows:
            if was:
                former[key] += (name,)
        return {
            key: Node(key, name, parent, former.get(key, ())) for key, name, parent, was in rows if not was
        }

    @cached_property
    def children(self) -> Children:
        """In order of their names; the topmost under None, and with them one of each circle, for nothing
        in the database forbids a circle."""
        found: Children = defaultdict(list)
        for node in self.by_key.values():
            found[node.parent].append(node)
        reached = set(_down(found, None))
        for node in self.by_key.values():
            if node.pk not in reached:
                found[node.parent].remove(node)
                found[None].append(node)
                reached |= {node.pk, *_down(found, node.pk)}
        return found

    def downward(self) -> Iterator[tuple[Node, int]]:
        """All of them, each before those below it, and how far down it is."""
        waiting = [(node, 0) for node in reversed(self.children[None])]
        while waiting:
            node, level = waiting.pop()
            yield node, level
            waiting += [(below, level + 1) for below in reversed(self.children.get(node.pk, ()))]

    def with_below(self, key: int) -> tuple[int, ...]:
        return (key, *_down(self.children, key))

    def above(self, key: int) -> list[Node]:
        """From the topmost down, without itself."""
        path: list[Node] = []
        parent = self.by_key[key].parent
        while parent is not None and parent != key and all(parent != node.pk for node in path):
            path.insert(0, self.by_key[parent])
            parent = self.by_key[parent].parent
        return path

    def circle(self, key: int, above: int | None) -> list[Node]:
        """What would be above itself with `above` right above this: each below the next, this one first."""
        if above is None:
            return []
        climb = [self.by_key[above], *reversed(self.above(above))]
        keys = [node.pk for node in climb]
        return [self.by_key[key], *climb[: keys.index(key)]] if key in keys else []

    def called(self, name: str) -> Node | None:
        """By its name; else by what it was called, as in a file; else by its name in another case."""
        today = self.called_today(name)
        return today if today and today.name == name else self._called_before(name) or today

    def called_today(self, name: str) -> Node | None:
        alike = [node for node in self.by_key.values() if node.name.casefold() == name.casefold()]
        return next((node for node in alike if node.name == name), alike[0] if alike else None)

    def _called_before(self, name: str) -> Node | None:
        meant = name.casefold()
        nodes = (node for node in self.by_key.values() if node.former)
        return next((node for node in nodes if meant in map(str.casefold, node.former)), None)


def by_todays_name(asked: Mapping[str, str], departments: Departments) -> tuple[Mapping[str, str], str]:
    """What an address asks for, with the department as it is called today; and, where it was called
    otherwise, that in a sentence."""
    named = asked.get("department", "").strip()
    found = departments.called(named) if named else None
    if found is None:
        return asked, ""
    told = _("“%(former)s” is called %(name)s today.") % {"former": named, "name": found.name}
    same = found.name.casefold() == named.casefold()
    return {**asked, "department": found.name}, "" if same else told


def _names() -> QuerySet[Any, Any]:
    """Of each its key, its name, what is above it, and whether that is a name it had; in their order."""
    none = Value(None, BigIntegerField())
    before: QuerySet[Any, Any] = FormerName.objects.values_list("department", "name", none, Value(True))
    today: QuerySet[Any, Any] = Department.objects.values_list("pk", "name", "parent", Value(False))
    return today.order_by().union(before.order_by(), all=True).order_by("name")


def _down(children: Children, key: int | None) -> list[int]:
    found: list[int] = []
    level = [key]
    while level := [node.pk for above in level if above in children for node in children[above]]:
        found += level
    return found
