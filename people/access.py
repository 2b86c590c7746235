"""Who may see whom, and act for the company. A stranger is told nothing, not even that a page exists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from people import tree
from people.models import Person


def is_above(manager: Person, person: Person, on: date) -> bool:
    """Anywhere up the person's line that day: the manager, the manager's manager and so on."""
    return manager.pk in tree.ids_above(person.pk, on)


def is_close(viewer: Person, person: Person, manager_id: int | None) -> bool:
    """Oneself, HR, and who manages the person: whose key is given, as pages know it already."""
    return viewer.pk in (person.pk, manager_id) or viewer.is_hr


def can_manage_records(viewer: Person) -> bool:
    """Who reports to whom, who does what, who leaves and whether that was regretted, and which departments
    there are: HR's word."""
    return viewer.is_hr


def who_sees_department() -> str:
    """The list of people is narrowed by all there are, whomever one sees in it."""
    return _("Read by everybody who signs in.")


def who_sees_leaving() -> str:
    """Of how it ended and whether it is regretted: who manages the records reads them, see the page."""
    return _("How it ends, and whether it is regretted, is seen by HR alone.")


def who_sees_last_day() -> str:
    """Who sees the work, however long before that day."""
    return _("Read by the person and everybody above them, as soon as you save it.")


def can_be_away(viewer: Person, on: date) -> bool:
    """Says when they are away, for themselves alone: who has left is not planned around."""
    return not viewer.has_left(on)


def who_sees_absences() -> str:
    return _("Read by you alone. Check-ins avoid these days; nobody else reads them.")


class Visible:
    """Whom one viewer sees on one day, and whose names link to a page: oneself, and who is above or below; HR
    everybody.

    One query for all whom a page says it will ask about, and none of it of the rest of the company.
    """

    def __init__(self, viewer: Person, on: date) -> None:
        self.viewer, self.on = viewer, on
        self._looked_for: set[int | None] = {None}

    def look_for(self, keys: Iterable[int | None]) -> None:
        """Before the first of these people is asked about; else each is a query."""
        if more := set(keys) - self._looked_for:
            self._looked_for |= more
            vars(self).pop("_lines", None)

    @property
    def manages(self) -> bool:
        """Whether anybody reports to the viewer."""
        return bool(self._lines[1])

    @property
    def is_alone(self) -> bool:
        """Nobody is above or below the viewer."""
        return not any(self._lines)

    def sees_work(self, person: Person) -> bool:
        """When somebody was hired and leaves, what they did and will do, and which tours they had: not shown
        of one's own managers."""
        return self._is_open(person.pk) or person.pk in self._lines_to(person.pk)[1]

    def __contains__(self, person: object) -> bool:
        """The page with a person's name, position and manager."""
        pk = getattr(person, "pk", None)
        if pk is None:
            return False
        return self._is_open(pk) or any(pk in line for line in self._lines_to(pk))

    def _is_open(self, pk: int) -> bool:
        return pk == self.viewer.pk or self.viewer.is_hr

    def _lines_to(self, pk: int) -> tuple[set[int], set[int]]:
        self.look_for([pk])
        return self._lines

    @cached_property
    def _lines(self) -> tuple[set[int], set[int]]:
        """Everybody above; and of those below as many as matter."""
        return tree.ids_above_and_below(self.viewer.pk, self.on, [key for key in self._looked_for if key])
