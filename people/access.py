"""Who may see whom, and act for the company. A stranger is told nothing, not even that a page exists."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from people import tree
from people.models import Person


def is_above(manager: Person, person: Person, on: date) -> bool:
    """Anywhere up the person's line that day: the manager, the manager's manager and so on."""
    return manager.pk in tree.ids_above(person.pk, on)


def can_see(viewer: Person, person: Person, on: date) -> bool:
    """The page with a person's name, position and manager: oneself, HR, and who is above or below."""
    return can_see_work(viewer, person, on) or is_above(person, viewer, on)


def can_see_work(viewer: Person, person: Person, on: date) -> bool:
    """When somebody was hired and leaves, what they did and will do, and which tours they had: not shown
    of one's own managers."""
    return viewer.pk == person.pk or viewer.is_hr or is_above(viewer, person, on)


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
    """Whose names link to a page, for one viewer on one day: at most one query, however many names."""

    def __init__(self, viewer: Person, on: date) -> None:
        self.viewer, self.on = viewer, on

    @cached_property
    def around(self) -> set[int]:
        """The viewer, and everybody above and below them."""
        above, below = self._lines
        return {self.viewer.pk} | above | below

    @property
    def manages(self) -> bool:
        """Whether anybody reports to the viewer."""
        return bool(self._lines[1])

    @cached_property
    def _lines(self) -> tuple[set[int], set[int]]:
        return tree.ids_above_and_below(self.viewer.pk, self.on)

    def __contains__(self, person: object) -> bool:
        pk = getattr(person, "pk", None)
        if pk is None:
            return False
        if pk == self.viewer.pk or self.viewer.is_hr:
            return True
        return pk in self.around
