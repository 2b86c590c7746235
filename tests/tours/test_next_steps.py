"""What comes after a tour: recorded by one side, confirmed by the other, and known to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Q
from django.urls import reverse

from alliance_site.dashboards.todo import todo
from feedback.models import Kind
from feedback.waiting import waiting
from people import teams
from people.models import Employment
from people.services import set_manager
from people.waiting import put_together
from tests.factories import MORNING as NOW
from tests.factories import (
    TODAY,
    make_amended_tour,
    make_checkin,
    make_early_end,
    make_line,
    make_next_step,
    make_person,
    make_position,
    make_signed_tour,
)
from tests.racing import at_once
from tests.refusing import refused
from tours import services
from tours.models import NextStep, Policy, Side, Tour
from tours.models.next_steps import both_agreed
from tours.services import Refused
from tours.waiting.reviews import with_what_is_agreed

Outcome = NextStep.Outcome
DECIDED_ONES = [each for each in Outcome if each != Outcome.UNDECIDED]


@pytest.fixture
def tour(cast) -> Tour:
    """In its window, and within the 60 days before its end."""
    return ending(cast.alice, cast.bob)


def ending(employee, manager, days: int = 40) -> Tour:
    span = {"starts_on": TODAY - timedelta(days=300), "ends_on": TODAY + timedelta(days=days)}
    return make_signed_tour(employee, manager, **span)


def record(
    tour: Tour, actor, outcome: str = Outcome.NEW_TOUR, words: str = "", seen: int | None = None
) -> NextStep:
    """As from a page opened just now, or from one that showed the row `seen` as the newest."""
    if seen is None:
        seen = shown(tour)
    return services.record_next_step(tour.pk, outcome, words, seen=seen, actor=actor, now=NOW)


def shown(tour: Tour) -> int:
    """What a page opened now shows as the newest."""
    newest = NextStep.objects.filter(tour=tour).last()
    return newest.pk if newest else 0


def counts(tour: Tour) -> tuple[str, bool]:
    """The outcome that counts, and whether both agreed on it."""
    step = Tour.objects.with_newest_step().get(pk=tour.pk).next_step
    assert step
    return step.outcome, step.is_agreed


def confirm(step: NextStep, actor) -> NextStep:
    return services.confirm_next_step(step.tour_id, step.pk, actor=actor, now=NOW)


def agree(tour: Tour, outcome: str) -> None:
    confirm(record(tour, tour.employee, outcome), tour.manager)


def sentences(person) -> list[str]:
    return [
        item.sentence
        for item in todo(person, TODAY)
        if "tour with" in item.sentence or "agreed" in item.sentence
    ]


# ── Recording and confirming ────────────────────────────────────────────────


@pytest.mark.parametrize("side", list(Side))
def test_either_side_records_and_the_other_confirms(tour, side):
    step = record(tour, tour.party(side), Outcome.MOVE, "To Product, from May on.")
    assert (step.side, step.is_agreed) == (side, False)
    assert confirm(step, tour.party(side.other)).is_agreed
    assert Tour.objects.with_newest_step().get(pk=tour.pk).next_step.outcome == "move"


def test_nobody_confirms_what_they_recorded_themselves(tour):
    with pytest.raises(Refused, match="for the other side to confirm"):
        confirm(record(tour, tour.employee), tour.employee)


def test_nobody_else_records_or_confirms(cast, tour):
    step = record(tour, cast.bob)
    for person in (cast.carol, cast.dan, cast.heidi, cast.mallory):
        with pytest.raises(Refused):
            record(tour, person)
        with pytest.raises(Refused):
            confirm(step, person)
    assert NextStep.objects.get().confirmed_at is None


def test_the_other_may_record_something_else_and_the_latest_counts(cast, tour):
    first = record(tour, cast.bob, Outcome.EXTENSION)
    second = record(tour, cast.alice, Outcome.MOVE)
    with pytest.raises(Refused, match="in the meantime"):
        confirm(first, cast.alice)
    assert confirm(second, cast.bob).is_agreed
    assert counts(tour) == ("move", True)


def test_what_both_confirmed_holds_until_both_confirm_something_else(cast, tour):
    agree(tour, Outcome.PART_WELL)
    change = record(tour, cast.bob, Outcome.UNDECIDED)
    assert counts(tour) == ("part_well", True)
    assert undecided() == set()
    assert not Tour.objects.ending_with_nothing_agreed(TODAY).exists()
    confirm(change, cast.alice)
    assert counts(tour) == ("undecided", True)
    assert undecided() == {tour}


def test_a_page_that_did_not_show_the_newest_records_nothing(cast, tour):
    opened = shown(tour)
    record(tour, cast.alice, Outcome.MOVE, "To Product.")
    for words in ("", "One more year."):  # nor does it confirm words that it did not show
        with pytest.raises(Refused, match="in the meantime"):
            record(tour, cast.bob, Outcome.MOVE, words, seen=opened)
    assert NextStep.objects.get().confirmed_at is None


def test_the_same_again_without_a_word_changes_nothing_that_is_agreed(cast, tour):
    agree(tour, Outcome.MOVE)
    for person in (cast.alice, cast.bob):
        assert record(tour, person, Outcome.MOVE).is_agreed
    assert NextStep.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_at_once_the_second_is_told(cast, tour):
    results = at_once(
        lambda: record(tour, cast.alice, Outcome.MOVE, "To Product.", seen=0),
        lambda: record(tour, cast.bob, Outcome.EXTENSION, "One more year.", seen=0),
    )
    assert [isinstance(result, Refused) for result in results].count(True) == 1
    assert NextStep.objects.count() == 1


def test_recording_the_same_without_a_word_is_to_confirm_it(cast, tour):
    step = record(tour, cast.bob, Outcome.MOVE, "To Product.")
    assert record(tour, cast.alice, Outcome.MOVE) == step
    assert NextStep.objects.get().is_agreed


def test_a_double_click_records_and_confirms_once(cast, tour):
    steps = {record(tour, cast.bob).pk for _ in range(2)}
    step = NextStep.objects.get()
    assert steps == {step.pk}
    assert confirm(step, cast.alice).confirmed_at == confirm(step, cast.alice).confirmed_at


def test_before_the_window_and_after_the_end_there_is_nothing_to_record(cast):
    too_early, over = ending(cast.alice, cast.bob, 181), ending(cast.alice, cast.bob, -1)
    for tour in (too_early, over, make_early_end(ending(cast.alice, cast.bob), TODAY - timedelta(days=1))):
        with pytest.raises(Refused):
            record(tour, cast.alice)


def test_with_somebody_who_has_left_nothing_is_agreed(cast, tour):
    Employment.objects.filter(person=cast.bob).update(left_on=TODAY - timedelta(days=1), ending="resignation")
    with pytest.raises(Refused):
        record(tour, cast.alice)


def test_while_it_is_to_be_handed_over_the_old_manager_decides_nothing(cast, tour):
    set_manager(cast.alice, cast.carol, since=TODAY)
    for person in (cast.alice, cast.bob, cast.carol):
        with pytest.raises(Refused):
            record(tour, person)


def test_newer_terms_open_the_question_again(cast, tour):
    agree(tour, Outcome.PART_WELL)
    make_amended_tour(tour, starts_on=tour.starts_on, ends_on=tour.ends_on)
    assert Tour.objects.with_newest_step().get(pk=tour.pk).next_step is None
    assert tour in Tour.objects.undecided_near_the_end(TODAY)


# ── What the database refuses ───────────────────────────────────────────────


def test_what_was_recorded_never_changes(tour):
    step = record(tour, tour.employee)
    row = NextStep.objects.filter(pk=step.pk)
    for change in (
        {"outcome": "move"},
        {"words": "More"},
        {"side": "manager"},
        {"recorded_at": NOW - timedelta(days=1)},
    ):
        refused(lambda change=change: row.update(**change))
    refused(row.delete)
    confirm(step, tour.manager)
    refused(lambda: row.update(confirmed_at=None, confirmed_by=None))


def test_each_side_is_the_person_whom_the_terms_name(cast, tour):
    for person in (cast.bob, cast.carol, cast.heidi):
        refused(
            lambda p=person: NextStep.objects.create(
                tour=tour,
                terms=tour.in_force,
                outcome="move",
                side="employee",
                recorded_by=p,
                recorded_at=NOW,
            )
        )
    step = record(tour, cast.alice)
    for person in (cast.alice, cast.carol, cast.heidi):
        refused(lambda p=person: NextStep.objects.filter(pk=step.pk).update(confirmed_by=p, confirmed_at=NOW))


# ── Undecided near the end ──────────────────────────────────────────────────


def undecided() -> set[Tour]:
    return set(Tour.objects.undecided_near_the_end(TODAY))


@pytest.mark.parametrize(
    ("outcome", "decided", "to_sign"),
    [
        (Outcome.NEW_TOUR, True, True),
        (Outcome.EXTENSION, True, True),
        (Outcome.FOUNDATIONAL, True, True),
        (Outcome.MOVE, True, False),
        (Outcome.PART_WELL, True, False),
        (Outcome.UNDECIDED, False, True),
    ],
)
def test_an_outcome_decides_once_both_say_so_and_only_what_is_to_sign_is_still_asked_for(
    tour, outcome, decided, to_sign
):
    step = record(tour, tour.employee, outcome)
    assert undecided() == {tour}
    confirm(step, tour.manager)
    assert undecided() == (set() if decided else {tour})
    assert set(Tour.objects.ending_with_nothing_agreed(TODAY)) == ({tour} if to_sign else set())


def test_near_means_what_the_policy_says_today(cast, tour):
    far = ending(cast.mallory, cast.carol, 61)
    assert undecided() == {tour}
    policy = {"made_by": cast.heidi, "made_at": NOW, "undecided_days": 90}
    Policy.objects.create(number=1, holds_from=TODAY + timedelta(days=1), **policy)
    assert undecided() == {tour}
    Policy.objects.create(number=2, holds_from=TODAY, **policy)
    assert undecided() == {tour, far}


def test_a_next_tour_that_is_signed_is_a_decision(cast, tour):
    begins = tour.ends_on + timedelta(days=1)
    make_signed_tour(cast.alice, cast.carol, starts_on=begins, ends_on=begins + timedelta(days=300))
    assert undecided() == set()


def test_home_says_to_each_side_what_it_can_do(cast, tour):
    decide = "Decide with {} what comes next: the tour ends soon, and nothing is agreed"
    assert sentences(cast.alice) == [decide.format("Bob Brand")]
    step = record(tour, cast.bob)
    assert sentences(cast.bob) == []
    assert sentences(cast.alice) == ["Confirm what you agreed on with Bob Brand, or record something else"]
    confirm(step, cast.alice)
    assert sentences(cast.bob) == ["Write the next tour that you agreed on with Alice Ames"]
    record(tour, cast.alice, Outcome.UNDECIDED)
    assert sentences(cast.bob) == ["Confirm what you agreed on with Alice Ames, or record something else"]
    assert sentences(cast.alice) == ["Write the next tour that you agreed on with Bob Brand"]
    agree(tour, Outcome.EXTENSION)
    assert sentences(cast.bob) == ["Write the extension that you agreed on with Alice Ames"]
    agree(tour, Outcome.PART_WELL)
    assert sentences(cast.alice) == sentences(cast.bob) == []


def test_once_it_is_agreed_nobody_is_asked_what_they_want_next(cast, tour):
    make_checkin(tour, TODAY, kind=Kind.NEXT_TOUR)
    assert [kind for kind, *_ in put_together(waiting(cast.alice, TODAY))] == ["next_tour"]
    agree(tour, Outcome.MOVE)
    assert not put_together(waiting(cast.alice, TODAY))


@pytest.mark.parametrize("address", ["/tours/?show=undecided", "/tours/without/", "/promises/"])
def test_in_a_company_of_many_teams_those_with_the_most_are_named(cast, as_, address, monkeypatch):
    due = [{"due_on": TODAY - timedelta(days=90)}]
    span = {"starts_on": TODAY - timedelta(days=300), "ends_on": TODAY + timedelta(days=40)}
    for n, team in enumerate(("Sales", "Marketing", "Marketing", "Marketing")):
        person = make_person(f"Person {n}")
        make_position(person, team)
        make_line(person, cast.carol)
        if "without" not in address:
            make_signed_tour(person, cast.carol, promises=due, **span)
    monkeypatch.setattr(teams, "MOST", 1)
    page = as_(cast.heidi).get(address)
    (team,) = page.context["teams"]
    assert "Marketing" in str(team)
    assert page.context["further"] > 0
    assert "not named here" in page.text


def test_hr_sees_how_many_in_which_department_and_never_who_said_what(cast, as_, tour):
    mary = make_person("Mary Moor")
    make_position(mary, "Sales")
    make_line(mary, cast.carol)
    ending(mary, cast.carol)
    record(tour, cast.bob, Outcome.PART_WELL, "Narwhal")
    assert "2 tours are undecided near their end" in [item.sentence for item in todo(cast.heidi, TODAY)]
    page = as_(cast.heidi).get(reverse("tours") + "?show=undecided")
    assert [(team.name, team.count) for team in page.context["teams"]] == [("Engineering", 1), ("Sales", 1)]
    assert "Undecided near the end" in page.text
    assert "not named here" not in page.text
    for url in (reverse("tours") + "?show=undecided", tour.get_absolute_url()):
        seen = as_(cast.heidi).get(url).text
        assert "Narwhal" not in seen
        assert "To part well" not in seen
    assert "teams" not in as_(cast.bob).get(reverse("tours") + "?show=undecided").context


def test_on_what_both_have_agreed_of_an_open_ended_tour_two_ways_of_asking_say_the_same(cast):
    """Lists and letters ask whether it is so and so; the front page reads once what it is."""
    open_ended = {"starts_on": TODAY - timedelta(days=300), "ends_on": None, "review_on": TODAY}
    tour = make_signed_tour(cast.alice, cast.bob, **open_ended)

    def agreed() -> str | None:
        (row,) = with_what_is_agreed(Tour.objects.filter(pk=tour.pk))
        read: str | None = vars(row)["agreed"]
        asked = [each for each in DECIDED_ONES if Tour.objects.filter(both_agreed(Q(outcome=each))).exists()]
        assert asked == [each for each in Outcome if each == read]
        return read

    assert agreed() is None
    for outcome in Outcome:
        make_next_step(tour, outcome, confirmed_at=NOW)
        make_next_step(tour, Outcome.MOVE)
        assert agreed() == (outcome if outcome in DECIDED_ONES else None)
    make_next_step(tour, Outcome.EXTENSION, confirmed_at=NOW)
    make_amended_tour(tour, **open_ended)
    assert agreed() is None
