"""The pages of this room, a file for each matter."""

from feedback.views.checkins import checkin, checkin_show, checkin_skip, checkins

__all__ = ["checkin", "checkin_show", "checkin_skip", "checkins"]
