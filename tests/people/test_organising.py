"""HR says what departments are called and which is above which; nobody else can."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from people import services, uniting
from people.departments import Departments
from people.models import Department, FormerName, Position
from tests.factories import make_department, make_person, make_position
from tests.racing import at_once

pytestmark = pytest.mark.django_db

ALL, NEW = "/people/departments/", "/people/departments/new/"
THE_CASTS = ["Engineering", "People", "Sales"]
TOLD = "Somebody has changed this department since you opened the page"


@pytest.fixture
def heidi(cast, as_) -> Client:
    return as_(cast.heidi)


def filled(client: Client, url: str, **typed: str) -> dict[str, str]:
    """What the page shows, with what one typed over it."""
    form = client.get(url).context["form"]
    return {name: form[name].value() or "" for name in form.fields} | typed


def save(client: Client, url: str, **typed: str):
    return client.post(url, filled(client, url, **typed))


def placed() -> dict[str, str | None]:
    """Which is below which, but for those in which the cast works."""
    return dict(Department.objects.exclude(name__in=THE_CASTS).values_list("name", "parent__name"))


def test_what_is_read_of_one_is_read_by_all_who_sign_in_and_so_it_says(heidi, as_):
    empty = make_department("Secret Shop")
    assert "Read by everybody who signs in." in heidi.get(f"/people/departments/{empty.pk}/").text
    assert "Secret Shop" in as_(make_person("Lone Lind")).get("/people/").text


def test_the_tree_is_shown_with_each_below_the_one_above_it_and_how_many_work_there(heidi):
    top = make_department("Operations")
    support = make_department("Support", top)
    make_department("Aid", support)
    make_department("Board")
    make_position(make_person(), "Support")
    lines = heidi.get(ALL).context["lines"]
    assert [(line["node"].name, line["level"], line["above"], line["people"]) for line in lines] == [
        ("Board", 0, "", 0),
        ("Engineering", 0, "", 4),
        ("Operations", 0, "", 0),
        ("Support", 1, "Operations", 1),
        ("Aid", 2, "Support", 0),
        ("People", 0, "", 1),
        ("Sales", 0, "", 1),
    ]


def test_a_renamed_department_is_the_same_and_its_former_name_is_kept(cast, heidi):
    support = make_department("Support")
    make_position(make_person(), "Support")
    before = list(Position.objects.values())
    assert save(heidi, support.get_absolute_url(), name="  Customer   Success ").status_code == 302
    assert placed() == {"Customer Success": None}
    assert list(Position.objects.values()) == before
    assert "formerly Support" in heidi.get(ALL).text
    assert "Formerly Support." in heidi.get(support.get_absolute_url()).text
    changed = Department.pgh_event_model.objects.get(pgh_obj=support, pgh_label="update")
    assert (changed.name, changed.pgh_context.metadata["user"]) == ("Customer Success", cast.heidi.pk)


def test_a_department_is_placed_below_another_and_taken_to_the_top_again(heidi):
    field, _europe = make_department("Field"), make_department("Europe")
    save(heidi, field.get_absolute_url(), above="Europe")
    assert placed() == {"Field": "Europe", "Europe": None}
    assert not FormerName.objects.exists()
    save(heidi, field.get_absolute_url(), above="")
    assert placed() == {"Field": None, "Europe": None}


def test_one_is_added_to_stand_above_others(heidi):
    make_department("Europe")
    assert save(heidi, NEW, name=" Field ", above="Europe").status_code == 302
    assert placed() == {"Field": "Europe", "Europe": None}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"above": "Aid"}, "That would make a circle: Operations → Aid → Support → Operations."),
        ({"above": "Operations"}, "That would make a circle: Operations → Operations."),
        ({"above": "Nowhere"}, "There is no department called “Nowhere”."),
        ({"name": "sUPPORT"}, "There is a department called “Support” already."),
        ({"name": "  "}, "Fill this in."),
        ({"name": "x" * 201}, "200"),
        ({"name": "a\x00b"}, "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_typed(heidi, typed, sentence):
    top = make_department("Operations")
    make_department("Aid", make_department("Support", top))
    answer = save(heidi, top.get_absolute_url(), **typed)
    assert answer.status_code == 400
    assert sentence in answer.text
    [(name, value)] = typed.items()
    assert answer.context["form"][name].value() == value
    assert placed() == {"Operations": None, "Support": "Operations", "Aid": "Support"}


def test_what_was_right_when_it_was_typed_and_no_longer_is_is_refused_too(db):
    one, two = make_department("One"), make_department("Two")
    with pytest.raises(services.Refused, match="called “Two” already"):
        services.change_department(one, name="two", above=None)
    with pytest.raises(services.Refused, match="called “One” already"):
        services.add_department("ONE")
    services.change_department(one, name="One", above=two.pk)
    with pytest.raises(services.Cycle, match="Two → One → Two"):
        services.change_department(two, name="Two", above=one.pk)
    assert placed() == {"One": "Two", "Two": None}


def test_two_that_differ_in_case_alone_can_each_be_placed(heidi):
    upper, lower = make_department("Field"), make_department("field")
    assert save(heidi, lower.get_absolute_url(), above="Field").status_code == 302
    assert save(heidi, upper.get_absolute_url(), name="Europe").status_code == 302
    assert placed() == {"Europe": None, "field": "Europe"}


def test_a_name_that_is_markup_is_a_name(heidi):
    made = make_department("<b>Bad</b>")
    assert "<b>Bad</b>" not in heidi.get(ALL).text + heidi.get(made.get_absolute_url()).text


def test_the_second_of_two_is_told_and_can_insist(heidi):
    support, _field = make_department("Support"), make_department("Field")
    typed = filled(heidi, support.get_absolute_url(), above="Field")
    services.change_department(support, name="Aid", above=None)
    answer = heidi.post(support.get_absolute_url(), typed)
    assert answer.status_code == 400
    assert f"{TOLD}: it is called “Aid” now" in answer.text
    form = answer.context["form"]
    heidi.post(support.get_absolute_url(), {name: form[name].value() for name in form.fields})
    assert placed() == {"Support": "Field", "Field": None}


def test_a_name_means_what_is_called_so_today_and_else_what_was_last(db):
    one = make_department("Support")
    services.change_department(one, name="Aid", above=None)
    assert Departments().called("sUPPORT").pk == one.pk
    other = services.add_department("Support")
    assert Departments().called("Support").pk == other.pk
    services.change_department(other, name="Help", above=None)
    assert Departments().called("Support").pk == other.pk
    services.change_department(one, name="Support", above=None)
    assert Departments().called("Support").pk == one.pk
    assert set(one.former_names.values_list("name", flat=True)) == {"Aid"}


def test_many_are_turned_over_and_found_by_name_in_the_same_six_queries(heidi, django_assert_max_num_queries):
    above = None
    for rows in (3, 300):
        for number in range(rows):
            made = make_department(f"Department {rows} {number:03}", above)
            above = made if number < 5 else above
            services.change_department(made, name=f"{made.name} anew", above=made.parent_id)
        with django_assert_max_num_queries(6):
            page = heidi.get(ALL, {"page": 2})
    assert len(page.context["lines"]) == 100
    assert len(page.content) < 60_000
    found = heidi.get(ALL, {"q": "300 07"}).context["lines"]
    assert [line["node"].name for line in found] == [f"Department 300 07{n} anew" for n in range(10)]
    with django_assert_max_num_queries(8):
        one = heidi.get(made.get_absolute_url())
    assert len(one.content) < 60_000
    assert save(heidi, made.get_absolute_url(), above="Department 3 000 anew").status_code == 302


def test_one_is_found_and_placed_by_what_it_was_called(heidi):
    support, help_ = make_department("Support"), make_department("Help")
    aid = make_department("Aid", support)
    typed = filled(heidi, aid.get_absolute_url())
    uniting.unite(support.pk, help_.pk)
    assert [line["node"].name for line in heidi.get(ALL, {"q": "upporT"}).context["lines"]] == ["Help"]
    answer = heidi.post(aid.get_absolute_url(), typed)
    assert TOLD in answer.text
    assert "“Support” is called Help today." in answer.text
    form = answer.context["form"]
    assert '<option value="Help" selected>' in str(form["above"])
    heidi.post(aid.get_absolute_url(), {name: form[name].value() for name in form.fields})
    assert placed() == {"Help": None, "Aid": "Help"}
    save(heidi, NEW, name="New", above="support")
    assert placed()["New"] == "Help"


def test_a_search_that_cannot_be_finds_nobody_and_says_why(heidi):
    make_department("Field")
    answer = heidi.get(ALL, {"q": "x" * 20_000})
    assert answer.status_code == 400
    assert not answer.context["lines"]


def test_both_lists_lead_to_it_for_hr_alone(cast, as_, heidi):
    link = f'href="{ALL}"'
    assert link in heidi.get(reverse("people")).text
    assert link in heidi.get(reverse("retention_departments")).text
    assert link not in as_(cast.carol).get(reverse("people")).text


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_a_circle_at_once_one_is_refused():
    one, two = make_department("One"), make_department("Two")
    at_once(
        lambda: services.change_department(one, name="One", above=two.pk),
        lambda: services.change_department(two, name="Two", above=one.pk),
        refusals=(services.Cycle,),
    )
    assert sorted(placed().values(), key=str) in ([None, "One"], [None, "Two"])
