"""One at a time, each seeing what the one before left behind."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from alliance_site.outbox.services import nudge
from people.days import today_for
from people.models import Person
from people.prepared import prepared
from tours import access
from tours.access import Act
from tours.models import Terms, Tour, TourQuerySet


class Refused(Exception):
    """The act is not possible as things stand; says why."""


class Unchanged(Refused):
    """There is nothing in it to agree on."""


class OtherThanRead(Refused):
    """It would be another than the actor has read; says all that is otherwise by now, each by the name of
    what the page brought along of it."""

    def __init__(self, **told: str) -> None:
        super().__init__(" ".join(filter(None, told.values())))
        self.told = told


def moved_on() -> Refused:
    return Refused(_("This is no longer possible: the tour has moved on in the meantime."))


def recorded_meanwhile() -> str:
    return _("Something else was recorded in the meantime. Read that first.")


def locked(pk: int, actor: Person, now: datetime) -> Tour:
    """The tour under a lock: what is on the table, who has signed it and who is here is then what the
    database says now."""
    tour = next(iter(_locked(pk, today_for(actor, now))), None)
    if tour is None:
        raise Refused(_("This draft was thrown away in the meantime."))
    people = {
        person.pk: person for terms in tour.versions.all() for person in (terms.employee, terms.manager)
    }
    tour.employee, tour.manager = people[tour.employee_id], people[tour.manager_id]
    tour.find_in_force()
    return tour


@prepared
def _locked(pk: int, on: date) -> TourQuerySet:
    tours = Tour.objects.with_versions().with_standing(on)
    # Joined to its manager, a tour that got another while this waited would not be found any more.
    return tours.select_related(None).select_for_update().filter(pk=pk)


def require(act: Act, actor: Person, tour: Tour, now: datetime) -> None:
    if act not in access.acts(actor, tour, today_for(actor, now)):
        raise moved_on()


def refuse_stale(tour: Tour, terms: Terms, actor: Person) -> None:
    """Tells it to the sides of the newer version: a former manager does not learn that there is one."""
    newest = tour.proposed[-1] if tour.proposed else None
    if newest and newest.number > terms.number and newest.side_of(actor):
        raise Refused(
            _(
                "You were reading version %(old)s, but version %(new)s is on the table by now."
                " Read that one first."
            )
            % {"old": terms.number, "new": newest.number}
        )


def other_force(number: int | None, tour: Tour) -> dict[str, str]:
    """Said where the version in force is another than the actor has read."""
    assert tour.in_force
    if number == tour.in_force.number:
        return {}
    said = _("Version %(number)s is in force by now. Read that one, and your own words, before you send it.")
    return {"force": said % {"number": tour.in_force.number}}


def set_state(tour: Tour, state: Tour.State, *more: str) -> None:
    """Under the lock that `locked` took. Whoever must act next hears of it soon."""
    tour.state = state
    tour.save(update_fields=["state", *more])
    nudge()
