"""Pages of programmes ask as little of the database with many people as with few."""

import pytest
from django.urls import reverse
from django.utils import timezone

from people.models import Person
from tests.factories import TODAY, make_giving, make_line, make_person, make_pledge, make_programme
from tests.tours.test_programme_views import edit, give, typed
from tours.giving.working import work
from tours.models import Giving, Programme


@pytest.fixture
def programme(cast) -> Programme:
    programme = make_programme(cast.heidi)
    make_pledge(programme.newest)
    return programme


class TestQueries:
    """Session and user included; the same for ten rows and for twenty."""

    @pytest.mark.parametrize("who", ["heidi", "bob"])
    def test_pages(self, cast, as_, programme, statements, who):
        client = as_(getattr(cast, who))

        def grow():
            for _ in range(10):
                person = make_person()
                make_line(person, cast.bob)
                make_programme(cast.heidi)
                by_hr = who == "heidi"
                giver = getattr(cast, who)
                make_giving(programme, [person, cast.carol], giver, as_hr=by_hr, starts_on=TODAY)
            work(timezone.now())

        grow()
        giving = Giving.objects.order_by("pk").last()
        paths = {
            reverse("programmes"): 6,
            programme.get_absolute_url(): 8,
            reverse("programme_revision", args=[programme.pk, 1]): 8,
            give(programme): 8,
            giving.get_absolute_url(): 8,
        }
        first = {path: len(statements(client, path, has="Graduates")) for path in paths}
        grow()
        assert {path: len(statements(client, path, has="Graduates")) for path in paths} == first
        assert {path: n for path, n in first.items() if n > paths[path]} == {}

    def test_saving_and_giving(self, cast, as_, programme, statements):
        client = as_(cast.heidi)
        assert len(statements(client, edit(programme), typed(base=1, mission="New."))) <= 10
        people = [make_person().pk for _ in range(30)]
        for person in Person.objects.filter(pk__in=people):
            make_line(person, cast.bob)
        programme.refresh_from_db()
        data = {"starts_on": TODAY, "whom": "ticked", "people": people, "count": 30}
        data["read"] = programme.newest.pk
        five = data | {"people": people[:5], "count": 5, "key": KEYS[0]}
        few = len(statements(client, give(programme), five))  # looks who can get it
        assert len(statements(client, give(programme), data | {"key": KEYS[1]})) == few <= 15


KEYS = ("6fa459ea-ee8a-3ca4-894e-db77e160355e", "16fd2706-8baf-433b-82eb-8c7fada847da")
