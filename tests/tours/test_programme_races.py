"""Two people, or a person and a worker, at the same programme at once, against a real Postgres."""

from uuid import uuid4

import pytest

from tests.factories import DAY, NOW, make_giving, make_hr, make_line, make_person, make_programme
from tests.racing import at_once, rounds
from tours import services
from tours.giving import working
from tours.models import Giving, Programme, Tour
from tours.services import Refused

pytestmark = pytest.mark.django_db(transaction=True)


def programme_of(hr):
    make_hr(hr)
    return make_programme(hr)


def team():
    boss, people = make_person(), [make_person() for _ in range(30)]
    for person in people:
        make_line(person, boss)
    return people


def tours_of(people):
    return Tour.objects.filter(employee__in=people)


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(working, "CHUNK", 5)


@rounds()
def test_of_two_who_save_at_once_one_is_told(alice, hr):
    programme = programme_of(hr)

    def save(months):
        words = Programme.objects.get(pk=programme.pk).newest
        words.months = months
        return services.save_programme(programme, words, [], base=1, actor=hr, now=NOW)

    results = at_once(lambda: save(10), lambda: save(20))
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert programme.revisions.count() == 2


@rounds()
def test_a_double_click_copies_once(alice, hr):
    programme = programme_of(hr)
    before = Programme.objects.count()
    one, other = at_once(*[lambda: services.copy_programme(programme, actor=hr, now=NOW)] * 2)
    assert one == other
    assert Programme.objects.count() == before + 1


@rounds()
def test_a_double_click_begins_one_giving(alice, hr):
    programme, people = programme_of(hr), team()
    key, ids = uuid4(), [person.pk for person in people]
    one, two = at_once(*[lambda: services.give(programme.newest, ids, DAY, key=key, actor=hr, now=NOW)] * 2)
    assert one == two
    assert Giving.objects.get(key=key).given.count() == len(people)


@rounds()
def test_who_is_stopped_has_no_tour_and_who_has_one_is_not_stopped(alice, hr):
    programme, people = programme_of(hr), team()
    giving = make_giving(programme, people, hr)
    at_once(
        lambda: working.work(NOW),
        lambda: working.work(NOW),
        lambda: services.stop_giving(giving, actor=hr, now=NOW),
    )
    assert set(giving.given.values_list("outcome", flat=True)) <= {"given", "stopped"}
    assert giving.given.filter(outcome="given").count() == tours_of(people).count()
    assert not giving.given.filter(outcome="stopped", tour__isnull=False).exists()


@rounds()
def test_two_givings_to_the_same_people_give_each_one_tour(alice, hr):
    programme, people = programme_of(hr), team()
    other = make_programme(hr, name="Other")
    for which in (programme, other):
        make_giving(which, people, hr)
    at_once(lambda: working.work(NOW), lambda: working.work(NOW))
    working.work(NOW)  # the next tick: what somebody else was at
    assert tours_of(people).count() == len(people)
    assert tours_of(people).values("employee").distinct().count() == len(people)
