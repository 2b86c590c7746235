"""The pages of this room, a file for each matter."""

from feedback.views.ahead import ahead
from feedback.views.alignment import alignment, alignment_share, alignment_shared
from feedback.views.arranging import checkin_ask, checkin_move
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
    expectation_hear,
    expectation_keep,
    expectation_new,
    expectation_pass_on,
    expectation_show_hr,
    expectation_withdraw,
)
from feedback.views.expectations_hr import expectations
from feedback.views.releases import release_take_back, releases

__all__ = [
    "ahead",
    "alignment",
    "alignment_share",
    "alignment_shared",
    "checkin",
    "checkin_ask",
    "checkin_move",
    "checkin_show",
    "checkin_skip",
    "checkins",
    "expectation",
    "expectation_answer",
    "expectation_debrief",
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
    "release_take_back",
    "releases",
]
