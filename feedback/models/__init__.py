"""Check-ins: both sides answer the same questions blind, and see each other's answers together.

The database itself refuses to reveal a check-in that only one side has handed in, to change what
was handed in, and to let anybody answer for a side they are not (see migration 0002).
"""

from feedback.models.alignment import Alignment
from feedback.models.answers import Answer, Chosen, Said, Sheet
from feedback.models.checkins import CheckIn, Plan, Rest, handed_in
from feedback.models.conversations import FirstConversation
from feedback.models.expectations import Asking, Debrief, Expectation, Reply
from feedback.models.questions import Kind, Question, QuestionSet
from feedback.models.releases import Release

__all__ = [
    "Alignment",
    "Answer",
    "Asking",
    "CheckIn",
    "Chosen",
    "Debrief",
    "Expectation",
    "FirstConversation",
    "Kind",
    "Plan",
    "Question",
    "QuestionSet",
    "Release",
    "Reply",
    "Rest",
    "Said",
    "Sheet",
    "handed_in",
]
