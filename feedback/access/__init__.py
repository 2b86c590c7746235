"""Who may do what, and the words that tell its readers so: a file for each matter. These are of check-ins."""

from feedback.access.arranging import can_move, latest_day, may_ask
from feedback.access.checkins import (
    can_answer,
    can_open,
    can_show,
    can_skip,
    names,
    reader_of_releases,
    readers,
    who_sees_answers,
    who_sees_revealed,
    who_sees_skip,
)

__all__ = [
    "can_answer",
    "can_move",
    "can_open",
    "can_show",
    "can_skip",
    "latest_day",
    "may_ask",
    "names",
    "reader_of_releases",
    "readers",
    "who_sees_answers",
    "who_sees_revealed",
    "who_sees_skip",
]
