"""What the database itself refuses."""

import pytest
from django.db import IntegrityError, InternalError, transaction

from tests.factories import NOW, make_promise, make_proposed_tour, make_signed_tour, make_tour, propose
from tours.models import Comment, Side, Signature, Terms, Tour


def force(tour: Tour) -> None:
    Tour.objects.filter(pk=tour.pk).update(state=Tour.State.AGREED, in_force=tour.versions.get())


def sign(terms, side, signer) -> Signature:
    return Signature.objects.create(terms=terms, side=side, signer=signer, signed_at=NOW)


def test_a_tour_has_no_force_without_both_signatures(cast):
    tour = make_proposed_tour(cast.alice, cast.bob)
    with pytest.raises(IntegrityError), transaction.atomic():
        force(tour)
    sign(tour.versions.get(), Side.EMPLOYEE, cast.alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        force(tour)
    sign(tour.versions.get(), Side.MANAGER, cast.bob)
    force(tour)
    tour.refresh_from_db()
    assert tour.in_force == tour.versions.get()


def test_terms_of_another_tour_give_no_force(cast):
    tour = make_proposed_tour(cast.alice, cast.bob)
    other = make_signed_tour(cast.alice, cast.bob)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tour.objects.filter(pk=tour.pk).update(state=Tour.State.AGREED, in_force=other.in_force)


@pytest.mark.parametrize("side", list(Side))
def test_nobody_signs_for_the_other_side(cast, side):
    terms = make_proposed_tour(cast.alice, cast.bob).versions.get()
    for signer in {terms.party(side.other), cast.heidi, cast.mallory}:
        with pytest.raises(IntegrityError), transaction.atomic():
            sign(terms, side, signer)
    assert not terms.signatures.exists()


def test_proposed_terms_never_change(cast):
    tour = make_tour(cast.alice, cast.bob)
    propose(tour.versions.get(), sealed=False)  # a seal alone would keep them from being deleted
    with pytest.raises(InternalError), transaction.atomic():
        tour.versions.update(mission="Something else")
    with pytest.raises(InternalError), transaction.atomic():
        tour.versions.all().delete()
    with pytest.raises(InternalError), transaction.atomic():
        make_promise(tour.versions.get())


def test_terms_without_a_gain_cannot_be_proposed(cast):
    tour = make_tour(cast.alice, cast.bob, employee_gain=" \n ")
    with pytest.raises(IntegrityError), transaction.atomic():
        tour.versions.update(proposed_at=NOW, proposed_by=cast.bob)


def test_a_signature_is_for_ever(cast):
    tour = make_signed_tour(cast.alice, cast.bob)
    signatures = Signature.objects.filter(terms=tour.in_force)
    for attack in (signatures.delete, lambda: signatures.update(signed_at=NOW)):
        with pytest.raises(InternalError), transaction.atomic():
            attack()


@pytest.mark.parametrize("kind", Comment.Kind.values)
def test_what_one_side_said_of_a_version_is_for_ever(cast, kind):
    """Terms declined or withdrawn are known by it; without it they could be signed again."""
    terms = make_proposed_tour(cast.alice, cast.bob).versions.get()
    Comment.objects.create(kind=kind, terms=terms, author=cast.alice, words="No.", at=NOW)
    said = Comment.objects.filter(terms=terms)
    for attack in (said.delete, lambda: said.update(kind="comment"), lambda: said.update(words="Yes.")):
        with pytest.raises(InternalError), transaction.atomic():
            attack()
    assert said.get().words == "No."


def test_the_history_refuses_change(cast):
    tour = make_signed_tour(cast.alice, cast.bob)
    history = Tour.pgh_event_model.objects.filter(pgh_obj=tour)
    assert history.count() >= 3
    for attack in (lambda: history.update(state="draft"), lambda: history._raw_delete("default")):
        with pytest.raises(InternalError), transaction.atomic():
            attack()
    assert Terms.pgh_event_model.objects.filter(pgh_obj__tour=tour).exists()
