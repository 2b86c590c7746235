"""Two clicks or two windows at once, against a real Postgres."""

from __future__ import annotations

import pytest

from tests.factories import NOW, make_tour
from tests.racing import at_once, rounds
from tours import services
from tours.models import Terms, Tour
from tours.services import Refused

pytestmark = pytest.mark.django_db(transaction=True)


@rounds()
def test_a_double_click_begins_one_tour(alice, bob):
    begun = at_once(*[lambda: services.draft_tour(alice, Tour.Type.ROTATIONAL, actor=bob, now=NOW)] * 3)
    assert {tour.pk for tour in begun} == {Tour.objects.get(employee=alice).pk}


@rounds()
def test_of_two_windows_that_save_at_once_one_is_told(alice, bob):
    drafts = [make_tour(alice, bob).versions.get()]
    drafts.append(Terms.objects.get(pk=drafts[0].pk))
    for terms, words in zip(drafts, ("The one.", "The other."), strict=True):
        terms.mission = words
    results = at_once(
        *(lambda t=terms: services.save_draft(t, revision=0, actor=bob, now=NOW) for terms in drafts)
    )
    saved = next(result for result in results if not isinstance(result, Refused))
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert Terms.objects.get(tour__employee=alice).mission == saved.mission


@rounds()
def test_what_is_proposed_and_thrown_away_at_once_is_one_of_the_two(alice, bob):
    terms = make_tour(alice, bob).versions.get()
    proposed, thrown = at_once(
        lambda: services.propose(terms, actor=bob, now=NOW),
        lambda: services.throw_away(terms, actor=bob, now=NOW),
    )
    assert isinstance(proposed, Refused) != isinstance(thrown, Refused)
    assert Tour.objects.filter(employee=alice).exists() == isinstance(thrown, Refused)
