"""Pages of programmes ask as little of the database with many people as with few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from people.models import Person
from tests.factories import make_giving, make_line, make_person, make_pledge, make_programme
from tests.tours.test_programme_views import TODAY, edit, give, told, typed
from tours.giving.working import work
from tours.models import Giving, Programme


@pytest.fixture
def programme(cast) -> Programme:
    programme = make_programme(cast.heidi)
    make_pledge(programme.newest)
    return programme


class TestQueries:
    """Session and user included; the same for ten rows and for twenty."""

    def asked(self, client, path, data=None) -> int:
        with CaptureQueriesContext(connection) as queries:
            reply = client.get(path) if data is None else client.post(path, data)
        assert reply.status_code in (200, 302), told(reply)
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    @pytest.mark.parametrize("who", ["heidi", "bob"])
    def test_pages(self, cast, as_, programme, who):
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
        first = {path: self.asked(client, path) for path in paths}
        grow()
        assert {path: self.asked(client, path) for path in paths} == first
        assert {path: n for path, n in first.items() if n > paths[path]} == {}

    def test_saving_and_giving(self, cast, as_, programme):
        client = as_(cast.heidi)
        assert self.asked(client, edit(programme), typed(base=1, mission="New.")) <= 10
        people = [make_person().pk for _ in range(30)]
        for person in Person.objects.filter(pk__in=people):
            make_line(person, cast.bob)
        data = {"starts_on": TODAY, "whom": "ticked", "people": people, "count": 30}
        few = self.asked(client, give(programme), data | {"people": people[:5], "count": 5, "key": KEYS[0]})
        assert (
            self.asked(client, give(programme), data | {"key": KEYS[1]}) == few <= 15
        )  # looks who can get it


KEYS = ("6fa459ea-ee8a-3ca4-894e-db77e160355e", "16fd2706-8baf-433b-82eb-8c7fada847da")
