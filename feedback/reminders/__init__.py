"""What the outbox says for this room, a file for each matter."""

from feedback.reminders.alignment import alignment_answered, alignment_shared
from feedback.reminders.checkins import career_due, checkin_due, checkin_lapsed, close_out_due, next_tour_due
from feedback.reminders.conversations import conversation_answered, conversation_asked
from feedback.reminders.expectations import (
    debrief_due,
    expectation_answered,
    expectation_review,
    expectation_waiting,
    role_gone,
)
from feedback.reminders.passing_on import role_stays
