from hypothesis import given
from hypothesis import strategies as st

from tours.diff import Piece, word_diff


def test_a_changed_word_is_shown_beside_the_old_one():
    assert word_diff("Lead the team.", "Lead a team.") == [
        Piece("same", "Lead "),
        Piece("removed", "the "),
        Piece("added", "a "),
        Piece("same", "team."),
    ]


def test_nothing_changed_is_one_piece():
    assert word_diff("As before", "As before") == [Piece("same", "As before")]


@given(st.text(), st.text())
def test_both_texts_can_be_read_from_the_pieces(old, new):
    pieces = word_diff(old, new)
    assert "".join(p.text for p in pieces if p.change != "removed") == new
    assert "".join(p.text for p in pieces if p.change != "added") == old
