"""The pages of this room, a file for each matter."""

from feedback.views.actions import action_done, action_drop, action_reopen, checkin_action
from feedback.views.ahead import ahead
from feedback.views.alignment import alignment, alignment_share, alignment_shared
from feedback.views.arranging import checkin_ask, checkin_ask_anew, checkin_move
from feedback.views.checkins import checkin, checkin_show, checkin_skip, checkins
from feedback.views.conversations import (
    first_conversation,
    first_conversation_delete,
    first_conversation_new,
)
from feedback.views.expectations import (
    expectation,
    expectation_answer,
    expectation_debrief,
    expectation_gone,
    expectation_hear,
    expectation_keep,
    expectation_new,
    expectation_pass_on,
    expectation_show_hr,
    expectation_withdraw,
)
from feedback.views.expectations_hr import expectations
from feedback.views.notes import checkin_note, note, note_delete, notes, tour_note
from feedback.views.over_time import over_time, tour_over_time
from feedback.views.promises import action_promise, tour_promise
from feedback.views.questions import question_set, questions, questions_edit
from feedback.views.releases import release_take_back, releases
from feedback.views.summaries import checkin_summary, checkin_summary_version, checkin_summary_write

__all__ = [
    "action_done",
    "action_drop",
    "action_promise",
    "action_reopen",
    "ahead",
    "alignment",
    "alignment_share",
    "alignment_shared",
    "checkin",
    "checkin_action",
    "checkin_ask",
    "checkin_ask_anew",
    "checkin_move",
    "checkin_note",
    "checkin_show",
    "checkin_skip",
    "checkin_summary",
    "checkin_summary_version",
    "checkin_summary_write",
    "checkins",
    "expectation",
    "expectation_answer",
    "expectation_debrief",
    "expectation_gone",
    "expectation_hear",
    "expectation_keep",
    "expectation_new",
    "expectation_pass_on",
    "expectation_show_hr",
    "expectation_withdraw",
    "expectations",
    "first_conversation",
    "first_conversation_delete",
    "first_conversation_new",
    "note",
    "note_delete",
    "notes",
    "over_time",
    "question_set",
    "questions",
    "questions_edit",
    "release_take_back",
    "releases",
    "tour_note",
    "tour_over_time",
    "tour_promise",
]
