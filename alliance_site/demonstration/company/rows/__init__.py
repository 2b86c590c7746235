"""From facts to rows, by COPY: the same way for sixty people and for a hundred thousand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from django.db import connection

from alliance_site.demonstration.company import facts
from alliance_site.demonstration.company.rows.checkins import CheckInRows
from alliance_site.demonstration.company.rows.copying import COLUMNS, Copying, enough, packed
from alliance_site.demonstration.company.rows.history import write_history
from alliance_site.demonstration.company.rows.hopes import HopeRows
from alliance_site.demonstration.company.rows.people import PeopleRows
from alliance_site.demonstration.company.rows.sharing import Load, shared
from alliance_site.demonstration.company.rows.tours import TourRows
from alliance_site.demonstration.company.rows.unruled import unruled
from people.tenures import ALL_ANEW
from tours.models import Revision

#: Those to whose rows we give their keys.
KEYED = ("people_department", "people_person", "tours_tour", "tours_terms", "tours_promise",
         "feedback_checkin", "feedback_sheet", "feedback_expectation")  # fmt: skip
Life = tuple[Iterable[facts.Tour], Iterable[facts.Hope]]  #: what one person tells


class Writing:
    """One company on its way into the database: first its people, then the tours of one after the other."""

    tours: TourRows
    checkins: CheckInRows
    hopes: HopeRows

    def __init__(self, copying: Copying, before: dict[str, int]) -> None:
        self.copying, self.before = copying, before
        self.people = PeopleRows(copying.lines, before)

    def begin(self, founded_on: date, revisions: Mapping[str, Revision]) -> None:
        """With the policies that are there by now. The last time that the database is asked anything."""
        self.tours = TourRows(self.copying.lines, self.before, self.people, revisions)
        self.checkins = CheckInRows(self.copying.lines, self.before, self.people, founded_on)
        self.hopes = HopeRows(self.copying.lines, self.before, self.people)

    def write_tours(self, tours: Iterable[facts.Tour], hopes: Iterable[facts.Hope] = ()) -> None:
        """Those of one person, or of several: what follows another comes after it, and together with it."""
        self._lines_of(tours, hopes)
        self.copying.settle()

    def share_lives(self, lives: Callable[[int, int], Iterable[Life]]) -> None:
        """Of a large company: by several processes, each of which writes those of its people."""
        self.copying.drain()  # so that nobody is in the middle of anything when they are forked
        for load in shared(lambda number, of: self._loads(lives(number, of), number, of)):
            self.copying.take(load)

    def _loads(self, lives: Iterable[Life], number: int, of: int) -> Iterator[Load]:
        lines = self.copying.lines
        for rows in (self.tours, self.checkins, self.hopes):
            rows.deal(number, of)
        for life in lives:
            self._lines_of(*life)
            if enough(lines):
                yield packed(lines)
        yield packed(lines)

    def _lines_of(self, tours: Iterable[facts.Tour], hopes: Iterable[facts.Hope]) -> None:
        for tour in tours:
            self.checkins.write(tour, *self.tours.write(tour))
        for hope in hopes:
            self.hopes.write(hope)
        self.tours.forget()


@contextmanager
def writing(plan: Callable[[], None] | None = None) -> Iterator[Writing]:
    """All of it or nothing: one transaction, at whose end every rule holds. `plan` is called within it, once
    all is written."""
    with unruled(plan) as anew:
        before = _last_keys()
        with Copying(anew) as copying:
            rows = Writing(copying, before)
            yield rows
        _join_contracts()
        _set_sequences()
        write_history(before, rows.people.today)


def _last_keys() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in COLUMNS:
            cursor.execute(f"SELECT COALESCE(max(id), 0) FROM {table}")  # noqa: S608 - our own words
            (found[table],) = cursor.fetchone()
        return found


def _join_contracts() -> None:
    """What the triggers would have done."""
    with connection.cursor() as cursor:
        cursor.execute(ALL_ANEW)


def _set_sequences() -> None:
    with connection.cursor() as cursor:
        for table in KEYED:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) FROM {table}",  # noqa: S608
                [table],
            )
