"""Whose turn it is: a list says of every tour what its page says, to whoever reads them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from people.models import Person
from people.prepared import prepared
from people.services import end_employment, set_manager
from tests.conftest import Cast
from tests.factories import DAY, NOW, make_proposed_tour, make_signed_tour, make_tour, write_anew
from tests.tours.standing import tour_on
from tours import services
from tours.access import Act, acts, sees
from tours.models import Terms, Tour
from tours.turns import Turn, turn_in_list, turn_of

LATER = DAY + timedelta(days=3)
WHY = "The market has changed."


def signed(cast: Cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob)


def write(tour: Tour, actor: Person) -> Terms:
    return write_anew(services.amend(tour, WHY, actor=actor, now=NOW))


def put_forward(tour: Tour, actor: Person) -> Terms:
    terms = write(tour, actor)
    services.propose(terms, actor=actor, now=NOW)
    return terms


def to_carol(tour: Tour, cast: Cast) -> Tour:
    set_manager(cast.alice, cast.carol, since=DAY)
    return tour


def first_draft(cast: Cast) -> Tour:
    return make_tour(cast.alice, cast.bob)


def proposed(cast: Cast) -> Tour:
    return make_proposed_tour(cast.alice, cast.bob)


def half_signed(cast: Cast) -> Tour:
    return services.sign(proposed(cast).versions.get(), actor=cast.alice, now=NOW)


def answered(cast: Cast) -> Tour:
    tour = proposed(cast)
    services.revise(tour.versions.get(), actor=cast.alice, now=NOW)
    return tour


def change_asked(cast: Cast) -> Tour:
    tour = proposed(cast)
    services.ask_for_change(tour.versions.get(), "Later.", actor=cast.alice, now=NOW)
    return tour


def declined(cast: Cast) -> Tour:
    tour = proposed(cast)
    services.decline(tour.versions.get(), "No.", actor=cast.alice, now=NOW)
    return tour


def in_vain(cast: Cast) -> Tour:
    return to_carol(proposed(cast), cast)


def change_written(cast: Cast) -> Tour:
    return write(signed(cast), cast.bob).tour


def change_proposed(cast: Cast) -> Tour:
    return put_forward(signed(cast), cast.bob).tour


def change_answered(cast: Cast) -> Tour:
    terms = put_forward(signed(cast), cast.bob)
    services.revise(terms, actor=cast.alice, now=NOW)
    return terms.tour


def change_declined(cast: Cast) -> Tour:
    terms = put_forward(signed(cast), cast.bob)
    services.decline(terms, "No.", actor=cast.alice, now=NOW)
    return terms.tour


def handed_over(cast: Cast) -> Tour:
    return to_carol(signed(cast), cast)


def written_to_the_new_manager(cast: Cast) -> Tour:
    return write(handed_over(cast), cast.alice).tour


def written_by_the_new_manager(cast: Cast) -> Tour:
    return write(handed_over(cast), cast.carol).tour


def reaffirmed(cast: Cast) -> Tour:
    return services.reaffirm(handed_over(cast), WHY, actor=cast.carol, now=NOW).tour


def reaffirmed_and_answered(cast: Cast) -> Tour:
    services.revise(Terms.objects.get(tour=reaffirmed(cast), number=2), actor=cast.alice, now=NOW)
    return Tour.objects.get()


def taken_over(cast: Cast) -> Tour:
    terms = Terms.objects.get(tour=reaffirmed(cast), number=2)
    return services.sign(terms, actor=cast.alice, now=NOW)


def taken_over_and_changed(cast: Cast) -> Tour:
    return put_forward(taken_over(cast), cast.alice).tour


def change_in_vain(cast: Cast) -> Tour:
    return to_carol(change_proposed(cast), cast)


def change_in_vain_written_anew(cast: Cast) -> Tour:
    return write(change_in_vain(cast), cast.alice).tour


def given_back(cast: Cast) -> Tour:
    tour = reaffirmed(cast)
    set_manager(cast.alice, cast.bob, since=DAY + timedelta(days=1))
    return tour


def new_manager_left(cast: Cast) -> Tour:
    tour = reaffirmed(cast)
    end_employment(cast.carol, last_day=DAY + timedelta(days=1), ending="resignation")
    return tour


def employee_left(cast: Cast) -> Tour:
    tour = change_proposed(cast)
    end_employment(cast.alice, last_day=DAY + timedelta(days=1), ending="resignation")
    return tour


def ended_early(cast: Cast) -> Tour:
    tour = change_answered(cast)
    services.end_early(tour, LATER, reason="Over.", learnt="", actor=cast.bob, now=NOW)
    return tour


def over(cast: Cast) -> Tour:
    tour = make_signed_tour(cast.alice, cast.bob, ends_on=DAY + timedelta(days=1))
    return put_forward(tour, cast.bob).tour


STAGES = [
    *(first_draft, proposed, half_signed, answered, change_asked, declined, in_vain),
    *(signed, change_written, change_proposed, change_answered, change_declined),
    *(handed_over, written_to_the_new_manager, written_by_the_new_manager, reaffirmed),
    *(reaffirmed_and_answered, taken_over, taken_over_and_changed),
    *(change_in_vain, change_in_vain_written_anew, given_back),
    *(new_manager_left, employee_left, ended_early, over),
]


#: Put together once, as the page does: that takes longer than all that is asked of it.
LISTED = prepared(lambda pk, who, on: Tour.objects.filter(pk=pk).known_to(who, on).listed(who, on))


def on_page(tour: Tour, reader: Person) -> Turn | None:
    found = tour_on(tour.pk, LATER)
    return turn_of(found, reader, LATER) if sees(reader, found, LATER) else None


def in_list(tour: Tour, reader: Person) -> Turn | None:
    known = [*LISTED(tour.pk, reader, LATER)]
    return turn_in_list(known[0], reader, LATER) if known else None


def readers(cast: Cast) -> dict[str, Person]:
    return {name: getattr(cast, name) for name in ("alice", "bob", "carol", "dan", "heidi", "mallory")}


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
def test_a_list_and_the_page_say_the_same_to_everybody(cast, stage: Callable[[Cast], Tour]):
    tour = stage(cast)
    for name, reader in readers(cast).items():
        assert in_list(tour, reader) == on_page(tour, reader), name


@pytest.mark.parametrize(
    ("stage", "knowing"),
    [
        (change_written, "alice bob"),
        (change_proposed, "alice bob heidi"),
        (change_answered, "alice bob heidi"),
        (written_to_the_new_manager, "alice carol"),
        (written_by_the_new_manager, "alice carol"),
        (reaffirmed, "alice carol heidi"),
        (change_in_vain, "alice bob carol heidi"),
        (change_in_vain_written_anew, "alice carol"),
        (signed, ""),
        (ended_early, ""),
    ],
    ids=lambda what: getattr(what, "__name__", ""),
)
def test_who_learns_that_something_is_being_agreed_on(cast, stage, knowing):
    tour = stage(cast)
    known = [name for name, reader in readers(cast).items() if in_list(tour, reader)]
    assert known == knowing.split()


def test_whoever_writes_is_named_also_where_the_tour_still_names_another(cast):
    turn = in_list(written_by_the_new_manager(cast), cast.alice)
    assert turn is not None
    assert [person.name for person in turn.people] == ["Carol Cole"]


def test_with_somebody_who_has_left_nothing_is_signed_any_more(cast):
    tour = new_manager_left(cast)
    found = tour_on(tour.pk, LATER)
    assert Act.SIGN not in acts(cast.alice, found, LATER)
    turn = on_page(tour, cast.alice)
    assert turn is not None
    assert turn.in_vain == cast.carol
