"""Check-ins: both sides answer the same questions blind, and see each other's answers together.

The database itself refuses to reveal a check-in that only one side has handed in, to change what
was handed in, and to let anybody answer for a side they are not (see migration 0002).
"""

from feedback.models.actions import Action
from feedback.models.alignment import Alignment
from feedback.models.answers import Answer, Chosen, Outlook, Reviews, Said, Sheet
from feedback.models.checkins import BY_RHYTHM, CheckIn, Plan, Rest
from feedback.models.conversations import FirstConversation
from feedback.models.expectations import Asking, Debrief, Expectation, Reply
from feedback.models.figures import GroupFigure, GroupPart, Publication
from feedback.models.notes import Note
from feedback.models.questions import Kind, Owed, Question, QuestionSet
from feedback.models.releases import Release
from feedback.models.standing import handed_in
from feedback.models.summaries import Summary
