"""Who may do what, and the words that tell its readers so: a file for each matter. These are of check-ins."""

from feedback.access.agreed import can_agree, can_promise, can_settle, who_sees_actions
from feedback.access.arranging import can_ask_anew, can_move, latest_day, may_ask
from feedback.access.checkins import (
    can_answer,
    can_open,
    can_show,
    can_skip,
    names,
    reader_of_releases,
    readers,
    who_sees_answers,
    who_sees_private,
    who_sees_revealed,
    who_sees_skip,
)
from feedback.access.signals import can_read_over_time, who_sees_over_time, who_sees_signals, who_sees_told
