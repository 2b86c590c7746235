"""HR says that two departments are one: nobody moves, nothing is lost, and nobody else can."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from functools import partial
from html import unescape
from importlib import import_module

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from people import services, uniting
from people.departments import Departments
from people.measures import counts
from people.measures.periods import Period
from people.models import Department, FormerName, Position
from tests.factories import make_department, make_employment, make_hr, make_person, make_position
from tests.people.importing import Export, run
from tests.racing import at_once, meanwhile

pytestmark = pytest.mark.django_db

D = date
TODAY = D(2026, 3, 16)
YEAR = Period(D(2025, 1, 1), D(2025, 12, 31))
TOLD = "Somebody has changed one of the two since you looked."


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-03-16 09:00:00Z", tick=False):
        yield


@pytest.fixture
def heidi(cast, as_) -> Client:
    return as_(cast.heidi)


def url(department: Department) -> str:
    return reverse("department_unite", args=[department.pk])


def look(client: Client, department: Department, other: str):
    return client.get(url(department), {"department": other})


def confirm(client: Client, looked):
    """With what the page that was looked at would send."""
    context = looked.context
    typed = {"department": context["other"].name, "seen": context["seen"]}
    return client.post(reverse("department_unite", args=[context["node"].pk]), typed)


def names() -> dict[str, str | None]:
    the_casts = ["Engineering", "People", "Sales"]
    return dict(Department.objects.exclude(name__in=the_casts).values_list("name", "parent__name"))


def former() -> dict[str, str]:
    return dict(FormerName.objects.values_list("name", "department__name"))


class TestWhatHappens:
    def test_it_is_told_first_and_done_once_it_is_confirmed(self, cast, heidi):
        support, care = make_department("Support"), make_department("Care", make_department("Field"))
        make_department("Aid", support)
        gone = make_person(hired_on=D(2019, 1, 1), left_on=D(2025, 6, 30))
        make_position(gone, "Support", since=D(2019, 1, 1), until=D(2025, 6, 30))
        make_position(make_person(), "Support")
        days = list(Position.objects.order_by("pk").values_list("pk", "person", "title", "since", "until"))
        assert 'href="' + url(support) + '"' in heidi.get(support.get_absolute_url()).text
        page = look(heidi, support, " care ")
        assert "What happens when Support becomes Care" in page.text
        assert "People today: 1; on any day: 2." in page.text
        assert "Departments that come to be right below Care: 1." in page.text
        assert names() == {"Support": None, "Care": "Field", "Field": None, "Aid": "Support"}
        reply = confirm(heidi, page)
        assert reply.url == care.get_absolute_url()
        assert "“Support” is now part of “Care”." in heidi.get(reply.url).text
        assert names() == {"Care": "Field", "Field": None, "Aid": "Care"}
        assert care.positions.count() == 2
        assert not support.positions.exists()
        after = list(Position.objects.order_by("pk").values_list("pk", "person", "title", "since", "until"))
        assert after == days

    def test_the_other_may_be_said_by_what_it_was_called(self, heidi):
        support, care = make_department("Support"), make_department("Alpha")
        services.change_department(care, name="Care", above=None)
        looked = look(heidi, support, "alpha")
        assert "“alpha” is called Care today." in looked.text
        assert confirm(heidi, looked).url == care.get_absolute_url()

    def test_who_did_it_is_in_the_history_of_both_departments_and_positions(self, cast, heidi):
        support, care = make_department("Support"), make_department("Care")
        position = make_position(make_person(), "Support")
        confirm(heidi, look(heidi, support, "Care"))
        for row, said in ((support, "united_with_id"), (position, "department_id")):
            event = row.pgh_event_model.objects.get(pgh_obj=row, pgh_label="update")
            assert (getattr(event, said), event.pgh_context.metadata["user"]) == (care.pk, cast.heidi.pk)

    def test_the_page_of_the_one_that_stays_says_what_was_united_with_it_when_and_by_whom(self, cast, heidi):
        one, two, three = (make_department(name) for name in ("One", "Two", "Three"))
        uniting.unite(make_department("Five").pk, three.pk)
        uniting.unite(one.pk, two.pk)
        confirm(heidi, look(heidi, two, "Three"))
        page = heidi.get(three.get_absolute_url()).text
        event = three.pgh_event_model.objects.latest("pgh_id")  # by the clock of the database
        today = date_format(timezone.localtime(event.pgh_created_at))
        for name in ("One", "Two"):  # the first as a part of the second
            assert f"“{name}” was united with it on {today}, by {cast.heidi.name}." in page
        assert f"“Five” was united with it on {today}." in page
        assert "was united with it" not in heidi.get(make_department("Four").get_absolute_url()).text

    def test_which_former_names_went_where_is_in_the_history_too(self, cast, heidi):
        support, care = make_department("Support"), make_department("Care")
        services.change_department(support, name="Help", above=None)
        confirm(heidi, look(heidi, support, "Care"))

        def by(event):
            return event.pgh_context and event.pgh_context.metadata["user"]

        told = [
            (event.pgh_label, event.name, event.department_id, by(event))
            for event in FormerName.pgh_event_model.objects.order_by("pgh_id")
        ]
        assert told == [
            ("insert", "Support", support.pk, None),
            ("update", "Support", care.pk, cast.heidi.pk),
            ("insert", "Help", care.pk, cast.heidi.pk),
        ]

    def test_the_release_cannot_be_undone_once_any_were_united(self, db):
        module = import_module("people.migrations.0010_departments_united")
        refuses = module.Migration.operations[-1].reverse_sql
        support, care = make_department("Support"), make_department("Care")
        with connection.cursor() as cursor:
            cursor.execute(refuses)
            uniting.unite(support.pk, care.pk)
            with pytest.raises(DatabaseError, match="which cannot be taken back"), transaction.atomic():
                cursor.execute(refuses)

    def test_its_names_mean_the_other_and_may_be_anothers_again(self, db):
        care, support = make_department("Care"), make_department("Help")
        services.change_department(support, name="Support", above=None)
        uniting.unite(support.pk, care.pk)
        assert former() == {"Help": "Care", "Support": "Care"}
        assert Departments().called("sUPPORT").pk == Departments().called("help").pk == care.pk
        anew = services.add_department("Support")
        assert former() == {"Help": "Care"}
        uniting.unite(anew.pk, care.pk)
        assert former() == {"Help": "Care", "Support": "Care"}

    def test_two_that_differ_in_case_alone_can_be_one(self, tmp_path):
        upper, lower = make_department("Field"), make_department("field")
        uniting.unite(lower.pk, upper.pk)
        run(Export(tmp_path).write("1,Ann,ann@example.com,2020-01-01,,,field,,"))
        assert [each.department for each in Position.objects.all()] == [upper]
        assert names() == {"Field": None}

    def test_pages_and_imports_mean_the_same_by_a_name_that_another_has_in_another_case(
        self, cast, heidi, tmp_path
    ):
        _upper, lower, care = (make_department(name) for name in ("Field", "field", "Care"))
        uniting.unite(lower.pk, care.pk)
        run(Export(tmp_path).write("1,Ann,ann@example.com,2020-01-01,,,field,,"))
        assert [each.department for each in Position.objects.filter(person__number="1")] == [care]
        page = heidi.get(reverse("people"), {"department": "field"})
        assert ([each.name for each in page.context["page"]], "is called Care today" in page.text) == (
            ["Ann"],
            True,
        )
        address = reverse("person_position", args=[cast.alice.pk])
        form = heidi.get(address).context["form"]
        typed = {name: form[name].value() or "" for name in form.fields} | {"department": "field"}
        assert "the department is called Care today" in heidi.post(address, typed).text
        assert Departments().called("Field").name == "Field"

    def test_an_import_that_says_its_name_lands_in_the_other(self, tmp_path):
        file = Export(tmp_path).write("1,Ann,ann@example.com,2020-01-01,,,Support,Clerk,")
        run(file)
        support, care = Department.objects.get(), make_department("Care")
        uniting.unite(support.pk, care.pk)
        told = run(file)
        assert "Nothing changed" in told
        assert "Support → Care (1)" in told
        run(Export(tmp_path).write("2,Ben,ben@example.com,2021-01-01,,,Support,Clerk,"))
        assert {each.department for each in Position.objects.all()} == {care}

    def test_an_address_that_was_kept_leads_to_the_one_that_stays(self, heidi):
        one, two, three = (make_department(name) for name in ("One", "Two", "Three"))
        make_position(make_person("Ann Ames"), "One")
        uniting.unite(one.pk, two.pk)
        uniting.unite(two.pk, three.pk)
        for gone in (one, two):
            for address in (gone.get_absolute_url(), url(gone)):
                reply = heidi.get(address, follow=True)
                assert reply.redirect_chain == [(three.get_absolute_url(), 302)]
                assert f"“{gone.name}” has been united with this department." in reply.text
        listed = heidi.get(reverse("people"), {"department": "One"})
        assert [person.name for person in listed.context["page"]] == ["Ann Ames"]
        assert "“One” is called Three today." in listed.text

    def test_those_that_are_gone_are_offered_nowhere(self, cast, heidi):
        gone, _stays = make_department("Secret Shop"), make_department("Care")
        uniting.unite(gone.pk, Department.objects.get(name="Care").pk)
        position = reverse("person_position", args=[cast.alice.pk])
        for address in (reverse("people"), reverse("retention"), position, reverse("department_new")):
            assert "Secret Shop" not in heidi.get(address).text
        assert "formerly Secret Shop" in heidi.get(reverse("departments")).text

    def test_both_numbers_have_a_list(self, heidi):
        support, _care = make_department("R&D"), make_department("Care")
        make_position(make_person("Ann Ames"), "R&D")
        left = make_person("Ben Bell", hired_on=D(2019, 1, 1), left_on=D(2025, 6, 30))
        make_position(left, "Care", since=D(2019, 1, 1), until=D(2019, 12, 31))
        make_position(left, "R&D", since=D(2020, 1, 1), until=D(2025, 6, 30))
        elsewhere = make_person("Cy Cole", hired_on=D(2019, 1, 1), left_on=D(2025, 6, 30))
        make_position(elsewhere, "R&D", since=D(2019, 1, 1), until=D(2019, 12, 31))
        make_position(elsewhere, "Care", since=D(2020, 1, 1), until=D(2025, 6, 30))
        page = look(heidi, support, "Care").text
        found = {}
        for said in ("Who is in it today", "Who was in it last and has left"):
            (address,) = re.findall(f'<a href="([^"]+)">{said}</a>', page)
            found[said] = [each.name for each in heidi.get(unescape(address)).context["page"]]
        assert list(found.values()) == [["Ann Ames"], ["Ben Bell"]]
        both = heidi.get(reverse("people"), {"department": "R&D", "show": "all"})
        assert [each.name for each in both.context["page"]] == ["Ann Ames", "Ben Bell"]

    def test_what_went_on_from_one_into_the_other_is_one_line_of_the_person(self, heidi):
        support, care = make_department("Support"), make_department("Care")
        person = make_person(hired_on=D(2020, 1, 1))
        for place, since, until in (
            ("Care", D(2020, 1, 1), D(2020, 12, 31)),
            ("Support", D(2021, 2, 1), D(2025, 6, 30)),  # after a month in none
            ("Care", D(2025, 7, 1), None),
        ):
            make_position(person, place, title="Clerk", since=since, until=until)
        uniting.unite(support.pk, care.pk)
        read = heidi.get(person.get_absolute_url()).context["positions"]
        days = [(each.since, each.until) for each in read]
        assert days == [(D(2021, 2, 1), None), (D(2020, 1, 1), D(2020, 12, 31))]
        assert person.positions.count() == 3

    def test_the_database_keeps_it_out_of_the_tree(self, db):
        one, two = make_department("One"), make_department("Two")
        uniting.unite(one.pk, two.pk)
        for wrong in ({"parent": two}, {"united_with": one}):
            with pytest.raises(IntegrityError, match="department_united_is_nowhere"), transaction.atomic():
                Department.ever.filter(pk=one.pk).update(**wrong)
        with pytest.raises(IntegrityError, match="department_called_so"), transaction.atomic():
            make_department("Two")

    def test_it_takes_as_many_statements_for_many_people_as_for_few(self, heidi, statements):
        taken = []
        for many in (3, 30):
            make_department(f"Care {many}")
            support = make_department(f"Support {many}")
            for _n in range(many):
                make_position(make_person(), support.name)
                make_department(f"{_n} of {many}", support)
            asked = {"department": f"Care {many}"}
            told = statements(heidi, url(support), has="What happens", query_params=asked)
            typed = asked | {"seen": look(heidi, support, asked["department"]).context["seen"]}
            taken.append((len(told), len(statements(heidi, url(support), typed))))
        assert taken[0] == taken[1]


class TestFigures:
    def test_who_went_from_one_to_the_other_has_not_moved(self, db):
        """With another title it is a change of position all the same."""
        support, care = make_department("Support"), make_department("Care")
        for later in ("Clerk", "Chief"):
            person = make_person(hired_on=D(2020, 1, 1))
            make_position(person, "Support", title="Clerk", since=D(2020, 1, 1), until=D(2025, 6, 30))
            make_position(person, "Care", title=later, since=D(2025, 7, 1))
        (before,) = counts.of_company([YEAR], TODAY)
        assert before.position_changes == 2
        assert counts.by_department(YEAR, TODAY)["Care"].transfers_in == 2
        uniting.unite(support.pk, care.pk)
        (after,) = counts.of_company([YEAR], TODAY)
        assert after.position_changes == 1
        found = counts.by_department(YEAR, TODAY)
        assert list(found) == ["Care"]
        moved = found["Care"].transfers_in, found["Care"].transfers_out
        assert (found["Care"].opening, *moved, found["Care"].closing) == (2, 0, 0, 2)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("Support", "That is this department itself. Choose another one."),
            ("Aid", "“Aid” is below “Support”. Unite it with “Support” the other way round"),
            ("First Aid", "“First Aid” is below “Support”."),
            ("Nowhere", "There is no department called “Nowhere”."),
            ("  ", "Fill this in."),
            ("a\x00b", "Null characters are not allowed"),
        ],
    )
    def test_what_cannot_be_is_refused_with_a_sentence(self, heidi, typed, sentence):
        support = make_department("Support")
        make_department("First Aid", make_department("Aid", support))
        for reply in (look(heidi, support, typed), heidi.post(url(support), {"department": typed})):
            assert reply.status_code == 400
            assert sentence in reply.text
            assert "Unite them" not in reply.text
        assert names() == {"Support": None, "Aid": "Support", "First Aid": "Aid"}
        assert "First Aid" not in heidi.get(url(support)).text

    def test_the_one_above_can_stay_and_one_of_a_circle_that_somebody_made_cannot_be_lost_in_it(self, db):
        one, two = make_department("One"), make_department("Two")
        Department.objects.filter(pk=one.pk).update(parent=two)
        Department.objects.filter(pk=two.pk).update(parent=one)
        for pair in ((one, two), (two, one)):
            with pytest.raises(services.Refused, match="the other way round"):
                uniting.unite(*(each.pk for each in pair))
        Department.objects.filter(pk=two.pk).update(parent=None)
        uniting.unite(one.pk, two.pk)
        assert names() == {"Two": None}

    def test_the_second_of_two_is_told_and_can_insist(self, heidi):
        support, care = make_department("Support"), make_department("Care")
        looked = look(heidi, support, "Care")
        services.change_department(support, name="Help", above=None)
        again = confirm(heidi, looked)
        assert again.status_code == 400
        assert TOLD in again.text
        assert "What happens when Help becomes Care" in again.text
        assert confirm(heidi, again).url == care.get_absolute_url()

    def test_who_saves_one_that_is_gone_is_told_where_it_went(self, heidi):
        support, care = make_department("Support"), make_department("Care")
        looked = look(heidi, support, "Care")
        uniting.unite(support.pk, care.pk)
        for address in (support.get_absolute_url(), url(support)):
            reply = heidi.post(address, {"name": "Help", "department": "Care", "seen": ""}, follow=True)
            assert "“Support” has been united with this department." in reply.text
            unsaved = "What you had typed for it is not saved." in reply.text
            assert unsaved is (address == support.get_absolute_url())
        assert confirm(heidi, looked).url == care.get_absolute_url()
        assert names() == {"Care": None}

    def test_who_saves_while_it_is_united_is_told(self, heidi, monkeypatch):
        support, care = make_department("Support"), make_department("Care")
        monkeypatch.setattr(services, "lock_lines", lambda: uniting.unite(support.pk, care.pk))
        saved = heidi.post(support.get_absolute_url(), {"name": "Help"})
        assert saved.status_code == 400
        assert "This department has been united with another one since you opened the page." in saved.text
        assert names() == {"Support": None, "Care": None}

    def test_it_is_united_with_the_one_that_was_looked_at_and_no_other_of_its_name(self, heidi):
        support, care, every = (make_department(name) for name in ("Support", "Care", "Everything"))
        looked = look(heidi, support, "Care")
        uniting.unite(care.pk, every.pk)
        assert "What happens when Support becomes Everything" in confirm(heidi, looked).text
        services.add_department("Care")
        again = confirm(heidi, looked)
        assert (again.status_code, TOLD in again.text) == (400, True)
        assert names() == {"Support": None, "Care": None, "Everything": None}

    @pytest.mark.parametrize("change", ["comes", "came", "below"])
    def test_who_came_to_be_in_it_or_below_it_since_the_look_is_told_first(self, heidi, change):
        support, care = make_department("Support"), make_department("Care")
        looked = look(heidi, support, "Care")
        if change == "below":
            make_department("Aid", support)
        else:
            since, until = D(2020, 1, 1), None if change == "comes" else D(2020, 12, 31)
            make_position(make_person(hired_on=since), "Support", since=since, until=until)
        again = confirm(heidi, looked)
        assert (again.status_code, TOLD in again.text) == (400, True)
        assert "right below Care: 1" in again.text or "on any day: 1" in again.text
        assert confirm(heidi, again).url == care.get_absolute_url()

    def test_what_was_chosen_before_it_was_united_is_the_one_that_stays(self, cast):
        support, care = make_department("Support"), make_department("Care")
        uniting.unite(support.pk, care.pk)
        services.set_position(cast.alice, support, "Aide", since=TODAY)
        assert cast.alice.positions.get(since=TODAY).department == care
        person = make_person(hired_on=None)
        services.hire(person, on=TODAY, department=support)
        assert person.positions.get().department == care
        services.add_department("Aid", support.pk)
        services.change_department(make_department("Field"), name="Field", above=support.pk)
        assert names() == {"Care": None, "Aid": "Care", "Field": "Care"}
        with pytest.raises(services.Refused, match="united with another department meanwhile"):
            uniting.unite(support.pk, care.pk)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_of_two_who_unite_the_same_two_at_once_each_its_own_way_one_is_told(self):
        one, two = make_department("One"), make_department("Two")
        results = at_once(lambda: uniting.unite(one.pk, two.pk), lambda: uniting.unite(two.pk, one.pk))
        told = [str(result) for result in results if isinstance(result, services.Refused)]
        assert told == ["One of the two has been united with another department meanwhile."]
        assert len(names()) == 1

    def test_the_second_of_two_clicks_is_led_to_what_the_first_has_done(self, as_):
        heidi = as_(make_hr(make_person()).person)
        support, care = make_department("Support"), make_department("Care")
        looked = look(heidi, support, "Care")
        unite = partial(uniting.unite, support.pk, care.pk)
        reply = meanwhile(unite, lambda: confirm(heidi, looked), "advisory")
        assert (reply.status_code, reply["Location"]) == (302, care.get_absolute_url())

    def test_whoever_is_moved_meanwhile_into_the_one_that_goes_is_in_the_one_that_stays(self):
        support, care = make_department("Support"), make_department("Care")
        ann = make_person()
        make_employment(make_person(hired_on=None), D(2020, 1, 1))

        def move() -> None:
            with suppress(services.Refused):
                services.set_position(ann, support, "Aide", since=TODAY)

        meanwhile(partial(uniting.unite, support.pk, care.pk), move, "advisory")
        assert [each.department for each in ann.positions.all()] == [care]
