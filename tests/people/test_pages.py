"""Who is here, who one is, and who looked: what is shown to whom, with how many queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from people import services
from people.models import Access, Department, Employment, Person
from tests.factories import (
    TODAY,
    make_amended_tour,
    make_line,
    make_person,
    make_position,
    make_signed_tour,
)

pytestmark = pytest.mark.django_db

PEOPLE = reverse("people")


def page(person: Person) -> str:
    return reverse("person", args=[person.pk])


def names(client: Client, **asked: str) -> set[str]:
    answer = client.get(PEOPLE, asked)
    assert answer.status_code == 200
    return {person.get_short_name() for person in answer.context["page"]}


class TestPeople:
    def test_hr_sees_everybody_and_others_their_own_line(self, cast, as_):
        assert names(as_(cast.heidi)) == {"Alice", "Bob", "Carol", "Dan", "Heidi", "Mallory"}
        assert names(as_(cast.carol)) == {"Alice", "Bob", "Carol"}
        assert names(as_(cast.mallory)) == {"Mallory"}

    def test_leavers_are_not_among_the_current(self, cast, as_):
        make_person("Lea Lind", left_on=TODAY - timedelta(days=1))
        make_person("Nora New", hired_on=TODAY + timedelta(days=1))
        heidi = as_(cast.heidi)
        assert not {"Lea", "Nora"} & names(heidi)
        assert names(heidi, show="left") == {"Lea"}
        assert {"Lea", "Nora", "Alice"} <= names(heidi, show="all")

    def test_hr_finds_who_is_here_and_has_no_manager(self, cast, as_):
        former, later = make_person("Fay Former"), make_person("Lou Later")
        make_line(former, cast.bob, since=TODAY - timedelta(days=9), until=TODAY - timedelta(days=1))
        make_line(later, cast.bob, since=TODAY + timedelta(days=1))
        make_person("Lea Lind", left_on=TODAY - timedelta(days=1))
        heidi = as_(cast.heidi)
        found = names(heidi, show="unmanaged")
        assert {"Fay", "Lou"} <= found
        assert not found & {"Alice", "Bob", "Lea"}
        assert names(heidi, show="unmanaged", q="fay") == {"Fay"}
        assert "employed now, without a manager" in heidi.get(PEOPLE).text

    def test_nobody_else_does(self, cast, as_):
        assert as_(cast.carol).get(PEOPLE, {"show": "unmanaged"}).status_code == 400
        assert "without a manager" not in as_(cast.carol).get(PEOPLE).text

    def test_a_filter_is_kept_in_the_address(self, cast, as_):
        heidi = as_(cast.heidi)
        assert names(heidi, q="ALI") == {"Alice"}
        assert names(heidi, department="sales") == {"Mallory"}
        assert names(heidi, department="Sales", q="alice") == set()
        answer = heidi.get(PEOPLE, {"q": "ali", "show": "all"})
        assert 'value="ali"' in answer.text

    def test_a_filter_cannot_widen_what_one_sees(self, cast, as_):
        assert names(as_(cast.mallory), show="all", q="a") == {"Mallory"}

    @pytest.mark.parametrize("asked", [{"show": "odd"}, {"q": "a\0b"}, {"q": "x" * 201}])
    def test_an_odd_filter_is_refused_in_words(self, cast, as_, asked):
        answer = as_(cast.heidi).get(PEOPLE, asked)
        assert answer.status_code == 400
        assert list(answer.context["page"]) == []

    def test_the_name_is_no_markup(self, cast, as_):
        make_person("<b>Bad</b>")
        assert "<b>Bad</b>" not in as_(cast.heidi).get(PEOPLE).text

    @pytest.mark.parametrize("viewer", ["heidi", "carol", "alice"])
    def test_ten_times_the_people_take_the_same_six_queries(self, cast, as_, viewer, statements):
        client = as_(getattr(cast, viewer))
        for rows in (3, 30):
            for _ in range(rows):
                person = make_person()
                make_position(person)
                make_line(person, cast.bob)
            assert len(statements(client, PEOPLE, has="Alice Ames")) <= 6

    def test_fifty_stand_on_a_page(self, cast, as_):
        for _ in range(60):
            make_person()
        heidi = as_(cast.heidi)
        assert len(heidi.get(PEOPLE).context["page"]) == 50
        assert len(heidi.get(PEOPLE, {"page": 2}).context["page"]) == 16


class TestPerson:
    @pytest.mark.parametrize("viewer", ["alice", "bob", "carol", "heidi"])
    def test_those_above_hr_and_oneself_see_work_and_tours(self, cast, as_, viewer):
        tour = make_signed_tour(cast.alice, cast.bob)
        answer = as_(getattr(cast, viewer)).get(page(cast.alice))
        assert answer.status_code == 200
        assert [row[0] for row in answer.context["rows"]] == [tour]
        assert "Employed" in answer.text

    @pytest.mark.parametrize("viewer", ["dan", "mallory"])
    def test_a_stranger_and_a_former_manager_find_nothing(self, cast, as_, viewer):
        assert as_(getattr(cast, viewer)).get(page(cast.alice)).status_code == 404

    def test_the_managers_above_are_shown_without_their_work(self, cast, as_):
        make_signed_tour(cast.carol, cast.dan)
        answer = as_(cast.alice).get(page(cast.carol))
        assert answer.status_code == 200
        shown = answer.text.partition("<main")[2]  # the head says of every page what the site is
        assert "Employed" not in shown
        assert "Tours of duty" not in shown

    def test_what_they_did_and_will_do_is_their_work_too(self, cast, as_):
        moves = TODAY + timedelta(days=30)
        services.set_position(cast.bob, Department.objects.get(name="Sales"), "Seller", since=moves)
        services.end_employment(cast.bob, last_day=moves + timedelta(days=9), ending="resignation")
        assert "Seller" in as_(cast.carol).get(page(cast.bob)).text
        seen_from_below = as_(cast.alice).get(page(cast.bob)).text
        assert "Seller" not in seen_from_below
        assert "Positions" not in seen_from_below
        assert "Engineering" in seen_from_below

    def test_how_it_ended_is_for_hr_alone(self, cast, as_):
        services.end_employment(
            cast.alice,
            last_day=TODAY,
            ending=Employment.Ending.DISMISSAL,
            note="secret note",
            regretted=True,
            regretted_reason="secret reason",
        )
        for viewer in (cast.alice, cast.bob):
            answer = as_(viewer).get(page(cast.alice))
            assert answer.status_code == 200
            assert "secret" not in answer.text
            assert "Dismissal" not in answer.text
        assert "secret reason" in as_(cast.heidi).get(page(cast.alice)).text

    def test_a_leaver_reads_their_own_page_and_nobody_elses(self, cast, as_):
        services.end_employment(cast.alice, last_day=date(2026, 1, 1), ending="resignation")
        lea = as_(cast.alice)
        assert lea.get(page(cast.alice)).status_code == 200
        assert lea.get(page(cast.bob)).status_code == 404

    @pytest.mark.parametrize("viewer", ["alice", "bob", "carol", "heidi"])
    @pytest.mark.parametrize("with_whom", ["bob", "dan"])
    def test_it_takes_eight_queries_however_much_there_is(self, cast, as_, viewer, with_whom, statements):
        client, taken = as_(getattr(cast, viewer)), []
        for more in (1, 5):
            for _ in range(more):
                tour = make_signed_tour(cast.alice, getattr(cast, with_whom))
            taken.append(len(statements(client, page(cast.alice), has=tour.get_absolute_url())))
        assert taken[0] == taken[1] <= 8

    def test_nobody_is_looked_for_whom_it_does_not_name(self, cast, as_, statements):
        """To who handed a tour over it names who took it over from them, and not who came after that."""
        carol, taken = as_(cast.carol), []
        for more in (1, 4):
            for _ in range(more):
                tour = make_signed_tour(cast.alice, cast.carol)
                for manager in (make_person(), make_person()):
                    make_amended_tour(tour, manager)
            taken.append(len(statements(carol, page(cast.alice), has=tour.get_absolute_url())))
        assert taken[0] == taken[1] <= 8

    def test_who_manages_somebody_is_not_looked_for_up_the_tree(self, cast, as_):
        make_signed_tour(cast.alice, cast.bob)
        bob = as_(cast.bob)
        with CaptureQueriesContext(connection) as queries:
            assert "Employed" in bob.get(page(cast.alice)).text
        assert not [query["sql"] for query in queries if "RECURSIVE" in query["sql"]]


class TestWhoLooked:
    def test_one_sees_who_looked_newest_first(self, cast, as_):
        now = timezone.now()
        services.note_access(cast.heidi, cast.alice, "Terms, version 1", now)
        services.note_access(cast.heidi, cast.alice, "Terms, version 2", now + timedelta(hours=1))
        answer = as_(cast.alice).get(reverse("access_log"))
        assert [row.what for row in answer.context["page"]] == ["Terms, version 2", "Terms, version 1"]
        assert "Heidi Hart" in answer.text

    def test_what_was_looked_at_is_told_in_words_with_a_link_that_opens(self, cast, as_):
        tour = make_signed_tour(cast.alice, cast.bob)
        services.note_accesses(
            cast.heidi, [(cast.alice, f"tour {tour.pk}"), (cast.alice, "story")], timezone.now()
        )
        services.note_access(cast.heidi, cast.alice, "letters due", timezone.now())
        alice = as_(cast.alice)
        text = alice.get(reverse("access_log")).text
        assert f"tour {tour.pk}<" not in text
        for path, told in (
            (tour.get_absolute_url(), "A tour of yours"),
            (reverse("story", args=[cast.alice.pk]), "Your tours, as one story"),
        ):
            assert f'<a href="{path}">{told}</a>' in text
            assert alice.get(path).status_code == 200
        assert ">The letters due to you</td>" in text

    def test_nobody_sees_who_looked_at_others(self, cast, as_):
        services.note_access(cast.heidi, cast.alice, "Terms, version 1", timezone.now())
        for viewer in (cast.bob, cast.heidi, cast.mallory):
            assert "version 1" not in as_(viewer).get(reverse("access_log")).text

    def test_more_rows_take_no_more_queries(self, cast, as_, django_assert_max_num_queries):
        client = as_(cast.alice)
        for number in range(30):
            Access.objects.create(
                viewer=make_person(), person=cast.alice, what=f"Terms {number}", at=timezone.now()
            )
        with django_assert_max_num_queries(8):
            assert client.get(reverse("access_log")).text.count("Terms ") >= 30

    def test_a_name_links_only_where_the_page_opens(self, cast, as_):
        for viewer in (cast.carol, cast.heidi):
            services.note_access(viewer, cast.alice, "Terms", timezone.now())
        text = as_(cast.alice).get(reverse("access_log")).text
        assert page(cast.carol) in text
        assert page(cast.heidi) not in text


class TestSettings:
    def test_language_and_time_zone_are_ones_own(self, cast, as_):
        client = as_(cast.alice)
        typed = {"language": "de", "time_zone": "Europe/Berlin", "letters_at": "7", "one_digest": "False"}
        answer = client.post(reverse("my_settings"), typed)
        assert answer.url == reverse("my_settings")
        cast.alice.refresh_from_db()
        assert (cast.alice.language, cast.alice.time_zone) == ("de", "Europe/Berlin")
        assert 'lang="de"' in client.get(reverse("my_settings")).text

    @pytest.mark.parametrize("wrong", [{"language": "xx"}, {"time_zone": "Mars/Base"}])
    def test_what_does_not_exist_is_refused(self, cast, as_, wrong):
        assert as_(cast.alice).post(reverse("my_settings"), wrong).status_code == 400
        cast.alice.refresh_from_db()
        assert (cast.alice.language, cast.alice.time_zone) == ("", "")
