"""What people can do here, a file for each matter. These are the verbs of check-ins."""

from feedback.services.arranging import AlreadyOpen, ask_anew, ask_for, move
from feedback.services.checkins import (
    Answers,
    Settled,
    Stale,
    gathered,
    hand_in,
    said,
    save_draft,
    show,
    skip,
)
