"""Hiring, moving, managers, leaving: what held before ends the day before, and nothing breaks a rule."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from people import services, tree
from people.models import Access, Department, Employment, Person, Position, ReportingLine
from tests.factories import (
    DAY,
    NOW,
    make_employment,
    make_hr,
    make_line,
    make_person,
    make_position,
)
from tests.racing import at_once

pytestmark = pytest.mark.django_db

RESIGNATION = Employment.Ending.RESIGNATION


def lines(person: Person) -> list[tuple[str, date, date | None]]:
    return [(line.manager.name, line.since, line.until) for line in person.reporting_lines.order_by("since")]


def leave(person: Person, last_day: date = DAY, **kw) -> Employment:
    return services.end_employment(person, last_day=last_day, ending=RESIGNATION, **kw)


class TestManager:
    def test_the_earlier_line_ends_the_day_before(self, cast):
        services.set_manager(cast.alice, cast.carol, since=DAY)
        assert lines(cast.alice)[1:] == [
            ("Bob Brand", date(2025, 1, 1), DAY - timedelta(days=1)),
            ("Carol Cole", DAY, None),
        ]

    def test_the_same_manager_again_changes_nothing(self, cast):
        before = lines(cast.alice)
        services.set_manager(cast.alice, cast.bob, since=DAY)
        assert lines(cast.alice) == before

    def test_the_same_manager_again_lasts_as_long_as_another_would(self, cast):
        leave(cast.bob)
        cast.bob.employments.update(left_on=None, ending=None)
        services.set_manager(cast.alice, cast.bob, since=DAY)
        assert lines(cast.alice)[1:] == [("Bob Brand", date(2025, 1, 1), None)]

    def test_a_correction_on_the_same_day_replaces_the_line(self, cast):
        services.set_manager(cast.alice, cast.carol, since=DAY)
        services.set_manager(cast.alice, cast.dan, since=DAY)
        assert lines(cast.alice)[2:] == [("Dan Drew", DAY, None)]

    def test_a_later_planned_change_stays(self, cast):
        services.set_manager(cast.alice, cast.carol, since=DAY + timedelta(days=30))
        services.set_manager(cast.alice, cast.dan, since=DAY)
        assert lines(cast.alice)[2:] == [
            ("Dan Drew", DAY, DAY + timedelta(days=29)),
            ("Carol Cole", DAY + timedelta(days=30), None),
        ]

    def test_nobody_can_be_the_manager(self, cast):
        assert services.set_manager(cast.alice, None, since=DAY) is None
        assert cast.alice.manager_on(DAY) is None

    def test_nobody_manages_themselves(self, cast):
        with pytest.raises(services.ManagesThemselves):
            services.set_manager(cast.alice, cast.alice, since=DAY)
        with pytest.raises(IntegrityError), transaction.atomic():
            make_line(cast.mallory, cast.mallory)

    def test_a_circle_is_refused_and_names_its_people(self, cast):
        before = lines(cast.carol)
        with pytest.raises(services.Cycle) as refused:
            services.set_manager(cast.carol, cast.alice, since=DAY)
        assert set(refused.value.names) == {"Alice Ames", "Bob Brand", "Carol Cole"}
        assert "Carol Cole → Alice Ames → Bob Brand → Carol Cole" in str(refused.value)
        assert lines(cast.carol) == before

    def test_a_circle_on_a_later_day_is_refused_too(self, cast):
        services.set_manager(cast.carol, cast.mallory, since=DAY + timedelta(days=10))
        with pytest.raises(services.Cycle):
            services.set_manager(cast.mallory, cast.alice, since=DAY)

    def test_a_turned_round_line_is_no_circle(self, cast):
        services.set_manager(cast.bob, None, since=DAY)
        services.set_manager(cast.carol, cast.bob, since=DAY)
        assert cast.carol.manager_on(DAY) == cast.bob
        assert tree.loops() == []

    def test_the_whole_company_is_searched_for_circles_on_any_day(self, cast):
        make_line(cast.dan, cast.mallory, until=date(2020, 12, 31))
        make_line(cast.mallory, cast.dan, since=date(2021, 1, 1))
        assert tree.loops() == []
        make_line(cast.carol, cast.alice, since=DAY)
        (loop,) = tree.loops()
        assert set(loop.people) == {cast.alice.pk, cast.bob.pk, cast.carol.pk}
        assert loop.since == DAY

    def test_manager_and_managed_are_employed(self, cast):
        leaver = make_person("Lea Lind", left_on=DAY)
        with pytest.raises(services.NotEmployed):
            services.set_manager(cast.alice, leaver, since=DAY + timedelta(days=1))
        with pytest.raises(services.NotEmployed):
            services.set_manager(leaver, cast.alice, since=DAY + timedelta(days=1))
        services.set_manager(cast.alice, leaver, since=DAY - timedelta(days=5))
        assert lines(cast.alice)[-1] == ("Lea Lind", DAY - timedelta(days=5), DAY)


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_cannot_close_a_circle():
    for _ in range(5):
        ann, ben = make_person(), make_person()
        results = at_once(
            partial(services.set_manager, ann, ben, since=DAY),
            partial(services.set_manager, ben, ann, since=DAY),
        )
        assert sum(isinstance(result, services.Cycle) for result in results) == 1
        assert ReportingLine.objects.filter(person__in=[ann, ben]).count() == 1


class TestPosition:
    def test_the_earlier_position_ends_the_day_before(self, cast):
        sales = Department.objects.get(name="Sales")
        services.set_position(cast.alice, sales, "Seller", since=DAY)
        rows = cast.alice.positions.order_by("since").values_list("department__name", "since", "until")
        assert list(rows) == [
            ("Engineering", date(2020, 1, 1), DAY - timedelta(days=1)),
            ("Sales", DAY, None),
        ]

    def test_the_same_position_again_changes_nothing(self, cast):
        position = cast.alice.positions.get()
        assert services.set_position(cast.alice, position.department, "", since=DAY) == position

    def test_the_database_refuses_an_overlap(self, cast):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_position(cast.alice, "Sales", since=DAY)
        with pytest.raises(IntegrityError), transaction.atomic():
            make_line(cast.alice, cast.carol, since=DAY)
        with pytest.raises(IntegrityError), transaction.atomic():
            make_employment(cast.alice, hired_on=DAY)


class TestHire:
    def test_a_new_person_has_a_spell_a_position_and_a_manager(self, cast):
        person = make_person("Nora New", hired_on=None)
        services.hire(person, on=DAY, department=Department.objects.get(name="Sales"), manager=cast.bob)
        assert person.is_employed(DAY)
        assert not person.is_employed(DAY - timedelta(days=1))
        assert person.manager_on(DAY) == cast.bob

    def test_who_came_back_has_two_spells(self):
        person = make_person("Ben Boomerang", left_on=date(2023, 6, 30))
        services.hire(person, on=DAY)
        assert person.employments.count() == 2
        assert not person.has_left(DAY)

    def test_nobody_is_hired_twice(self, cast):
        with pytest.raises(services.Refused):
            services.hire(cast.alice, on=DAY)


class TestLeaving:
    def test_position_manager_and_duties_end_with_the_last_day(self, cast):
        leave(cast.heidi)
        leave(cast.alice)
        assert not cast.alice.is_employed(DAY + timedelta(days=1))
        assert cast.alice.positions.get().until == DAY
        assert lines(cast.alice)[-1] == ("Bob Brand", date(2025, 1, 1), DAY)
        assert cast.heidi.roles.get().until == DAY

    def test_who_has_left_manages_nobody(self, cast):
        leave(cast.bob)
        assert cast.alice.manager_on(DAY) == cast.bob
        assert cast.alice.manager_on(DAY + timedelta(days=1)) is None

    def test_what_was_planned_for_later_goes(self, cast):
        services.set_manager(cast.alice, cast.carol, since=DAY + timedelta(days=10))
        leave(cast.alice)
        assert [name for name, *_ in lines(cast.alice)] == ["Dan Drew", "Bob Brand"]

    def test_a_later_last_day_takes_position_and_manager_along(self, cast):
        leave(cast.alice)
        leave(cast.alice, DAY + timedelta(days=30))
        assert cast.alice.positions.get().until == DAY + timedelta(days=30)
        assert lines(cast.alice)[-1][2] == DAY + timedelta(days=30)

    def test_who_stays_after_all_has_everything_back(self, cast):
        leave(cast.alice, regretted=True, regretted_reason="Nobody can replace her.")
        services.undo_leaving(cast.alice)
        spell = cast.alice.employments.get()
        assert (spell.left_on, spell.ending, spell.regretted) == (None, None, None)
        assert cast.alice.positions.get().until is None
        assert lines(cast.alice)[-1] == ("Bob Brand", date(2025, 1, 1), None)

    def test_who_stays_after_all_has_their_reports_back(self, cast):
        leave(cast.bob)
        services.undo_leaving(cast.bob)
        assert lines(cast.alice)[-1] == ("Bob Brand", date(2025, 1, 1), None)

    def test_a_later_last_day_takes_reports_along_but_none_who_has_another_manager_or_leaves(self, cast):
        later = DAY + timedelta(days=30)
        ann, ben = (make_person(name) for name in ("Ann Ames", "Ben Bell"))
        for report in (ann, ben):
            make_line(report, cast.bob)
        leave(cast.bob)
        services.set_manager(ann, cast.carol, since=DAY + timedelta(days=10))
        leave(ben, DAY + timedelta(days=5))
        leave(cast.bob, later)
        assert lines(cast.alice)[-1][2] == later
        assert lines(ann)[0][2] == DAY + timedelta(days=9)
        assert lines(ben) == [("Bob Brand", date(2020, 1, 1), DAY + timedelta(days=5))]

    def test_nobody_stays_who_would_close_a_circle_by_it(self, cast):
        leave(cast.bob)
        services.set_manager(cast.carol, cast.alice, since=DAY + timedelta(days=1))
        with pytest.raises(services.Cycle):
            services.undo_leaving(cast.bob)
        assert cast.bob.employments.get().left_on == DAY

    def test_an_earlier_spell_is_left_alone(self):
        person = make_person("Ben Boomerang", left_on=date(2022, 12, 31))
        make_position(person, until=date(2022, 12, 31))
        make_employment(person, hired_on=date(2024, 1, 1))
        make_position(person, "Sales", since=date(2024, 1, 1))
        leave(person)
        assert list(person.positions.order_by("since").values_list("until", flat=True)) == [
            date(2022, 12, 31),
            DAY,
        ]

    def test_nobody_leaves_before_they_came(self, cast):
        with pytest.raises(services.Refused):
            leave(cast.alice, date(2019, 12, 31))
        with pytest.raises(services.NotEmployed):
            leave(make_person("Nora New", hired_on=None))


class TestHR:
    def test_the_duty_begins_on_its_day(self, cast):
        services.appoint_hr(cast.mallory, since=date(2026, 3, 16))
        assert Person.objects.get(pk=cast.mallory.pk).is_hr
        assert services.appoint_hr(cast.mallory, since=DAY).pk == cast.mallory.roles.get().pk

    def test_who_has_left_is_hr_no_more(self, cast):
        leaver = make_person("Hans Hr", left_on=date(2024, 12, 31))
        make_hr(leaver)
        assert not leaver.is_hr
        with pytest.raises(services.NotEmployed):
            services.appoint_hr(make_person("Lea Lind", left_on=DAY), since=DAY + timedelta(days=1))


def test_looking_at_ones_own_is_not_noted(cast):
    services.note_access(cast.alice, cast.alice, "Terms", NOW)
    services.note_access(cast.heidi, cast.alice, "Terms", NOW)
    assert [row.viewer for row in Access.objects.all()] == [cast.heidi]


def test_every_change_is_in_the_history(cast):
    services.set_manager(cast.alice, cast.carol, since=DAY)
    history = ReportingLine.pgh_event_model.objects.filter(person=cast.alice)
    assert history.filter(pgh_label="update", until=DAY - timedelta(days=1)).exists()
    assert history.filter(pgh_label="insert", manager=cast.carol).exists()


def test_fitting_many_takes_as_many_statements_as_one(cast, django_assert_num_queries):
    people = [make_person(left_on=DAY) for _ in range(20)]
    for person in people:
        make_position(person)
        make_line(person, cast.bob)
    with django_assert_num_queries(8):
        services.fit_to_employments([people[0].pk])
    with django_assert_num_queries(8):
        services.fit_to_employments(person.pk for person in people)
    assert set(Position.objects.filter(person__in=people).values_list("until", flat=True)) == {DAY}
