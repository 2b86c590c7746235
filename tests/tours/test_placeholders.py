"""Braces in the texts of a programme."""

import pytest

from tours.placeholders import MEANING, faults, fill, used

VALUES = {name: name.upper() for name in MEANING}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Welcome, {employee_first_name}.", "Welcome, EMPLOYEE_FIRST_NAME."),
        ("{employee} with {manager}, {start}–{end}", "EMPLOYEE with MANAGER, START–END"),
        ("{title} in {department}", "TITLE in DEPARTMENT"),
        ("A set {{a, b}} of {employee}", "A set {a, b} of EMPLOYEE"),
        ("{{employee}}", "{employee}"),
        ("{{{employee}}}", "{EMPLOYEE}"),
        ("100 % and %(name)s and %s", "100 % and %(name)s and %s"),
        ("no braces", "no braces"),
    ],
)
def test_placeholders_become_what_they_stand_for(text, filled):
    assert not list(faults(text))
    assert fill(text, VALUES) == filled


@pytest.mark.parametrize(
    "text", ["{nobody}", "{}", "{employee.password}", "{0}", "{employee!r}", "{ employee }"]
)
def test_an_unknown_placeholder_is_named(text):
    (fault,) = faults(text)
    assert text in fault


@pytest.mark.parametrize("text", ["{", "a } b", "{employee", "{{}", "{employee}}"])
def test_a_single_brace_is_told(text):
    assert "without its partner" in next(iter(faults(text)))


def test_what_a_value_holds_is_not_read_again():
    assert fill("{employee}", VALUES | {"employee": "{manager} {{"}) == "{manager} {{"


def test_literal_braces_are_no_placeholder():
    assert used("{{employee}} {manager}") == {"manager"}
