"""What a worker does of a giving: a proposed tour for each who can get one, and a reason for the others."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import About
from people.models import ReportingLine, Role
from tests.factories import (
    DAY,
    NOW,
    make_employment,
    make_giving,
    make_line,
    make_person,
    make_pledge,
    make_position,
    make_programme,
    make_proposed_tour,
    make_signed_tour,
    make_tour,
)
from tests.reminding import planned
from tours import services
from tours.giving import working
from tours.giving.working import work
from tours.models import Given, Policy, Terms, Tour
from tours.reminders import terms_waiting

LATER = DAY + timedelta(days=30)


@pytest.fixture
def give(cast, programme):
    """Gives it to these people and lets the worker do its part; returns what came of each."""

    def give(*people, by=None, **kw):
        giving = make_giving(programme, list(people), by or cast.heidi, **kw)
        work(NOW)
        return [giving.given.get(person=person).outcome for person in people]

    return give


def test_each_gets_a_tour_with_their_manager_proposed_at_once(cast, programme, give):
    make_pledge(programme.newest, due_after=2)
    make_pledge(
        programme.newest, "employee", what="A talk.", due_after=10, due_unit="days", known_by="{start}"
    )
    assert give(cast.alice, cast.bob) == ["given", "given"]
    tour = Tour.objects.get(employee=cast.alice)
    assert (tour.manager, tour.type, tour.state) == (cast.bob, "rotational", "proposed")
    assert (tour.programme, tour.programme_revision) == (programme, programme.newest)
    terms = tour.versions.get()
    assert (terms.proposed_by, terms.created_by, terms.proposed_at) == (cast.heidi, cast.heidi, NOW)
    assert terms.mission == "Alice rotates through three teams from 16 Mar 2026 on."
    assert (terms.starts_on, terms.ends_on, terms.rhythm) == (DAY, date(2027, 9, 15), 2)
    assert terms.talk_on == terms.window_opens(Policy())
    promises = terms.promises.values_list("owed_by", "what", "due_on", "known_by")
    assert list(promises) == [
        ("employee", "A talk.", DAY + timedelta(days=10), "16 Mar 2026"),
        ("manager", "A mentor for Alice Ames.", date(2026, 5, 16), ""),
    ]


def test_the_employee_alone_asks_for_a_change_and_the_manager_writes_it(cast, as_, give):
    give(cast.alice)
    tour = Tour.objects.get(employee=cast.alice)
    offered = {
        name: [words for words in ("Ask for a change", "Write a counter-proposal") if words in page]
        for name in ("alice", "bob")
        for page in [as_(getattr(cast, name)).get(tour.get_absolute_url()).text]
    }
    assert offered == {
        "alice": ["Ask for a change", "Write a counter-proposal"],
        "bob": ["Write a counter-proposal"],
    }
    with pytest.raises(services.Refused):
        services.ask_for_change(tour.versions.get(), "Later.", actor=cast.bob, now=NOW)
    services.ask_for_change(tour.versions.get(), "Later.", actor=cast.alice, now=NOW)
    assert tour.versions.get(number=2).created_by == cast.bob


def test_the_letter_about_it_tells_each_what_they_can_do(cast, give):
    give(cast.alice)
    assert planned(terms_waiting, NOW) == {("Alice", 0), ("Bob", 0)}
    text = {person.name: Message.objects.get(recipient=person).text for person in (cast.alice, cast.bob)}
    assert "until then you can ask for a change." in text["Alice Ames"]
    assert "until then you can write a counter-proposal." in text["Bob Brand"]


def test_the_history_of_what_the_worker_writes_names_the_giver(cast, give):
    give(cast.alice)
    for model in (Tour, Terms):
        events = model.pgh_event_model.objects.select_related("pgh_context")
        assert [event.pgh_context.metadata["user"] for event in events if event.pgh_context] == [
            cast.heidi.pk
        ] * len(events)
        assert events


def test_a_promise_is_due_by_the_last_day(cast, programme, give):
    """As many months after the start as the tour has would be the day after it."""
    for days in ({"due_after": 18}, {"due_after": 18 * 31, "due_unit": "days"}, {"due_after": 17}):
        make_pledge(programme.newest, **days)
    give(cast.alice)
    promises = Terms.objects.get().promises.order_by("due_on").values_list("due_on", flat=True)
    assert list(promises) == [date(2027, 8, 16), date(2027, 9, 15), date(2027, 9, 15)]


def test_days_are_written_in_the_language_of_the_giver(cast, give):
    give(cast.alice, language="de")
    assert "16. März 2026" in Terms.objects.get().mission


def test_both_read_and_sign_as_always(cast, give):
    give(cast.alice)
    terms = Terms.objects.get()
    for side in (cast.alice, cast.bob):
        services.sign(terms, actor=side, now=NOW)
    assert Tour.objects.get().in_force == terms


def test_a_policy_fixes_when_the_next_tour_is_talked_about(cast, give):
    policy = Policy.objects.create(
        number=1, holds_from=DAY, made_by=cast.heidi, made_at=NOW, lead_days_rotational=30
    )
    give(cast.alice)
    terms = Terms.objects.get()
    assert (terms.policy, terms.ends_on - terms.talk_on) == (policy, timedelta(days=30))


def test_both_get_a_letter_though_neither_wrote_it(cast, give):
    give(cast.alice)
    call_command("check")  # the occasions are loaded
    from tours.reminders import terms_waiting

    dues = [due.recipient_id for rows in terms_waiting.due(NOW, About()) for due in rows]
    assert sorted(dues) == sorted([cast.alice.pk, cast.bob.pk])


def test_later_revisions_touch_nobodys_terms(cast, programme, give):
    give(cast.alice)
    before = Terms.objects.values().get()
    newer = programme.newest
    newer.mission = "Something else."
    services.save_programme(programme, newer, [], base=1, actor=cast.heidi, now=NOW)
    assert Terms.objects.values().get() == before
    assert Tour.objects.get().programme_revision.number == 1


class TestWhoCannotGetOne:
    def test_who_has_no_manager(self, cast, give):
        assert give(cast.carol, cast.alice) == ["no_manager", "given"]

    def test_who_has_left(self, cast, give):
        lea = make_person(hired_on=date(2020, 1, 1), left_on=DAY - timedelta(days=1))
        assert give(lea) == ["left"]

    def test_whose_manager_has_left(self, cast, give):
        boss, worker = make_person(left_on=DAY - timedelta(days=1)), make_person()
        make_line(worker, boss)
        assert give(worker) == ["no_manager"]

    def test_who_will_have_left_by_the_start(self, cast, give):
        ann = make_person(left_on=DAY + timedelta(days=5))
        make_line(ann, cast.bob)
        assert give(ann, starts_on=LATER) == ["not_employed"]

    def test_nobody_gives_themselves_a_tour(self, cast, give):
        make_line(cast.heidi, cast.carol)
        assert give(cast.heidi) == ["own"]

    @pytest.mark.parametrize("make", [make_signed_tour, make_proposed_tour])
    def test_who_has_a_tour_in_that_time(self, cast, give, make):
        make(cast.alice, cast.bob, starts_on=date(2025, 1, 1), ends_on=DAY)
        assert give(cast.alice) == ["overlaps"]

    def test_not_who_has_one_before_and_another_after(self, cast, give):
        make_signed_tour(cast.alice, cast.bob, starts_on=date(2025, 1, 1), ends_on=DAY - timedelta(days=1))
        make_signed_tour(cast.alice, cast.bob, starts_on=date(2027, 9, 16), ends_on=date(2029, 1, 1))
        assert give(cast.alice) == ["given"]

    def test_an_open_ended_tour_is_in_every_time(self, cast, give):
        dates = {"starts_on": date(2025, 1, 1), "ends_on": None, "review_on": date(2025, 6, 1)}
        make_signed_tour(cast.alice, cast.bob, type="foundational", **dates)
        assert give(cast.alice, starts_on=LATER) == ["overlaps"]

    def test_a_draft_is_a_secret_of_its_writer_and_says_nothing(self, cast, give):
        make_tour(cast.alice, cast.bob)
        assert give(cast.alice) == ["given"]

    def test_nobody_gets_it_twice(self, cast, give):
        assert give(cast.alice) == ["given"]
        assert give(cast.alice, starts_on=date(2030, 1, 1)) == ["again"]

    def test_who_declined_can_get_it_again(self, cast, give):
        give(cast.alice)
        services.decline(Terms.objects.get(), "Not now.", actor=cast.alice, now=NOW)
        assert give(cast.alice) == ["given"]

    def test_the_same_person_in_two_givings_gets_one_tour(self, cast, programme):
        other = make_programme(cast.heidi, name="Apprentices")
        givings = [make_giving(which, [cast.alice], cast.heidi) for which in (programme, other)]
        work(NOW)
        assert [giving.given.get().outcome for giving in givings] == ["given", "overlaps"]

    def test_a_name_that_is_missing_leaves_no_hole_in_the_text(self, cast):
        programme = make_programme(cast.heidi, mission="Learn what a {title} does in {department}.")
        ann, ben = make_person(), make_person()
        for person in (ann, ben):
            make_line(person, cast.bob)
        make_position(ann, "Sales", title="Seller")
        make_position(ben, "Sales")
        make_giving(programme, [ann, ben], cast.heidi)
        work(NOW)
        assert list(Given.objects.order_by("pk").values_list("outcome", flat=True)) == ["given", "unnamed"]
        assert Terms.objects.get().mission == "Learn what a Seller does in Sales."

    def test_who_is_yet_to_begin_gets_it_with_the_manager_of_the_first_day(self, cast, give):
        new = make_person(hired_on=None)
        make_employment(new, LATER)
        make_line(new, cast.bob, since=LATER)
        assert give(new, starts_on=LATER) == ["given"]
        assert Tour.objects.get().manager == cast.bob


class TestRights:
    def test_a_manager_gives_to_direct_reports_alone(self, cast, give):
        assert give(cast.alice, cast.bob, by=cast.carol, as_hr=False) == ["not_yours", "given"]

    def test_who_is_hr_no_more_gives_nothing_more(self, cast, give):
        Role.objects.update(until=DAY - timedelta(days=1))
        assert give(cast.alice) == ["not_allowed"]

    def test_a_manager_who_has_left_gives_nothing_more(self, cast, give):
        cast.bob.employments.update(left_on=DAY - timedelta(days=1), ending="resignation")
        assert give(cast.alice, by=cast.bob, as_hr=False) == ["not_allowed"]

    def test_a_report_who_changed_to_somebody_else_meanwhile_is_not_theirs(self, cast, give):
        ReportingLine.objects.filter(person=cast.alice, manager=cast.bob).update(manager=cast.dan)
        assert give(cast.alice, by=cast.bob, as_hr=False) == ["not_yours"]


def test_what_the_database_refuses_for_one_stops_nobody_else(cast, programme, monkeypatch, caplog):
    people = [make_person() for _ in range(5)]
    for person in people:
        make_line(person, cast.bob)
    people[2].name = "Nul"
    giving = make_giving(programme, people, cast.heidi)
    monkeypatch.setattr(working, "CHUNK", 3)
    # A name that the database takes and terms refuse: nothing but blanks in place of the mission.
    type(people[2]).objects.filter(pk=people[2].pk).update(name="\u3000")
    blank = make_programme(cast.heidi, name="Blank", mission="{employee}")
    type(giving).objects.filter(pk=giving.pk).update(revision=blank.newest)
    work(NOW)
    assert list(giving.given.order_by("pk").values_list("outcome", flat=True)) == [
        "given",
        "given",
        "failed",
        "given",
        "given",
    ]
    assert "could not be given" in caplog.text


def test_a_few_statements_for_any_number(cast, programme):
    make_pledge(programme.newest)

    def statements(number: int) -> int:
        people = [make_person() for _ in range(number)]
        for person in people:
            make_line(person, cast.bob)
        make_giving(programme, people, cast.heidi)
        with CaptureQueriesContext(connection) as queries:
            assert work(NOW) == number
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    few = statements(10)
    assert statements(20) == few <= 20


def test_nothing_to_do_is_one_look(db):
    with CaptureQueriesContext(connection) as queries:
        assert work(NOW) == 0
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 1
