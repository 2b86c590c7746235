"""Who may see whom."""

from datetime import date

import pytest

from people import access, tree
from people.models import Person
from tests.factories import DAY, make_line, make_person


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [
        ("alice", "alice bob carol"),
        ("bob", "alice bob carol"),
        ("carol", "alice bob carol"),
        ("dan", "dan"),
        ("heidi", "alice bob carol dan heidi mallory"),
        ("mallory", "mallory"),
    ],
)
def test_one_sees_oneself_and_who_is_above_or_below(cast, viewer, seen):
    viewer = getattr(cast, viewer)
    expected = {getattr(cast, name) for name in seen.split()}
    everybody = {cast.alice, cast.bob, cast.carol, cast.dan, cast.heidi, cast.mallory}
    assert set(Person.objects.visible_to(viewer, DAY)) == expected
    visible = access.Visible(viewer, DAY)
    assert {person for person in everybody if person in visible} == expected


def test_the_work_of_ones_managers_is_not_shown(cast):
    assert access.Visible(cast.carol, DAY).sees_work(cast.alice)
    assert not access.Visible(cast.alice, DAY).sees_work(cast.carol)


def test_a_former_manager_is_above_only_on_former_days(cast):
    assert access.is_above(cast.dan, cast.alice, date(2024, 6, 1))
    assert not access.is_above(cast.dan, cast.alice, DAY)


def test_the_line_is_climbed_in_one_query(cast, django_assert_num_queries):
    top = cast.carol
    for _ in range(10):
        manager = make_person()
        make_line(top, manager)
        top = manager
    with django_assert_num_queries(1):
        assert access.is_above(top, cast.alice, DAY)


def test_names_are_checked_with_one_query_however_many(cast, django_assert_num_queries):
    visible = access.Visible(cast.bob, DAY)
    visible.look_for(person.pk for person in vars(cast).values())
    assert not cast.bob.is_hr
    with django_assert_num_queries(1):
        assert [person in visible for person in (cast.alice, cast.carol, cast.dan, cast.mallory)] == [
            True,
            True,
            False,
            False,
        ]


def test_whoever_is_below_is_known_without_reading_the_whole_company(cast):
    """Of a chief executive's hundred thousand only those who are asked about; and one, that there are any."""
    for _ in range(20):
        make_line(make_person(), cast.bob)
    above, below = tree.ids_above_and_below(cast.bob.pk, DAY, [cast.alice.pk, cast.dan.pk])
    assert above == {cast.carol.pk}
    assert cast.alice.pk in below
    assert len(below) <= 2


@pytest.mark.parametrize(
    ("viewer", "alone", "manages"),
    [("carol", False, True), ("alice", False, False), ("mallory", True, False)],
)
def test_whether_there_is_anybody_is_known_without_a_name(cast, viewer, alone, manages):
    visible = access.Visible(getattr(cast, viewer), DAY)
    assert (visible.is_alone, visible.manages) == (alone, manages)


def test_a_name_that_was_not_looked_for_is_asked_about_after_all(cast):
    visible = access.Visible(cast.carol, DAY)
    visible.look_for([cast.dan.pk])
    assert [cast.dan in visible, cast.alice in visible, cast.bob in visible] == [False, True, True]
