import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_promise, make_tour
from tests.hypotheses import patiently
from tours.comparing import compare_promises
from tours.diff import Piece, line_diff, word_diff


def test_a_changed_word_is_shown_beside_the_old_one():
    assert word_diff("Lead the team.", "Lead a team.") == [
        Piece("same", "Lead "),
        Piece("removed", "the "),
        Piece("added", "a "),
        Piece("same", "team."),
    ]


def test_an_entry_of_a_list_is_added_whole():
    assert line_diff("A course in May.\n", "A course in June.\nA course in May.\n") == [
        Piece("added", "A course in June.\n"),
        Piece("same", "A course in May.\n"),
    ]


def test_nothing_changed_is_one_piece():
    assert word_diff("As before", "As before") == [Piece("same", "As before")]


@pytest.mark.parametrize("diff", [word_diff, line_diff])
@patiently
@given(old=st.text(), new=st.text())
def test_both_texts_can_be_read_from_the_pieces(diff, old, new):
    pieces = diff(old, new)
    assert "".join(p.text for p in pieces if p.change != "removed") == new
    assert "".join(p.text for p in pieces if p.change != "added") == old


@pytest.mark.parametrize("diff", [word_diff, line_diff])
def test_texts_made_to_be_slow_are_replaced_whole(diff):
    old, new = "a \n" * 30_000, "a \nb \n" * 15_000
    assert [piece.change for piece in diff(old, new)] == ["removed", "added"]
    assert diff(old, old) == [Piece("same", old)]


def test_how_both_will_know_of_a_promise_is_said_as_in_the_statement(cast):
    tour = make_tour(cast.alice, cast.bob)
    make_promise(tour.draft, known_by="a published talk")
    (change,) = compare_promises(tour.draft, tour.draft)
    assert change.line[0].text.endswith(". Both will know by: a published talk")
