"""The departments as a tree: which are below which. One query, for a company has few of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from people.models import Department


class Departments:
    """All there are, by their keys; looked up when first asked for."""

    @cached_property
    def by_key(self) -> dict[int, Department]:
        return {department.pk: department for department in Department.objects.order_by("name")}

    @cached_property
    def children(self) -> dict[int | None, list[Department]]:
        """In order of their names; the topmost under None, and with them whoever is in a circle."""
        found = defaultdict(list)
        for department in self.by_key.values():
            found[department.parent_id].append(department)
        reached = set(self._down(found, None))
        for department in self.by_key.values():
            if department.pk not in reached:  # nothing in the database forbids it
                found[None].append(department)
                found[department.parent_id].remove(department)
                reached |= {department.pk, *self._down(found, department.pk)}
        return found

    def with_below(self, key: int) -> tuple[int, ...]:
        return (key, *self._down(self.children, key))

    def above(self, key: int) -> list[Department]:
        """From the topmost down, without itself."""
        path: list[Department] = []
        parent = self.by_key[key].parent_id
        while parent is not None and all(parent != each.pk for each in path):
            path.insert(0, self.by_key[parent])
            parent = self.by_key[parent].parent_id
        return path

    def called(self, name: str) -> Department | None:
        """By its name, whatever the case where only one is called so."""
        alike = [each for each in self.by_key.values() if each.name.casefold() == name.casefold()]
        return next((each for each in alike if each.name == name), alike[0] if alike else None)

    @staticmethod
    def _down(children: dict[int | None, list[Department]], key: int | None) -> Iterator[int]:
        waiting = [*children.get(key, ())]
        while waiting:
            department = waiting.pop()
            yield department.pk
            waiting += children.get(department.pk, ())
