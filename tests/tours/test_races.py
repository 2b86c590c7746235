"""Two people at once, in two connections, against a real Postgres."""

import os
from collections import Counter

import pytest

from tests.factories import NOW, make_line, make_person, make_proposed_tour, make_signed_tour, make_tour
from tests.racing import at_once, rounds
from tests.tours.facts import Facts, broken, look
from tests.tours.racing import Try, racers
from tours import services
from tours.models import Tour
from tours.services import Refused

pytestmark = pytest.mark.django_db(transaction=True)


@rounds(10, make_proposed_tour)
def test_two_who_sign_at_once_agree(tour):
    terms = tour.versions.get()
    results = at_once(
        *(lambda who=who: services.sign(terms, actor=who, now=NOW) for who in (tour.employee, tour.manager))
    )
    assert not [r for r in results if isinstance(r, Refused)]
    tour.refresh_from_db()
    assert (tour.state, tour.in_force) == (Tour.State.AGREED, terms)


@rounds(10, make_proposed_tour)
def test_a_double_click_signs_once(tour):
    terms = tour.versions.get()
    at_once(*[lambda: services.sign(terms, actor=tour.employee, now=NOW)] * 4)
    assert terms.signatures.count() == 1


@rounds(10, make_proposed_tour)
def test_signing_and_taking_back_at_once_never_mix(tour):
    terms = tour.versions.get()
    services.sign(terms, actor=tour.manager, now=NOW)
    signed, revised = at_once(
        lambda: services.sign(terms, actor=tour.employee, now=NOW),
        lambda: services.revise(terms, actor=tour.manager, now=NOW),
    )
    tour.refresh_from_db()
    assert isinstance(signed, Refused) != isinstance(revised, Refused)
    assert (tour.state == Tour.State.AGREED) == isinstance(revised, Refused)


#: What Alice and Bob do at the same moment, with a tour at that stage, and how many of them succeed.
RACES = [
    ("draft", "bob", "save", "bob", "save", {1}),
    ("draft", "bob", "propose", "bob", "withdraw", {1, 2}),
    ("proposed", "alice", "sign", "bob", "sign", {2}),
    ("proposed", "alice", "sign", "alice", "sign", {2}),
    ("proposed", "alice", "decline", "bob", "sign", {1, 2}),
    ("proposed", "alice", "ask", "bob", "revise", {1}),
    ("proposed", "alice", "revise", "bob", "revise", {1}),
    ("proposed", "alice", "decline", "bob", "withdraw", {1}),
    ("half", "alice", "sign", "bob", "revise", {1}),
    ("half", "alice", "sign", "bob", "withdraw", {1}),
    ("half", "alice", "decline", "bob", "revise", {1, 2}),
    ("agreed", "alice", "amend", "bob", "amend", {1}),
    ("agreed", "alice", "extend", "bob", "extend", {1}),
    ("agreed", "alice", "amend", "bob", "end", {1, 2}),
    ("agreed", "alice", "end", "bob", "end", {1}),
    ("amended", "bob", "sign", "alice", "withdraw", {1}),
    ("amended", "bob", "sign", "alice", "revise", {1}),
    ("amended", "bob", "decline", "alice", "withdraw", {1}),
    ("amended", "bob", "sign", "alice", "end", {1, 2}),
]

#: A few rounds of each in every run; ALLIANCE_RACES=1000 for a thousand altogether.
ROUNDS = int(os.environ.get("ALLIANCE_RACES", "57"))


def tour_at(stage, alice, bob):
    """And the number of the version that both have before them."""
    if stage == "draft":
        return make_tour(alice, bob), 1
    if stage in ("proposed", "half"):
        tour = make_proposed_tour(alice, bob)
        if stage == "half":
            services.sign(tour.versions.get(), actor=bob, now=NOW)
        return tour, 1
    tour = make_signed_tour(alice, bob)
    if stage == "amended":
        services.extend(tour, services.extend_from(tour, NOW.date()), "More.", actor=alice, now=NOW)
        return tour, 2
    return tour, 1


@pytest.mark.processes
def test_two_processes_at_once_break_no_rule():
    people = {"alice": make_person("Alice Ames"), "bob": make_person("Bob Brand")}
    make_line(people["alice"], people["bob"])
    outcomes, before, wrong = Counter(), Facts(), []
    with racers() as pair:
        for number in range(ROUNDS):
            stage, who, act, other, counter, expected = RACES[number % len(RACES)]
            tour, version = tour_at(stage, people["alice"], people["bob"])
            before = look()
            came = pair.race(
                Try(tour.pk, people[who].pk, act, version), Try(tour.pk, people[other].pk, counter, version)
            )
            outcomes[(stage, act, counter, came)] += 1
            if not set(came) <= {"done", "refused"} or came.count("done") not in expected:
                wrong.append((stage, act, counter, came))
            wrong += [(stage, act, counter, rule) for rule in broken(look(), before)]
    for race, times in sorted(outcomes.items()):
        print(*race, times)  # noqa: T201
    print(sum(outcomes.values()), "rounds,", len(wrong), "rules broken")  # noqa: T201
    assert wrong == []
