"""The life of a tour's terms, as acts of the two people."""

import pytest

from people.services import set_manager
from tests.factories import NOW, make_promise, make_proposed_tour, make_signed_tour, make_tour
from tours import services
from tours.models import Comment, Side, Terms, Tour
from tours.services import Refused
from tours.turns import whose_turn


def words(tour: Tour) -> dict:
    return {"words": "More time for the migration, less on call.", "actor": tour.employee, "now": NOW}


def test_a_manager_drafts_a_tour_for_a_report(cast):
    tour = services.draft_tour(cast.alice, Tour.Type.ROTATIONAL, actor=cast.bob, now=NOW)
    assert (tour.state, tour.manager, tour.versions.get().number) == ("draft", cast.bob, 1)


def test_an_employee_drafts_their_own_tour(cast):
    tour = services.draft_tour(cast.alice, Tour.Type.ROTATIONAL, actor=cast.alice, now=NOW)
    assert (tour.manager, tour.versions.get().created_by) == (cast.bob, cast.alice)


@pytest.mark.parametrize("actor", ["carol", "dan", "heidi", "mallory"])
def test_nobody_else_drafts_a_tour_for_her(cast, actor):
    with pytest.raises(Refused):
        services.draft_tour(cast.alice, Tour.Type.ROTATIONAL, actor=getattr(cast, actor), now=NOW)
    assert not Tour.objects.exists()


def test_a_tour_with_somebody_who_has_left_is_refused(cast):
    cast.alice.employments.update(left_on="2026-01-31", ending="resignation")
    with pytest.raises(Refused):
        services.draft_tour(cast.alice, Tour.Type.ROTATIONAL, actor=cast.bob, now=NOW)


def test_proposing_puts_the_version_on_the_table(cast):
    tour = make_tour(cast.alice, cast.bob)
    services.propose(tour.versions.get(), actor=cast.bob, now=NOW)
    tour = Tour.objects.get()
    assert tour.state == Tour.State.PROPOSED
    assert whose_turn(tour) == [cast.alice, cast.bob]


def test_only_who_holds_the_pen_proposes(cast):
    tour = make_tour(cast.alice, cast.bob)
    for actor in (cast.alice, cast.carol, cast.heidi, cast.mallory):
        with pytest.raises(Refused):
            services.propose(tour.versions.get(), actor=actor, now=NOW)
    assert tour.versions.get().proposed_at is None


def test_a_draft_saved_elsewhere_is_not_overwritten(cast):
    terms = make_tour(cast.alice, cast.bob).versions.get()
    services.save_draft(terms, revision=0, actor=cast.bob, now=NOW)
    terms.mission = "Something older"
    with pytest.raises(Refused):
        services.save_draft(terms, revision=0, actor=cast.bob, now=NOW)
    assert Terms.objects.get().mission != "Something older"


def test_a_draft_that_changed_since_it_was_read_is_not_proposed(cast):
    terms = make_tour(cast.alice, cast.bob).versions.get()
    Terms.objects.update(revision=1)
    with pytest.raises(Refused):
        services.propose(terms, actor=cast.bob, now=NOW)


def test_the_second_signature_gives_force(cast):
    tour = make_proposed_tour(cast.alice, cast.bob)
    terms = tour.versions.get()
    services.sign(terms, actor=cast.alice, now=NOW)
    tour.refresh_from_db()
    assert (tour.state, tour.in_force) == ("proposed", None)
    services.sign(terms, actor=cast.bob, now=NOW)
    tour.refresh_from_db()
    assert (tour.state, tour.in_force) == ("agreed", terms)


def test_terms_read_before_the_other_signed_still_count_both(cast):
    make_proposed_tour(cast.alice, cast.bob)
    terms = Terms.objects.prefetch_related("signatures").get()
    services.sign(terms, actor=cast.alice, now=NOW)
    services.sign(terms, actor=cast.bob, now=NOW)
    assert Tour.objects.get().state == Tour.State.AGREED


def test_signing_twice_is_the_same_as_once(cast):
    tour = make_proposed_tour(cast.alice, cast.bob)
    for _ in range(2):
        services.sign(tour.versions.get(), actor=cast.alice, now=NOW)
    assert tour.versions.get().signatures.count() == 1
    signed = make_signed_tour(cast.alice, cast.bob)
    services.sign(signed.in_force, actor=cast.alice, now=NOW)
    assert signed.in_force.signatures.count() == 2


@pytest.mark.parametrize("actor", ["carol", "dan", "heidi", "mallory"])
def test_nobody_but_the_two_signs(cast, actor):
    tour = make_proposed_tour(cast.alice, cast.bob)
    with pytest.raises(Refused):
        services.sign(tour.versions.get(), actor=getattr(cast, actor), now=NOW)
    assert not tour.versions.get().signatures.exists()


def test_asking_for_a_change_gives_the_manager_a_copy_to_write_in(cast):
    tour = make_tour(cast.alice, cast.bob)
    make_promise(tour.versions.get(), Side.MANAGER)
    services.propose(tour.versions.get(), actor=cast.bob, now=NOW)
    services.ask_for_change(tour.versions.get(), **words(tour))
    tour = Tour.objects.get()
    first, second = tour.versions.all()
    assert whose_turn(tour) == [cast.bob]
    assert (second.number, second.mission, second.proposed_at) == (2, first.mission, None)
    assert second.promises.get().what == first.promises.get().what
    assert first.comments.get().kind == Comment.Kind.CHANGE


def test_an_older_version_cannot_be_signed_once_a_newer_is_on_the_table(cast):
    tour = make_proposed_tour(cast.alice, cast.bob)
    first = tour.versions.get()
    services.sign(first, actor=cast.bob, now=NOW)
    services.ask_for_change(first, **words(tour))
    with pytest.raises(Refused):
        services.sign(first, actor=cast.alice, now=NOW)
    second = tour.versions.get(number=2)
    services.propose(second, actor=cast.bob, now=NOW)
    with pytest.raises(Refused, match="version 2"):
        services.sign(first, actor=cast.alice, now=NOW)
    assert first.signatures.count() == 1
    services.sign(second, actor=cast.alice, now=NOW)
    services.sign(second, actor=cast.bob, now=NOW)
    assert Tour.objects.get().in_force == second


def test_the_manager_takes_a_version_back_to_write_a_better_one(cast):
    tour = make_proposed_tour(cast.alice, cast.bob)
    services.revise(tour.versions.get(), actor=cast.bob, now=NOW)
    assert Tour.objects.get().state == Tour.State.DRAFT
    with pytest.raises(Refused):
        services.revise(tour.versions.get(number=1), actor=cast.bob, now=NOW)


def test_declining_says_why_and_ends_the_proposal(cast):
    tour = make_proposed_tour(cast.alice, cast.bob)
    services.decline(tour.versions.get(), **words(tour))
    assert Tour.objects.get().state == Tour.State.DECLINED
    with pytest.raises(Refused):
        services.sign(tour.versions.get(), actor=cast.alice, now=NOW)


def test_the_manager_withdraws_before_the_agreement_but_not_after(cast):
    tour = make_proposed_tour(cast.alice, cast.bob)
    services.withdraw(tour.versions.get(), "The project was stopped.", actor=cast.bob, now=NOW)
    assert Tour.objects.get().state == Tour.State.WITHDRAWN
    signed = make_signed_tour(cast.alice, cast.bob)
    with pytest.raises(Refused):
        services.withdraw(signed.in_force, "Too late.", actor=cast.bob, now=NOW)


def test_a_new_manager_changes_nothing_of_who_agreed(cast):
    tour = make_signed_tour(cast.alice, cast.bob)
    set_manager(cast.alice, cast.carol, since=NOW.date())
    tour.refresh_from_db()
    assert (tour.manager, tour.in_force.manager) == (cast.bob, cast.bob)


@pytest.mark.parametrize("leaver", ["alice", "bob"])
def test_nobody_signs_or_writes_once_either_has_left_but_who_stays_can_clear_up(cast, leaver):
    tour = make_proposed_tour(cast.alice, cast.bob)
    terms = tour.versions.get()
    getattr(cast, leaver).employments.update(left_on="2026-03-15", ending="resignation")
    for act in (services.sign, services.revise):
        with pytest.raises(Refused):
            act(terms, actor=cast.bob, now=NOW)
    with pytest.raises(Refused):
        services.sign(terms, actor=cast.alice, now=NOW)
    with pytest.raises(Refused):
        services.ask_for_change(terms, **words(tour))
    if leaver == "bob":
        with pytest.raises(Refused):
            services.withdraw(terms, "Gone.", actor=cast.bob, now=NOW)
        services.decline(terms, **words(tour))
    else:
        with pytest.raises(Refused):
            services.decline(terms, **words(tour))
        services.withdraw(terms, "She has left.", actor=cast.bob, now=NOW)


def test_the_last_day_is_still_a_day_to_sign(cast):
    tour = make_proposed_tour(cast.alice, cast.bob)
    cast.alice.employments.update(left_on=NOW.date(), ending="resignation")
    services.sign(tour.versions.get(), actor=cast.alice, now=NOW)
    assert tour.versions.get().signatures.exists()


def test_who_has_left_reads_the_tour_and_finds_nothing_to_press(cast, as_):
    tour = make_proposed_tour(cast.alice, cast.bob)
    cast.alice.employments.update(left_on="2026-03-15", ending="resignation")
    page = as_(cast.alice).get(tour.get_absolute_url())
    assert page.status_code == 200
    assert b"/sign/" not in page.content
    assert b"Read and sign" not in as_(cast.alice).get("/").content
