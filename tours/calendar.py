"""The dates of tours as a calendar (RFC 5545): for a file of one tour, and for the feed of a person.

Every entry has an identity that outlives any change of the terms, and of the site's address: a calendar that
reads it again moves what it has, rather than adding a second. What an entry says may be read by whoever looks
over a shoulder, so it says no word of the terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db.models import Prefetch
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from people.days import ONE_DAY
from people.models import Person
from tours.ledger import not_dropped
from tours.models import CalendarOrigin, Side, Terms, Tour
from tours.models.tours import TourQuerySet

PAST = timedelta(days=400)  #: what lies further back is history, and stays out
MOVES = 100  #: of one entry, that are told apart under the same terms


@dataclass(frozen=True)
class Entry:
    key: str  #: the same through all versions of the terms
    day: date
    words: str
    times_moved: int = 0  #: under the same terms
    moved_at: datetime | None = None
    along: bool = False  #: it stands on the page of what happens along the way


def feed(person: Person, on: date) -> bytes:
    """Of every tour, running, to come or lately over, in which the person is a side. Of those that they were
    the manager in it ends with their leaving."""
    with translation.override(person.language or settings.LANGUAGE_CODE):
        calendar = _calendar(_("Tours of duty"))
        _fill(calendar, Tour.objects.kept_by(person, on), person, since=on - PAST)
        return bytes(calendar.to_ical())


def tour_calendar(pk: int, person: Person) -> bytes:
    """Of one tour in force, in the language of the page from which it is fetched."""
    calendar = _calendar(_("Tour of duty"))
    _fill(calendar, Tour.objects.of(person).filter(pk=pk), person, since=date.min)
    return bytes(calendar.to_ical())


def _with_dates(tours: TourQuerySet) -> TourQuerySet:
    """Those in force, with all that has a day: seven queries for any number of them."""
    signed = tours.filter(in_force__isnull=False).select_related("employee", "manager", "in_force")
    dated = ("in_force__signatures", Prefetch("in_force__promises", not_dropped()), "partings")
    checkins = [f"checkins__{side}" for side in Side.values]
    return signed.prefetch_related(*dated, *checkins).order_by("pk")


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Alliance//Tours of duty//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"value": "DURATION"})
    return calendar


def _fill(calendar: Calendar, tours: TourQuerySet, person: Person, since: date) -> None:
    origin = CalendarOrigin.objects.ours().name
    for tour in _with_dates(tours):
        for entry in _entries(tour, person):
            if entry.day >= since:
                calendar.add_component(_event(entry, tour, origin))


def _event(entry: Entry, tour: Tour, origin: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@{origin}")
    changed_at = max(_changed_at(tour), entry.moved_at or datetime.min.replace(tzinfo=UTC))
    event.add("sequence", MOVES * _sequence(tour) + min(entry.times_moved, MOVES - 1))
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + ONE_DAY)
    event.add("summary", entry.words)
    event.add("url", settings.SITE_URL + (tour.along_url if entry.along else tour.get_absolute_url()))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")  # nobody is busy because of it
    return event


def _sequence(tour: Tour) -> int:
    """Rises whenever an entry may have moved: with newer terms, and with an early end."""
    assert tour.in_force
    return 2 * tour.in_force.number + bool(tour.ended_on)


def _changed_at(tour: Tour) -> datetime:
    assert tour.in_force
    moments = [signature.signed_at for signature in tour.in_force.signatures.all()]
    return max([*moments, *(parting.at for parting in tour.partings.all())])


def _entries(tour: Tour, person: Person) -> Iterator[Entry]:
    terms, side = tour.in_force, tour.side_of(person)
    assert terms
    assert side
    other = {"name": tour.party(side.other).name}
    key = f"tour-{tour.pk}"
    yield Entry(f"{key}-start", terms.starts_on, _("The tour of duty with %(name)s begins") % other)
    if tour.ends_on:
        yield Entry(f"{key}-end", tour.ends_on, _("The tour of duty with %(name)s ends") % other)
    elif terms.review_on:
        yield Entry(f"{key}-review", terms.review_on, _("Review the tour of duty with %(name)s") % other)
    talk_on = _talk_on(tour, terms)
    if talk_on and talk_on <= (tour.ended_on or date.max):
        yield Entry(f"{key}-talk", talk_on, _("Talk with %(name)s about the next tour") % other)
    yield from _promises(terms, side, key, other, tour.ended_on or date.max)
    yield from _checkins(tour, person, key)


def _talk_on(tour: Tour, terms: Terms) -> date | None:
    """The day on which the next-tour window opens: an early end that is said ahead opens it at once, and anew
    where it is said after the review of what is open-ended. As `feedback.planning` has it."""
    said = [parting.at.astimezone(UTC).date() for parting in tour.partings.all()]
    if not (said and terms.talk_on and terms.comes_to):
        return terms.talk_on
    opens = min(said) if terms.comes_to < min(said) else min(terms.talk_on, *said)
    return max(opens, terms.starts_on)


def _promises(terms: Terms, side: Side, key: str, other: dict[str, str], last: date) -> Iterator[Entry]:
    """Of terms that run their course all of them, for both may agree on a day after the tour."""
    mine, theirs = _("Keep a promise to %(name)s") % other, _("%(name)s keeps a promise to you") % other
    for promise in terms.promises.all():
        if promise.due_on <= last:
            words = mine if promise.owed_by == side else theirs
            yield Entry(f"{key}-promise-{promise.key}", promise.due_on, words, along=True)


def _checkins(tour: Tour, person: Person, key: str) -> Iterator[Entry]:
    """Each is the first, second … of its kind that the terms give, wherever a change of them, or one of the
    two, has moved it; what somebody asked for stands beside them."""
    planned = (checkin for checkin in tour.checkins.all() if not checkin.asked_by)
    in_order = sorted(planned, key=lambda checkin: (checkin.kind, checkin.slot or checkin.due_on, checkin.pk))
    named = [(f"asked-{checkin.pk}", checkin) for checkin in tour.checkins.all() if checkin.asked_by]
    for kind, checkins in groupby(in_order, key=lambda checkin: checkin.kind):
        named += ((f"{kind}-{nth}", checkin) for nth, checkin in enumerate(checkins, start=1))
    for name, checkin in named:
        side = checkin.side_of(person)
        if side and not checkin.skipped_at:
            other = {"name": checkin.party(side.other).name}
            regular, career = _("Check-in with %(name)s") % other, _("Career check-in with %(name)s") % other
            words = career if checkin.kind == "career" else regular
            moved = checkin.times_moved, checkin.moved_at
            yield Entry(f"{key}-checkin-{name}", checkin.due_on, words, *moved, along=True)
