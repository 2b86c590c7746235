"""What HR may write as questions, and how the fields lie on the page.

A German reads and changes the German words of the questions that we ship. What is left as it was is kept as
the message that it is, and so goes on to be asked in every reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

from crispy_forms.layout import Div
from django import forms
from django.forms.renderers import get_default_renderer
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliance_site.forms import SavedOver, WordsField, fields_only
from feedback.forms.checkins import QuestionsForm
from feedback.models import CheckIn, Owed, Question
from people.models import Person
from tours.forms import sayable
from tours.models import Side

MOST, MOST_CHOICES = 12, 10
NAMES = re.compile(r"{employee}|{manager}")
TYPED = ("for_employee", "for_manager", "low", "high", "choices")
AnswerKind, Visibility = Question.AnswerKind, Question.Visibility


def in_language(words: str) -> str:
    """Of a wording that we ship, the reader's; of HR's, itself."""
    return _(words) if words else ""


class LineField(WordsField):
    """Plain words that stay one line, however they were broken."""

    def __init__(self, *, rows: int = 2, **kw: Any) -> None:
        super().__init__(required=False, **kw)
        self.widget.attrs["rows"] = rows

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class QuestionForm(forms.Form):
    """One question. It is known by its key, which stays as long as it is answered in the same way."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    answer_kind = forms.ChoiceField(label=gettext_lazy("Answered by"), choices=AnswerKind)
    visibility = forms.ChoiceField(label=gettext_lazy("Who reads the answer"), choices=Visibility)
    for_employee = LineField(label=gettext_lazy("Asked of the employee"), max_length=300)
    for_manager = LineField(label=gettext_lazy("Asked of the manager"), max_length=300)
    low = LineField(label=gettext_lazy("1 means"), max_length=80, rows=1)
    high = LineField(label=gettext_lazy("5 means"), max_length=80, rows=1)
    choices = WordsField(label=gettext_lazy("What can be chosen, one a line"), required=False)

    use_required_attribute = False

    def __init__(self, *args: Any, known: Mapping[str, Question], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.known = known
        self.empty_permitted = True
        for name in TYPED:
            self.fields[name].widget.attrs["class"] = "form-control"
        self.helper = fields_only(
            "key",
            Div("ORDER", "answer_kind", "visibility", css_class="question-how"),
            Div("for_employee", "for_manager", css_class="side-by-side"),
            Div("low", "high", css_class="side-by-side only-scale"),
            Div("choices", css_class="only-choice"),
            "DELETE",
        )

    def has_changed(self) -> bool:
        """A row in which nothing stands is no question."""
        return any(str(self[name].value() or "").strip() for name in TYPED)

    @property
    def leaves_out(self) -> bool:
        return bool(self["DELETE"].value())

    @property
    def place(self) -> int | None:
        place: int | None = self.cleaned_data.get("ORDER")
        return place

    @property
    def was_moved(self) -> bool:
        return self.place is not None and self.place != self.fields["ORDER"].initial

    @cached_property
    def before(self) -> Question | None:
        """What this question was in the newest version that has it."""
        return self.known.get(str(self["key"].value() or ""))

    def _words(self, name: str) -> str:
        words: str = self.cleaned_data[name]
        if not sayable(words):
            raise forms.ValidationError(_("Say it in words."))
        if "{" in (left := NAMES.sub("", words)) or "}" in left:
            raise forms.ValidationError(_("Only {employee} and {manager} stand for names."))
        return words

    def clean_for_employee(self) -> str:
        return self._words("for_employee")

    def clean_for_manager(self) -> str:
        return self._words("for_manager")

    def clean_choices(self) -> str:
        """One a line, without empty lines."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["choices"].splitlines()]
        return "\n".join(line for line in lines if line)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        kind = data.get("answer_kind")
        if kind == AnswerKind.SCALE:
            for name in ("low", "high"):
                if name in data and not sayable(data[name]):
                    self.add_error(name, _("Say what this end means."))
        elif data.get("visibility") == Visibility.FIGURES:
            self.add_error("visibility", _("Only a scale can count in figures of a group."))
        if kind == AnswerKind.CHOICE and "choices" in data:
            self._check_choices(data["choices"].split("\n"))
        return data

    def _check_choices(self, lines: list[str]) -> None:
        if not 2 <= len(lines) <= MOST_CHOICES:
            self.add_error(
                "choices", _("Offer two choices at least, and %(most)s at most.") % {"most": MOST_CHOICES}
            )
        if len(set(lines)) < len(lines):
            self.add_error("choices", _("Two of these are the same."))
        if any(len(line) > 80 or not sayable(line) for line in lines if line):
            self.add_error("choices", _("One choice is one short line, of 80 characters at most."))

    def written(self, taken: set[str]) -> Question:
        """As typed, after `is_valid`; its key is none of those taken."""
        data, before = self.cleaned_data, self.before
        goes_on = before is not None and before.answer_kind == data["answer_kind"] and before.key not in taken
        question = Question(
            key=before.key if before and goes_on else f"q{uuid4().hex[:12]}",
            **{name: data[name] for name in ("answer_kind", "visibility")},
            **{name: self._kept(name) for name in ("for_employee", "for_manager")},
        )
        if question.is_scale:
            question.low, question.high = self._kept("low"), self._kept("high")
        if question.is_choice:
            question.choices = self._choices(before if goes_on else None)
        return question

    def _kept(self, name: str) -> str:
        """The message behind words that were left as they were in the reader's language."""
        typed: str = self.cleaned_data[name]
        stored: str = getattr(self.before, name, "")
        return stored if typed == in_language(stored) else typed

    def _choices(self, before: Question | None) -> list[list[str]]:
        """A label that is left as it was keeps its key, by which it has been chosen so far."""
        keys = {in_language(label): (key, label) for key, label in (before.choices if before else [])}
        lines = self.cleaned_data["choices"].split("\n")
        return [list(keys.get(line) or (f"c{uuid4().hex[:12]}", line)) for line in lines]


class QuestionFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """The questions of a version, and an empty row for one more."""

    form = QuestionForm
    extra = 1
    min_num = 0
    can_order = can_delete = True
    can_delete_extra = False
    validate_min = validate_max = False
    max_num = MOST
    # Django would lay out a thousand forms more, to tell whoever asks for so many that they are too many.
    absolute_max = MOST + 8
    renderer = get_default_renderer()

    def __init__(
        self, data: QueryDict | None, *, known: Mapping[str, Question], questions: Iterable[Question] = ()
    ) -> None:
        super().__init__(
            data,
            prefix="question",
            initial=[_initial(question) for question in questions],
            form_kwargs={"known": known},
            error_messages={"too_many_forms": too_many()},
        )

    def add_fields(self, form: QuestionForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"] = forms.IntegerField(
            label=_("Place"), required=False, min_value=1, initial=form.fields["ORDER"].initial
        )
        if "DELETE" not in form.fields:
            form.fields["DELETE"] = forms.BooleanField(required=False, widget=forms.HiddenInput)
        form.fields["DELETE"].label = _("Leave this question out")

    def clean(self) -> None:
        kept = [form for form in self.forms if form.has_changed() and not form.leaves_out]
        if not kept:
            raise forms.ValidationError(_("Ask one question at least."))
        if len(kept) > MOST:
            raise forms.ValidationError(too_many())
        reviews = [form for form in kept if form.cleaned_data.get("answer_kind") == AnswerKind.PROMISES]
        for form in reviews[1:]:
            form.add_error("answer_kind", _("The promises are reviewed by another question already."))

    def questions(self) -> list[Question]:
        """After `is_valid`, in the order asked for: what was moved has the place that it was given, and the
        rest follow one another as before."""
        kept = [form for form in self.forms if form.has_changed() and not form.leaves_out]
        order = [form for form in kept if not form.was_moved]
        for form in sorted((form for form in kept if form.was_moved), key=lambda form: form.place):
            order.insert(form.place - 1, form)
        found: list[Question] = []
        for form in order:
            found.append(form.written({question.key for question in found}))
        return found


def too_many() -> str:
    most = ngettext("Ask %(count)s question at most.", "Ask %(count)s questions at most.", MOST)
    return most % {"count": MOST}


def _initial(question: Question) -> dict[str, Any]:
    words = {
        name: in_language(getattr(question, name)) for name in ("for_employee", "for_manager", "low", "high")
    }
    same = {name: getattr(question, name) for name in ("key", "answer_kind", "visibility")}
    return {**words, **same, "choices": "\n".join(question.labels.values())}


class BasisForm(SavedOver, forms.Form):
    """On which version the page was opened."""

    seen_in = "based_on"

    based_on = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class PreviewForm(QuestionsForm):
    """The questions as a side of two made-up people would be asked them; nothing can be typed."""

    def __init__(self, questions: Sequence[Question], *, side: Side, today: date) -> None:
        checkin = CheckIn(
            employee=Person(pk=-1, name="Robin Rivers"), manager=Person(pk=-2, name="Kim Keller")
        )
        for question in questions:
            question.owed = [
                Owed(1, _("A seat in the architecture round."), today + timedelta(days=30)),
                Owed(2, _("An honest word on how the work is done."), today + timedelta(days=60)),
            ]
        super().__init__(
            questions=questions,
            checkin=checkin,
            person=checkin.party(side),
            auto_id=f"as_{side}_%s",
            prefix=f"as-{side}",
        )
        self.person, self.side = checkin.party(side), side
        for field in self.fields.values():
            field.disabled = True
