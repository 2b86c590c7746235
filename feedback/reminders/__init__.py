"""What the outbox says for this room, a file for each matter."""

from feedback.reminders.checkins import checkin_due, checkin_lapsed

__all__ = ["checkin_due", "checkin_lapsed"]
