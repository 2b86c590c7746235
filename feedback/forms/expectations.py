"""What may be typed about an expected role."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from crispy_forms.layout import Div, Field
from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import DateInput, InOurVoice, SavedOver, WordsField, fields_only, over_type
from feedback.limits import EXPECTATION_REVIEW_DAYS, TEXT_LIMIT
from feedback.models import Expectation, Reply
from people.models import Person
from tours.forms import sayable, sensible
from tours.forms.terms import NOT_TO_COME

SAY_WHY = gettext_lazy("Say it in a sentence or two.")


def words_field(label: str, who_sees: str = "", *, required: bool = True) -> WordsField:
    """Shown with the line below it that says who reads it."""
    return WordsField(
        max_length=TEXT_LIMIT,
        label=label,
        help_text=who_sees,
        required=required,
        error_messages={"required": SAY_WHY},
    )


def with_line(name: str) -> Field:
    return Field(name, template="feedback/_text.html")


class SaidForm(InOurVoice, forms.Form):
    """Words without a single letter in them say nothing."""

    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, field in self.fields.items():
            words = cleaned.get(name)
            if isinstance(field, WordsField) and words and not sayable(words):
                self.add_error(name, SAY_WHY)
        return cleaned


class ExpectationForm(SaidForm):
    role = forms.CharField(
        max_length=200,
        label=gettext_lazy("The role you expect"),
        help_text=gettext_lazy("For example: head of the department, architect, a team of your own."),
    )
    by_when = forms.DateField(label=gettext_lazy("By when"), widget=DateInput, validators=[sensible])
    to = forms.IntegerField(required=False, widget=forms.HiddenInput)  #: who the page said would get it

    def __init__(self, *args: Any, today: date, manager: Person, who_sees: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.today, self.manager = today, manager
        self.initial["to"] = manager.pk
        self.fields["why"] = words_field(_("Why you expect it"), who_sees)
        self.helper = fields_only("to", "role", "by_when", with_line("why"))

    def clean_to(self) -> int:
        if self.cleaned_data["to"] != self.manager.pk:
            over_type(self, "to", str(self.manager.pk))
            self.add_error(None, _("Your manager has changed in the meantime. Check who it is now."))
        return self.manager.pk

    def clean_role(self) -> str:
        role = " ".join(self.cleaned_data["role"].split())
        if not sayable(role):
            raise forms.ValidationError(_("Name the role."))
        return role

    def clean_by_when(self) -> date:
        return to_come(self.cleaned_data["by_when"], self.today)


def to_come(day: date, today: date) -> date:
    if day <= today:
        raise forms.ValidationError(NOT_TO_COME)
    return day


class ReplyForm(SavedOver, SaidForm):
    """Filled in with one's own answer before, so that to confirm it is to choose the next day of review."""

    seen_in = "seen"

    seen = forms.IntegerField(min_value=0, max_value=10_000, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        widget=forms.RadioSelect,
        choices=[
            (Reply.Verdict.BACKED, gettext_lazy("Backed: I will work for it")),
            (Reply.Verdict.POSSIBLE, gettext_lazy("Possible, if a condition is met")),
            (Reply.Verdict.NOT_PLANNED, gettext_lazy("Not planned, as things stand")),
        ],
    )

    def __init__(
        self,
        *args: Any,
        before: Reply | None,
        seen: int,
        today: date,
        row: Expectation,
        who_sees: str,
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.today, self.row, self.latest = today, row, row.latest_review(today)
        condition = _("If possible: what has to happen first")
        self.fields["condition"] = words_field(condition, who_sees, required=False)
        self.fields["words"] = words_field(_("Why, and what you will do"), who_sees)
        self.fields["review_on"] = forms.DateField(
            label=_("Look at this again on"),
            widget=DateInput(),
            validators=[sensible],
            help_text=self._when_to_look(),
        )
        suggested = today + timedelta(days=EXPECTATION_REVIEW_DAYS)
        self.initial = {"seen": seen, "review_on": min(suggested, self.latest)}
        if before:
            self.initial |= {name: getattr(before, name) for name in ("verdict", "condition", "words")}
        self.helper = fields_only("seen", "verdict", with_line("condition"), with_line("words"), "review_on")

    def _when_to_look(self) -> str:
        said = _("On that day both of you are reminded, and you answer anew or confirm.")
        until = _(
            "Choose %(day)s at the latest: the role is expected by that day, and you then say what became "
            "of it."
        )
        if self.latest != self.row.by_when:
            until = _("Choose %(day)s at the latest: the day by which the role is expected is past.")
        return f"{said} {until % {'day': date_format(self.latest)}}"

    def clean_review_on(self) -> date:
        day = to_come(self.cleaned_data["review_on"], self.today)
        if day > self.latest:
            said = _("Look at this again on %(day)s at the latest.")
            raise forms.ValidationError(said % {"day": date_format(self.latest)})
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("verdict") != Reply.Verdict.POSSIBLE:
            cleaned["condition"] = ""
        elif not cleaned.get("condition") and "condition" not in self.errors:
            self.add_error("condition", _("Say what has to happen first."))
        return cleaned


class DebriefForm(SaidForm):
    gone_on = forms.DateField(
        label=gettext_lazy("Decided on"), widget=DateInput, validators=[sensible],
        help_text=gettext_lazy("The day on which the role went to somebody else. You need not say to whom."),
    )  # fmt: skip
    talk_on = forms.DateField(
        label=gettext_lazy("Our conversation"), widget=DateInput, validators=[sensible],
        help_text=gettext_lazy("The day on which you talked about it, or will."),
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, said_gone: bool, who_sees: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.today, self.said_gone = today, said_gone
        if said_gone:
            self.fields["gone_on"].required = False
            otherwise = _("Leave it empty if you see it differently.")
            self.fields["gone_on"].help_text += f" {otherwise}"
        self.fields["words"] = words_field(_("What you say about it"), who_sees)
        self.helper = fields_only(Div("gone_on", "talk_on", css_class="side-by-side"), with_line("words"))

    def clean_gone_on(self) -> date | None:
        day: date | None = self.cleaned_data["gone_on"]
        if day and day > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        return day


class HearForm(SaidForm):
    took_place = forms.TypedChoiceField(
        label=gettext_lazy("Have you talked about it?"),
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )

    def __init__(self, *args: Any, who_sees: str, seen_otherwise: bool, managed: bool, **kw: Any) -> None:
        """`managed`: by the one whom it is asked of. Nobody else owes anything before it is passed on."""
        super().__init__(*args, **kw)
        took_place = self.fields["took_place"]
        assert isinstance(took_place, forms.ChoiceField)
        closes, not_yet = _("Yes. This closes the matter"), _("No, not yet")
        if seen_otherwise:
            closes = _("Yes. Your manager then answers anew") if managed else _("Yes. It is then open again")
        if managed:
            not_yet = _("No, not yet. Your manager still owes you the conversation")
        took_place.choices = [("yes", closes), ("no", not_yet)]
        self.fields["words"] = words_field(_("What you would add"), who_sees, required=False)
        self.helper = fields_only("took_place", with_line("words"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("took_place") is False and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", _("Say in a few words what has not happened."))
        return cleaned


class FromForm(forms.Form):
    """Out of which check-in the role comes: the key that the address names."""

    checkin = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class SeenForm(forms.Form):
    """How many answers the page has shown."""

    seen = forms.IntegerField(min_value=0, max_value=10_000)


class ToForm(forms.Form):
    """To whom the page said that it would go: the database's key of today's manager."""

    to = forms.IntegerField(min_value=1, max_value=2**63 - 1)
