"""What each side promises: rows in two groups, one for each side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from crispy_forms.layout import Div, Field
from django import forms
from django.forms.renderers import get_default_renderer
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance_site.forms import DateInput, InOurVoice, WordsField, fields_only
from tours.forms.terms import sensible
from tours.ledger import due_in_vain
from tours.models import Promise, Side, Terms
from tours.policy import KNOWN_BY_LIMIT, MOST_PROMISES

TYPED = ("what", "due_on", "known_by")


def called(words: object) -> str:
    """How a promise is named where something is wrong with it."""
    begin = Truncator(" ".join(str(words or "").split())).words(8)
    return _("“%(promise)s”") % {"promise": begin} if begin else _("A promise")


class PromiseForm(InOurVoice, forms.Form):
    """One row. A saved promise is known by its key, which stays when the row moves or the page is stale."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    owed_by = forms.ChoiceField(choices=Side, widget=forms.HiddenInput)
    what = WordsField(widget=forms.Textarea(attrs={"rows": 2}))
    due_on = forms.DateField(widget=DateInput(), validators=[sensible])
    known_by = WordsField(max_length=KNOWN_BY_LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(
        self, *args: Any, saved: Mapping[UUID, Promise], terms: Terms, today: date, whole: bool, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.saved, self.terms, self.today, self.whole = saved, terms, today, whole
        self.empty_permitted = True
        self.fields["what"].label = _("What")
        self.fields["due_on"].label = _("By when")
        self.fields["known_by"].label = _("How both will know")
        fields = ("key", "owed_by", "what", Div("due_on", "known_by", css_class="side-by-side"))
        self.helper = fields_only(*fields, Field("DELETE", wrapper_class="leave-out"))

    def has_changed(self) -> bool:
        """A row in which nothing stands is no promise."""
        return any(str(self[name].value() or "").strip() for name in TYPED)

    @property
    def promise(self) -> Promise | None:
        """The saved one that this row shows."""
        typed = str(self["key"].value())
        return next((promise for key, promise in self.saved.items() if str(key) == typed), None)

    @property
    def side(self) -> Side:
        return Side.EMPLOYEE if self["owed_by"].value() == Side.EMPLOYEE else Side.MANAGER

    @property
    def leaves_out(self) -> bool:
        return "DELETE" in self.fields and bool(self["DELETE"].value())

    def clean_due_on(self) -> date:
        """While there is time, and as long as it can be judged. A promise carried over, or left behind by an
        earlier end, may be due on another day; it gets one that will do before it is proposed."""
        due: date = self.cleaned_data["due_on"]
        kept = self.promise and self.promise.due_on == due and not self.whole
        if due < min(self.today, self.terms.starts_on) and not kept:
            raise forms.ValidationError(_("This day has passed already. Choose one to come."))
        if not kept and (why := due_in_vain(self.terms, due)):
            raise forms.ValidationError(why)
        return due

    def written(self) -> Promise:
        """As typed, after `is_valid`; the page learns the key of a new one when it is saved."""
        key = self.promise.key if self.promise else uuid4()
        typed = {name: self.cleaned_data[name] for name in (*TYPED, "owed_by")}
        return Promise(terms=self.terms, key=key, **typed)


class PromiseFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """The rows of a version, and an empty one for each side."""

    form = PromiseForm
    extra = min_num = 0
    can_delete = can_delete_extra = True
    can_order = validate_min = validate_max = False
    max_num = MOST_PROMISES
    # Django would lay out a thousand forms more, to tell whoever asks for so many that they are too many.
    absolute_max = MOST_PROMISES + 2
    renderer = get_default_renderer()

    def __init__(self, data: Any = None, *, terms: Terms, today: date, whole: bool = False) -> None:
        self.terms = terms
        self.saved = {promise.key: promise for promise in terms.promises.all()}
        rows = [{name: getattr(p, name) for name in ("key", "owed_by", *TYPED)} for p in self.saved.values()]
        empty = [{"owed_by": side} for side in (Side.MANAGER, Side.EMPLOYEE)]
        super().__init__(
            data,
            prefix="promise",
            initial=[*rows, *empty],
            form_kwargs={"saved": self.saved, "terms": terms, "today": today, "whole": whole},
            error_messages={"too_many_forms": self._too_many()},
        )

    def _too_many(self) -> str:
        most = ngettext(
            "A version holds at most %(count)s promise.",
            "A version holds at most %(count)s promises.",
            MOST_PROMISES,
        )
        return most % {"count": MOST_PROMISES}

    def add_fields(self, form: PromiseForm, index: int | None) -> None:
        super().add_fields(form, index)
        if form.promise is None:
            del form.fields["DELETE"]
            form.helper.layout.fields.pop()
        else:
            form.fields["DELETE"].label = _("Leave this promise out")

    def clean(self) -> None:
        if sum(1 for form in self.forms if form.has_changed() and not form.leaves_out) > MOST_PROMISES:
            raise forms.ValidationError(self._too_many())

    @property
    def wrong(self) -> list[tuple[str, PromiseForm]]:
        return [(called(form["what"].value()), form) for form in self.forms if form.errors]

    @property
    def groups(self) -> list[tuple[str, Side, list[PromiseForm]]]:
        """What the page shows: the rows of each side under what it owes."""
        theirs = _("What %(name)s owes") % {"name": self.terms.employee.get_short_name()}
        titles = {
            Side.MANAGER: _("What the company owes"),
            Side.EMPLOYEE: _("What you owe") if self.terms.is_own_draft else theirs,
        }
        return [(title, side, [f for f in self.forms if f.side == side]) for side, title in titles.items()]

    def rows(self) -> Iterator[tuple[PromiseForm, Promise]]:
        """Each row that holds a promise and is right, with what is to be saved of it; no promise twice."""
        seen = set()
        for form in self.forms:
            if not form.has_changed() or form.leaves_out or not form.is_valid():
                continue
            promise = form.written()
            if promise.key not in seen:
                seen.add(promise.key)
                yield form, promise

    @property
    def left_out(self) -> list[UUID]:
        """Those saved that were marked to go, or whose row was emptied."""
        gone = (form.promise for form in self.forms if form.leaves_out or not form.has_changed())
        return [promise.key for promise in gone if promise]
