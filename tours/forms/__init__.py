"""What may be typed about a tour, a file for each matter."""

from tours.forms.beginning import NewTourForm, TypeForm
from tours.forms.promises import PromiseForm, PromiseFormSet
from tours.forms.terms import TermsForm, sayable, sensible
from tours.forms.words import ReaffirmForm, WordsForm

__all__ = [
    "NewTourForm",
    "PromiseForm",
    "PromiseFormSet",
    "ReaffirmForm",
    "TermsForm",
    "TypeForm",
    "WordsForm",
    "sayable",
    "sensible",
]
