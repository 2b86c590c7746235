"""The departments as a tree, whatever is recorded as being below what."""

from __future__ import annotations

import pytest

from people.departments import Departments
from people.models import Department

pytestmark = pytest.mark.django_db


def make(name: str, parent: Department | None = None) -> Department:
    return Department.objects.create(name=name, parent=parent)


def test_with_below_goes_all_the_way_down_and_above_all_the_way_up(django_assert_num_queries):
    top = make("Top")
    middle = make("Middle", top)
    low, other = make("Low", middle), make("Other", middle)
    make("Beside")
    found = Departments()
    with django_assert_num_queries(1):
        assert set(found.with_below(top.pk)) == {top.pk, middle.pk, low.pk, other.pk}
        assert found.with_below(low.pk) == (low.pk,)
        assert [node.name for node in found.above(low.pk)] == ["Top", "Middle"]
        assert [node.name for node in found.children[None]] == ["Beside", "Top"]
        assert [node.name for node in found.children[middle.pk]] == ["Low", "Other"]


def test_departments_in_a_circle_are_neither_lost_nor_gone_round_for_ever():
    one = make("One")
    two = make("Two", one)
    below = make("Below", two)
    one.parent = two
    one.save()
    alone = make("Itself")
    alone.parent = alone
    alone.save()
    found = Departments()
    tops = [node.pk for node in found.children[None]]
    reached = [key for top in tops for key in found.with_below(top)]
    assert sorted(reached) == sorted([one.pk, two.pk, below.pk, alone.pk])
    assert len(found.above(below.pk)) <= 2


def test_a_name_is_found_in_any_case_and_exactly_where_there_are_two():
    upper = make("Sales")
    assert Departments().called("sALES").pk == upper.pk
    lower = make("sales")
    assert Departments().called("sales").pk == lower.pk
    assert Departments().called("Sales").pk == upper.pk
    assert Departments().called("Nowhere") is None
