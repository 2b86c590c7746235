"""The departments as a tree: which are below which. One query, for a company has few of them.

What a department was called is looked up where none is called so today: who kept an address means the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from people.models import Department, FormerName


class Node(NamedTuple):
    """A department: as much of it as a tree needs."""

    pk: int
    name: str
    parent: int | None


Children = dict[int | None, list[Node]]


class Departments:
    """All there are, by their keys; looked up when first asked for."""

    @cached_property
    def by_key(self) -> dict[int, Node]:
        rows = Department.objects.order_by("name").values_list("pk", "name", "parent")
        return {pk: Node(pk, name, parent) for pk, name, parent in rows}

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
        """By its name, whatever the case where only one is called so; else by what it was called."""
        return self.called_today(name) or self._formerly(name)

    def called_today(self, name: str) -> Node | None:
        alike = [node for node in self.by_key.values() if node.name.casefold() == name.casefold()]
        return next((node for node in alike if node.name == name), alike[0] if alike else None)

    def _formerly(self, name: str) -> Node | None:
        former = FormerName.objects.filter(name__iexact=name).values_list("department", flat=True).first()
        return self.by_key.get(former) if former else None


def _down(children: Children, key: int | None) -> Iterator[int]:
    waiting = [*children.get(key, ())]
    while waiting:
        node = waiting.pop()
        yield node.pk
        waiting += children.get(node.pk, ())
