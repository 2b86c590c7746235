"""What is typed here, a file for each matter."""

from feedback.forms.arranging import AskForm, MoveForm
from feedback.forms.checkins import ChoiceField, ScaleField, SheetForm, SkipForm
