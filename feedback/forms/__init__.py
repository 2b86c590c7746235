"""What is typed here, a file for each matter."""

from feedback.forms.checkins import ScaleField, SheetForm, SkipForm

__all__ = ["ScaleField", "SheetForm", "SkipForm"]
