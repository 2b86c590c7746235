"""A prepared query answers as the query itself would, whatever it is asked with; or it refuses to be made."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import DataError, NotSupportedError, connection, transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Value
from django.db.models.functions import JSONObject
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliance_site.outbox.models import Heartbeat
from people.along import Unprepared
from people.days import add_months
from people.few import one_of
from people.models import Department, Employment, Person, Position, ReportingLine
from people.prepared import LONG_AGO, Choice, prepared
from tests.factories import DAY, NOW, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast):
    return [*vars(cast).values(), make_person("Zoë Zimmer")]


def reports(person, on, weeks=0):
    lines = ReportingLine.objects.current(on - timedelta(weeks=weeks)).filter(
        Q(manager=person) | Q(manager_id=person.pk), person=OuterRef("pk")
    )
    return Person.objects.filter(Exists(lines)).order_by("name")


@pytest.mark.parametrize("on", [DAY, date(2024, 12, 31), date(2024, 2, 29), date(1999, 1, 1)])
def test_it_finds_what_the_query_finds_for_everybody_and_on_every_day(people, on):
    ask = prepared(reports)
    for person in people:
        assert list(ask(person, on)) == list(reports(person, on))


def test_queries_put_together_are_one(people):
    def both(person, on):
        return reports(person, on).order_by().union(reports(person, on - timedelta(days=200)).order_by())

    ask = prepared(both)
    found = [set(ask(person, date(2025, 3, 1))) for person in people]
    assert found == [set(both(person, date(2025, 3, 1))) for person in people]
    assert any(found)


def test_days_before_and_after_follow_what_is_given(cast):
    ask = prepared(lambda person, on: reports(person, on, weeks=1))
    assert [list(ask(cast.bob, date(2025, 1, day))) for day in (7, 8)] == [[], [cast.alice]]


def test_words_and_choices_make_queries_of_their_own(cast):
    ask = prepared(
        lambda name, big: Person.objects.filter(**{f"name__{'startswith' if big else 'exact'}": name})
    )
    assert [list(ask("Bob", True)), list(ask("Bob", False)), list(ask("Bob Brand", False))] == [
        [cast.bob],
        [],
        [cast.bob],
    ]


@dataclass(frozen=True)
class Few(Choice):
    days: int


@dataclass(frozen=True)
class Asked:
    among: tuple[int, ...] | None
    by: tuple[int, date] | None
    before: Few = Few(0)


def test_what_is_made_of_several_is_taken_apart_but_for_a_choice(cast):
    made = []

    def build(asked):
        made.append(asked)
        rows = Person.objects.filter(one_of("pk", asked.among)) if asked.among is not None else Person.objects
        if asked.by:
            manager, on = asked.by
            lines = ReportingLine.objects.current(on - timedelta(asked.before.days)).filter(manager=manager)
            rows = rows.filter(reporting_lines__in=lines)
        return rows.order_by("pk")

    ask, (alice, bob), day = prepared(build), (cast.alice, cast.bob), date(2025, 1, 8)
    asked = [
        *(Asked(keys, None) for keys in [None, (), (alice.pk,), (alice.pk, bob.pk)]),
        *(Asked(keys, (bob.pk, day)) for keys in [None, (), (alice.pk,), (bob.pk,)]),
        *(Asked(None, (manager.pk, day), Few(days)) for manager in (alice, bob) for days in (1, 2, 400)),
    ]
    found = [list(ask(each)) for each in asked]
    queries = len(made)
    assert found == [list(build(each)) for each in asked]
    assert found[2:5] == [[alice], [alice, bob], [alice]]
    assert queries == 7 * len(LONG_AGO), "one of all, of keys, by somebody, of both, and of each choice"


def test_moments_and_keys_and_values_lists(cast):
    ask = prepared(
        lambda key, now: Person.objects.with_duties(now).filter(pk=key).values_list("name", "is_hr")
    )
    assert list(ask(cast.heidi.pk, NOW)) == [("Heidi Hart", True)]
    assert list(ask(cast.bob.pk, NOW)) == [("Bob Brand", False)]


def test_what_hr_sees_is_not_what_others_see(cast):
    ask = prepared(lambda viewer, on: Person.objects.visible_to(viewer, on).order_by("pk"))
    for viewer in (cast.heidi, cast.bob, cast.mallory, cast.heidi):
        assert list(ask(viewer, DAY)) == list(Person.objects.visible_to(viewer, DAY).order_by("pk"))


def test_rows_that_belong_to_a_row_know_it_without_a_query(cast, django_assert_num_queries):
    ask = prepared(lambda person: person.employments.all())
    for person in Person.objects.with_duties(NOW).filter(pk__in=[cast.alice.pk, cast.bob.pk]):
        with django_assert_num_queries(1):
            assert {employment.person for employment in ask(person)} == {person}


def test_how_columns_are_read_is_found_out_once(cast, monkeypatch):
    ask = prepared(lambda key: Person.objects.filter(pk=key).values_list(JSONObject(name="name"), flat=True))
    assert list(ask(cast.bob.pk)) == [{"name": "Bob Brand"}]
    monkeypatch.delattr(SQLCompiler, "get_converters")
    assert list(ask(cast.dan.pk)) == [{"name": "Dan Drew"}]


def test_it_is_compiled_once_in_each_zone(cast):
    made, said = [], []
    ask = prepared(lambda on: made.append(on) or Person.objects.filter(last_login__date__gte=on))
    for zone in ("UTC", "Pacific/Auckland", "UTC"):
        with timezone.override(zone), CaptureQueriesContext(connection) as queries:
            list(ask(DAY))
            said += [query["sql"] for query in queries]
    assert len(made) == 2 * len(LONG_AGO)
    assert "'UTC'" in said[0]
    assert "'Pacific/Auckland'" in said[1]
    assert "SELECT" not in said[2], "Postgres has kept it"


@pytest.mark.parametrize(
    "build",
    [
        lambda person, on: Person.objects.filter(name=person.name),
        lambda person, on: Person.objects.filter(pk__in=[p.pk for p in Person.objects.all()]),
        lambda person, on: Employment.objects.filter(hired_on__lte=add_months(on, -1)),
        lambda person, on: Employment.objects.filter(hired_on__week_day=on.isoweekday()),
        lambda person, on: Employment.objects.filter(hired_on__lte=on - timedelta(days=40_000)),
        lambda person, on: Person.objects.annotate(said=Value(f"since {on}")),
        lambda person, on: Person.objects.annotate(said=Value(f"person {person.pk}")),
        lambda person, on: Person.objects.prefetch_related("employments__person"),
        lambda person, on: Person.objects.prefetch_related(Prefetch("employments", to_attr="jobs")),
    ],
    ids=[
        "a name",
        "a query",
        "months",
        "a weekday",
        "too far",
        "a spelt day",
        "a spelt key",
        "many to many",
        "by another name",
    ],
)
def test_what_would_stay_as_it_was_the_first_time_is_refused(cast, build):
    with pytest.raises((Unprepared, Person.DoesNotExist)):
        prepared(build)(cast.bob, DAY)


@pytest.mark.parametrize(
    "build",
    [
        lambda key, on: Person.objects.filter(pk=key + 1),
        lambda key, on: Person.objects.filter(pk__lt=key - 1),
        lambda key, on: Person.objects.order_by("pk")[:key],
    ],
    ids=["the next", "before", "so many"],
)
def test_a_sum_with_a_key_is_refused(cast, build):
    with pytest.raises(Unprepared, match="another one for others"):
        prepared(build)(2, DAY)


@pytest.mark.parametrize("more", ["all", "count", "exists", "first"])
def test_what_was_prepared_is_not_narrowed_down_for_everybody_after(cast, more):
    ask = prepared(reports)
    with pytest.raises(Unprepared, match="read as it is"):
        getattr(ask(cast.bob, DAY), more)()
    assert list(ask(cast.bob, DAY)) == list(reports(cast.bob, DAY))


def test_a_thing_without_a_stand_in_is_refused():
    with pytest.raises(Unprepared, match="no stand-in for dict"):
        prepared(lambda keys: Person.objects.filter(pk__in=keys))({1: 2})


def test_a_list_of_keys_may_be_of_any_length(cast):
    ask, everybody = prepared(lambda keys: Person.objects.filter(one_of("pk", keys)).order_by("pk")), []
    for person in sorted(vars(cast).values(), key=lambda person: person.pk):
        assert list(ask([each.pk for each in everybody])) == everybody
        everybody.append(person)
    with pytest.raises(Unprepared, match="one_of"):
        prepared(lambda keys: Person.objects.filter(pk__in=keys))([1])


@pytest.mark.parametrize("key", [2**63 - 1, 2**63, 10**30])
def test_a_key_that_no_row_can_have_finds_nothing(cast, client, key):
    assert not list(prepared(lambda key: Person.objects.filter(pk=key))(key))
    client.force_login(cast.bob)
    for page in ("people", "tours", "check-ins"):
        assert client.get(f"/{page}/{key}/").status_code == 404


def test_what_is_fetched_along_is_what_django_would_fetch(people, django_assert_num_queries):
    """Of each row its own, as of the day asked for; nothing where there is nothing."""

    def build(person, on):
        lines = ReportingLine.objects.current(on).filter(person=OuterRef("person"))
        hired = Employment.objects.filter(hired_on__lte=on).annotate(managed=Exists(lines))
        theirs = Q(pk=person.pk) | Q(reporting_lines__manager=person)
        rows = Person.objects.filter(theirs).distinct().order_by("pk")
        return rows.prefetch_related(Prefetch("employments", hired), "positions")

    def told(rows):
        return [
            (row, [(one, one.managed, one.person) for one in row.employments.all()], [*row.positions.all()])
            for row in rows
        ]

    ask = prepared(build)
    for person in people:
        for on in (DAY, date(2019, 1, 1)):
            assert told(ask(person, on)) == told(build(person, on))
    positions = next(iter(ask(people[0], DAY))).positions.all()
    with django_assert_num_queries(0), pytest.raises(Unprepared, match="read as it is"):
        positions.filter(since__lte=DAY)


def test_what_is_fetched_along_may_lie_further_away(cast):
    energy = Department.objects.create(name="Energy")
    turbines = Department.objects.create(name="Turbines", parent=energy)
    years = {"since": date(2010, 1, 1), "until": date(2011, 1, 1)}
    Position.objects.create(person=cast.bob, department=turbines, title="Engineer", **years)
    ask = prepared(
        lambda key: Department.objects.filter(pk=key).prefetch_related("children", "children__positions")
    )
    (found,) = ask(energy.pk)
    (child,) = found.children.all()
    assert [position.person for position in child.positions.all()] == [cast.bob]


def test_what_is_asked_in_turn_by_many_at_once_is_never_another_ones(cast):
    """Rows are read one by one from several that were asked before any was read."""
    ask = prepared(reports)
    days = (DAY, date(2024, 6, 1))
    asked = [(person, on, ask(person, on)) for person in vars(cast).values() for on in days]
    for person, on, found in reversed(asked):
        assert list(found) == list(reports(person, on))


def test_it_is_one_statement_the_first_time_as_well(cast, django_assert_num_queries):
    ask, found = prepared(reports), list(reports(cast.bob, DAY))
    assert cast.bob.is_hr is False  # known from here on
    for _time in range(2):
        with django_assert_num_queries(1):
            assert list(ask(cast.bob, DAY)) == found


def test_an_error_costs_only_that_once(cast):
    ask = prepared(lambda person, key: reports(person, DAY).annotate(n=Value(1) / F("pk") / (F("pk") - key)))
    alice = cast.alice.pk
    for key, fails in ((alice, True), (0, False), (alice, True), (0, False)):
        try:
            with transaction.atomic():
                found = list(ask(cast.bob, key))
        except DataError:
            assert fails
        else:
            assert not fails
            assert cast.alice in found


def test_a_column_that_a_release_changes_meanwhile_costs_one_error(db):
    ask = prepared(lambda at: Heartbeat.objects.filter(at__lte=at))
    beat = Heartbeat.objects.create(name="plan", at=NOW)
    for _time in range(2):
        assert list(ask(NOW)) == [beat]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE outbox_heartbeat ALTER name TYPE text")
    with pytest.raises(NotSupportedError), transaction.atomic():
        list(ask(NOW))
    for _time in range(2):
        assert list(ask(NOW)) == [beat]


@pytest.mark.parametrize(("pooled", "keep_plan"), [(True, True), (False, False)])
def test_behind_a_pooler_and_where_the_values_matter_no_plan_is_kept(cast, monkeypatch, pooled, keep_plan):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", pooled)
    ask = prepared(reports, keep_plan=keep_plan)
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert list(ask(cast.bob, DAY)) == list(reports(cast.bob, DAY))
        assert "SELECT" in queries[0]["sql"]
        assert "PREPARE" not in queries[0]["sql"]


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_knows_nothing_yet(cast):
    ask = prepared(reports)
    list(ask(cast.bob, DAY))
    connection.close()
    assert list(ask(cast.bob, DAY)) == list(reports(cast.bob, DAY))


def test_no_more_forms_of_a_query_are_kept_than_there_may_be(monkeypatch):
    """Of which somebody could ask for hundreds, from one time zone after the other."""
    monkeypatch.setattr("people.prepared.MOST", 2)
    built: list[str] = []

    def build(kind):
        built.append(kind)
        return Person.objects.filter(name=kind)

    ask = prepared(build)
    for kind in ("a", "b", "a", "c", "a", "b"):
        ask(kind)
    assert [kind for kind, before in zip(built, [None, *built], strict=False) if kind != before] == [*"abcb"]
