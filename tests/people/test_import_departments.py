"""A file that says which department is above which, and one where either side has renamed a department."""

import re
from datetime import date

import pytest

from people import services, uniting
from people.measures import counts
from people.measures.periods import Period
from people.models import Department, Position
from tests.factories import make_department
from tests.people.importing import AS_OF, SIMPLE, Export, everything, refused, run

pytestmark = pytest.mark.django_db

ANN = "2,Ann Ames,,2015-06-01,,,Sales,Seller,"
BEN = "3,Ben Bell,,2016-01-01,,,Aid,Helper,"
COLUMN = 'department_above = "department_above"'
ABOVE = Export.HEADING + ",department_above"


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


@pytest.fixture
def with_above(tmp_path):
    mapping = tmp_path / "above.toml"
    mapping.write_text(SIMPLE.read_text().replace("title =", f"{COLUMN}\ntitle ="))
    return mapping


def placed():
    return dict(Department.objects.values_list("name", "parent__name"))


def test_one_comes_below_another_and_a_repeat_changes_nothing(export, with_above):
    rows = [f"{ANN},Field", f"{BEN},Sales"]
    told = run(export.write(*rows, heading=ABOVE), with_above)
    assert placed() == {"Field": None, "Sales": "Field", "Aid": "Sales"}
    assert re.search(r"Departments +3 +0 +0", told)
    before, history = everything(), Department.pgh_event_model.objects.count()
    assert "Nothing changed" in run(export.path, with_above)
    assert (everything(), Department.pgh_event_model.objects.count()) == (before, history)


def test_where_only_the_tree_is_otherwise_that_is_a_change(export, with_above):
    run(export.write(f"{ANN},Field", heading=ABOVE), with_above)
    told = run(export.write(f"{ANN},Europe", heading=ABOVE), with_above)
    assert placed() == {"Field": None, "Europe": None, "Sales": "Europe"}
    assert "People: 0 new, 0 changed, 1 as before." in told
    assert re.search(r"Departments +1 +1 +0", told)
    changed = Department.pgh_event_model.objects.filter(pgh_label="update").latest("pgh_id")
    assert changed.pgh_context.metadata["import_of"] == "people.csv"


def test_what_the_file_does_not_say_stays_as_hr_has_it(export, with_above):
    run(export.write(f"{ANN},Field", heading=ABOVE), with_above)
    run(export.write(f"{ANN},", heading=ABOVE), with_above)
    run(export.write(ANN))
    assert placed() == {"Field": None, "Sales": "Field"}


def test_one_that_the_file_puts_below_several_is_listed_and_left(export, with_above):
    rows = [f"{ANN},Field", f"{ANN.replace('2', '4', 1)},Europe"]
    told = run(export.write(*rows, heading=ABOVE), with_above)
    assert placed() == {"Sales": None}
    assert "left where they are:\n  Sales (Europe, Field)" in told


def test_one_that_the_file_puts_below_itself_stays_where_it_is(export, with_above):
    make_department("Sales", make_department("Field"))
    told = run(export.write(f"{ANN},sales ", f"{BEN},Aid", heading=ABOVE), with_above)
    assert placed() == {"Field": None, "Sales": "Field", "Aid": None}
    assert "from now on" not in told


def test_where_one_comes_to_stand_is_listed(export, with_above):
    make_department("Sales", make_department("Europe"))
    told = run(export.write(f"{ANN},Field", f"{BEN},Sales", heading=ABOVE), with_above, dry_run=True)
    assert "one from now on, as the file has it:\n  Aid: – → Sales\n  Sales: Europe → Field\n" in told


@pytest.mark.parametrize(
    ("rows", "line", "circle"),
    [
        (["{ANN},Aid", "{BEN},Sales"], 2, "Sales → Aid → Sales"),
        (["{BEN},Sales"], 2, "Aid → Sales → Field → Aid"),
    ],
)
def test_a_circle_is_refused_with_its_names(export, with_above, rows, line, circle):
    field = make_department("Field", make_department("Aid"))
    if len(circle) > 20:
        make_department("Sales", field)
    filled = [row.format(ANN=ANN, BEN=BEN) for row in rows]
    said = refused(export.write(*filled, heading=ABOVE), with_above)
    assert f"Line {line}, department_above: That would make a circle of departments: {circle}." in said


def test_one_that_hr_has_renamed_is_the_same_under_both_names(export):
    run(export.write(ANN, BEN), as_of=date(2025, 1, 1))
    sales = Department.objects.get(name="Sales")
    services.change_department(sales, name="Customers", above=None)
    before = everything()
    told = run(export.path)
    assert "Nothing changed" in told
    assert "Sales → Customers (1)" in told
    assert "Nothing changed" in run(export.write(ANN.replace("Sales", "Customers"), BEN))
    assert everything() == before
    year = Period(date(2025, 1, 1), date(2025, 12, 31))
    found = counts.by_department(year, AS_OF)["Customers"]
    assert (found.opening, found.transfers_in, found.transfers_out, found.closing) == (1, 0, 0, 1)


def test_a_former_name_is_read_above_others_too(export, with_above):
    field = make_department("Field")
    services.change_department(field, name="Europe", above=None)
    run(export.write(f"{ANN},Field", heading=ABOVE), with_above)
    assert placed() == {"Europe": None, "Sales": "Europe"}


def unite(name, other):
    uniting.unite(*(Department.objects.get(name=each).pk for each in (name, other)))


def test_after_one_was_united_with_one_two_steps_above_the_same_file_can_be_imported(export, with_above):
    care, ben = ANN.replace("Sales", "Care"), BEN.replace("3", "5", 1).replace("Aid", "Support")
    run(export.write(f"{care},", f"{BEN},Care", f"{ben},Aid", heading=ABOVE), with_above)
    unite("Support", "Care")
    assert "Support → Care (1)" in run(export.path, with_above)
    assert placed() == {"Care": None, "Aid": "Care"}


@pytest.mark.parametrize("above", [None, "HQ"])
def test_the_one_that_stays_is_not_moved_to_where_the_one_that_is_gone_was(export, with_above, above):
    rows = [f"{ANN},{above or ''}", f"{BEN},Field"]
    run(export.write(*rows, heading=ABOVE), with_above)
    unite("Aid", "Sales")
    told = run(export.path, with_above)
    assert Department.objects.get(name="Sales").parent == Department.objects.filter(name=above).first()
    assert "from now on" not in told
    assert "below several" not in told


def test_a_name_that_another_has_today_is_that_ones(export):
    run(export.write(ANN))
    services.change_department(Department.objects.get(), name="Customers", above=None)
    services.add_department("Sales")
    run(export.path)
    [position] = Position.objects.filter(until=None)
    assert position.department.name == "Sales"


def test_what_may_be_a_new_name_is_listed_unless_all_are_new(export):
    assert "New departments" not in run(export.write(ANN))
    told = run(export.write(ANN.replace("Sales", "Customers")), dry_run=True)
    assert "rename that department under “Departments” before the import" in told
    assert "\n  Customers\n" in told
