"""What may be typed about a tour, a file for each matter."""

from tours.forms.beginning import NewTourForm, TypeForm
from tours.forms.promises import PromiseForm, PromiseFormSet
from tours.forms.reading import READ, BringsAlong, ReadForm
from tours.forms.terms import TermsForm, sayable, sensible
from tours.forms.words import WordsForm, WordsOnReadForm
