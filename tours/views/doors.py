"""What every page of a tour asks first: may this person, and which tour or version is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from people.days import today_for
from people.models import Person
from people.prepared import prepared
from people.requests import SignedInRequest
from people.services import note_access, note_accesses
from tours import access, services
from tours.face import Face, face_of_next
from tours.forms import BringsAlong
from tours.ledger import told_promises
from tours.models import Terms, Tour, taken_over_by


def known_tour(request: SignedInRequest, pk: int) -> tuple[Tour, set[access.What]]:
    """The tour, and what of it the person may see; 404 where they may not know that it exists."""
    return _known(request, _tours(pk, request.user, today_for(request.user)))


def outlined_tour(request: SignedInRequest, pk: int) -> tuple[Tour, set[access.What]]:
    """The same for a page that says nothing of what is agreed, nor of what comes next."""
    return _known(request, _outlined(pk, request.user, today_for(request.user)))


def _known(request: SignedInRequest, found: Iterable[Tour]) -> tuple[Tour, set[access.What]]:
    tour = next(iter(found), None)
    if tour is None:
        raise Http404
    return tour, _seen(request, tour)


@prepared
def _tours(pk: int, reader: Person, today: date) -> QuerySet[Tour]:
    tours = Tour.objects.with_versions().with_standing(today).with_newest_step().with_note_of(reader)
    texts = (f"programme_revision__{name}" for name in Terms.TEXTS)
    told = {
        "taken_over_by": taken_over_by(reader, today),
        "followed_up": Exists(Tour.objects.filter(previous=OuterRef("pk"))),
    }
    return tours.select_related("programme_revision").defer(*texts).annotate(**told).filter(pk=pk)


@prepared
def _outlined(pk: int, reader: Person, today: date) -> QuerySet[Tour]:
    lapsed = Tour.objects.filter(
        pk=OuterRef("pk"),
        checkins__revealed_at=None,
        checkins__skipped_at=None,
        checkins__lapses_on__lt=today,
    )
    told = {"taken_over_by": taken_over_by(reader, today), "has_lapsed": Exists(lapsed)}
    found = Tour.objects.with_outlines(told_promises=told_promises()).with_standing(today)
    return found.annotate(**told).filter(pk=pk)


def tour_to_write(request: SignedInRequest, pk: int) -> Tour:
    """The same without its signatures; locked, inside a transaction, to save what was typed."""
    tours = Tour.objects.with_terms().with_standing(today_for(request.user))
    if request.method == "POST":
        tours = tours.select_for_update(of=("self",))
    tour = get_object_or_404(tours, pk=pk)
    _seen(request, tour)
    return tour


def _seen(request: SignedInRequest, tour: Tour) -> set[access.What]:
    tour.find_in_force()
    seen = access.sees(request.user, tour, today_for(request.user))
    if not seen:
        raise Http404
    return seen


def readable_terms(request: SignedInRequest, pk: int, number: int) -> tuple[Tour, Terms]:
    """A proposed version that the person may read; who is no party to it leaves a trace."""
    tour, versions = readable_versions(request, pk)
    terms = numbered(versions, number)
    note_look(request, tour, terms)
    return tour, terms


def numbered(versions: Iterable[Terms], number: int) -> Terms:
    found = next((terms for terms in versions if terms.number == number), None)
    if found is None:
        raise Http404
    return found


def readable_versions(request: SignedInRequest, pk: int) -> tuple[Tour, list[Terms]]:
    """Every proposed version that the person may read. A page that shows one notes it."""
    tour, seen = known_tour(request, pk)
    versions = access.reader(request.user, tour, today_for(request.user)).versions
    if not versions or access.What.TERMS not in seen:
        raise Http404
    return tour, versions


def reads_terms(tour: Tour, seen: set[access.What], versions: list[Terms]) -> bool:
    """These versions, or a draft of the person's own."""
    return access.What.TERMS in seen and bool(versions or not tour.proposed)


def version_shown(tour: Tour, versions: list[Terms], reads: bool, number: int | None = None) -> Terms:
    """The version asked for; or the one in force, on the table, or the last that the person may read."""
    if number is not None:
        return numbered(versions if reads else (), number)
    wanted = tour.in_force or tour.on_table or tour.latest
    return wanted if not versions or wanted in versions or not wanted.proposed_at else versions[-1]


def partys_terms(request: SignedInRequest, pk: int, number: int) -> Terms:
    """A proposed version, for its two sides alone."""
    terms = next(iter(_proposed(pk, number)), None)
    if terms is None or terms.side_of(request.user) is None:
        raise Http404
    return terms


@prepared
def _proposed(tour: int, number: int) -> QuerySet[Terms]:
    proposed = Terms.objects.proposed().select_related("tour__employee", "employee", "manager")
    return proposed.filter(tour=tour, number=number)


def tour_in_force(request: SignedInRequest, pk: int, act: access.Act) -> tuple[Tour, bool]:
    """A tour of which the person may do this; or, as they send it, perhaps could when they opened the page:
    then it comes too late, and the services say why. Says also whether it does."""
    tour, _seen = known_tour(request, pk)
    may = act in access.acts(request.user, tour, today_for(request.user))
    late = not may and request.method == "POST" and access.could(act, request.user, tour)
    if tour.in_force is None or not (may or late):
        raise Http404
    note_look(request, tour)  # a new manager reads on in what follows
    return tour, late


def is_done(request: SignedInRequest, form: forms.Form, act: Callable[[], object]) -> bool:
    """Whether what was typed was sent and the act is done; if it was refused, the form says why. Who was told
    that it is another by now than they had read does it by sending it once more, as the page shows it now."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act()
    except services.Refused as refusal:
        told = refusal.told if isinstance(refusal, services.OtherThanRead) else {"": str(refusal)}
        form.add_error(None, list(filter(None, told.values())))
        if isinstance(form, BringsAlong) and isinstance(refusal, services.OtherThanRead):
            form.move_on(told)
        return False
    return True


def face_by_now(form: forms.Form, tour: Tour, today: date) -> Face | None:
    """The statement that is gone on from, for whoever was told that it is another than they had read."""
    if not (isinstance(form, BringsAlong) and form.moved and tour.in_force):
        return None
    return face_of_next(services.next_statement(tour, today), tour.in_force.promises.all())


def note_looks(request: SignedInRequest, tours: Iterable[Tour]) -> None:
    """At a list that tells more of them than that they exist."""
    others = [tour for tour in tours if tour.side_of(request.user) is None]
    note_accesses(request.user, [(tour.employee, f"tour {tour.pk}") for tour in others], timezone.now())


def note_look(request: SignedInRequest, tour: Tour, *shown: Terms) -> None:
    """Unless the person is a side of the tour, and of each version shown: who may read as HR what the
    manager after them agrees to is no party to that."""
    sides = [tour.side_of(request.user), *(terms.side_of(request.user) for terms in shown)]
    if None in sides:
        note_access(request.user, tour.employee, f"tour {tour.pk}", timezone.now())
