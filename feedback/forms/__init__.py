"""What is typed here, a file for each matter."""

from feedback.forms.checkins import ChoiceField, ScaleField, SheetForm, SkipForm

__all__ = ["ChoiceField", "ScaleField", "SheetForm", "SkipForm"]
