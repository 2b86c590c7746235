"""From facts to rows, by COPY: the same way for sixty people and for a hundred thousand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from django.db import connection

from alliance_site.demonstration.company import facts
from alliance_site.demonstration.company.rows.checkins import CheckInRows
from alliance_site.demonstration.company.rows.copying import COLUMNS, Copying
from alliance_site.demonstration.company.rows.history import write_history
from alliance_site.demonstration.company.rows.people import PeopleRows
from alliance_site.demonstration.company.rows.tours import TourRows
from alliance_site.demonstration.company.rows.unruled import unruled
from tours.models import Revision

#: Those to whose rows we give their keys.
KEYED = ("people_department", "people_person", "tours_tour", "tours_terms", "tours_promise",
         "feedback_checkin", "feedback_sheet")  # fmt: skip


class Writing:
    """One company on its way into the database: first its people, then the tours of one after the other."""

    tours: TourRows
    checkins: CheckInRows

    def __init__(self, copying: Copying, before: dict[str, int]) -> None:
        self.copying, self.before = copying, before
        self.people = PeopleRows(copying.lines, before)

    def begin(self, founded_on: date, revisions: Mapping[str, Revision]) -> None:
        """With the policies that are there by now. The last time that the database is asked anything."""
        self.tours = TourRows(self.copying.lines, self.before, self.people, revisions)
        self.checkins = CheckInRows(self.copying.lines, self.before, self.people, founded_on)

    def write_tours(self, tours: Iterable[facts.Tour]) -> None:
        """Those of one person, or of several: what follows another comes after it, and together with it."""
        for tour in tours:
            self.checkins.write(tour, *self.tours.write(tour))
        self.tours.forget()
        self.copying.settle()


@contextmanager
def writing() -> Iterator[Writing]:
    """All of it or nothing: one transaction, at whose end every rule holds."""
    with unruled():
        before = _last_keys()
        with Copying() as copying:
            yield Writing(copying, before)
        _set_sequences()
        write_history(before)


def _last_keys() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in COLUMNS:
            cursor.execute(f"SELECT COALESCE(max(id), 0) FROM {table}")  # noqa: S608 - our own words
            (found[table],) = cursor.fetchone()
        return found


def _set_sequences() -> None:
    with connection.cursor() as cursor:
        for table in KEYED:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) FROM {table}",  # noqa: S608
                [table],
            )
