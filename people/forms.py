"""What may be typed about people, and how the fields lie on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from crispy_forms.layout import Div, Fieldset
from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import DateInput, InOurVoice, SavedOver, fields_only
from people import access, preferences
from people.days import add_months, time_zones
from people.departments import Departments, Node, by_todays_name
from people.listing import Asked
from people.models import (
    EARLIEST_LETTER,
    LATEST_LETTER,
    Department,
    Employment,
    Person,
    PersonQuerySet,
)
from people.prepared import prepared
from people.throttle import ATTEMPTS, Throttle

MANY_DEPARTMENTS = 60
EVEN = "side-by-side side-by-side-even"
LONGEST_AWAY = 36  #: months from today on


TOO_OFTEN = gettext_lazy("Too many attempts. Wait a quarter of an hour, then try again.")


class WithZone(forms.Form):
    """Of whoever signs in: a script fills in which time zone the browser keeps."""

    time_zone = forms.Field(required=False, widget=forms.HiddenInput)

    def clean_time_zone(self) -> str:
        """Empty for what we do not offer: nobody is kept out for what their browser says."""
        told = self.cleaned_data["time_zone"]
        return told if told in dict(time_zones()) else ""


class SignInForm(InOurVoice, AuthenticationForm, WithZone):
    error_messages = {
        "invalid_login": gettext_lazy("The e-mail address and the password do not match."),
        "inactive": gettext_lazy("The e-mail address and the password do not match."),
        "throttled": TOO_OFTEN,
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = _("E-mail address")
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autofocus": True, "maxlength": 254}
        )
        self.helper = fields_only("username", "password")

    def clean(self) -> dict[str, Any]:
        assert self.request is not None
        throttle = Throttle("sign-in", self.request, self.cleaned_data.get("username") or "")
        if not throttle.allows_another():
            raise ValidationError(self.error_messages["throttled"], code="throttled")
        data: dict[str, Any] = super().clean()
        throttle.forget()
        return data


class ForgottenForm(InOurVoice, forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.helper = fields_only("email")

    def clean(self) -> dict[str, Any]:
        email = self.cleaned_data.get("email")
        # From wherever it is asked: nobody's letter box is to be filled.
        if email and not Throttle("password", self.request, email, for_one=ATTEMPTS).allows_another():
            raise ValidationError(TOO_OFTEN, code="throttled")
        return self.cleaned_data


def _say_what_will_do(form: forms.Form) -> None:
    """The framework's four sentences are said in another tone than ours in some languages."""
    form.fields["new_password1"].help_text = _(
        "At least %(least)s characters and not digits alone; no password that is in common use, and nothing "
        "like your name, number or e-mail address."
    ) % {"least": settings.LEAST_PASSWORD}
    form.fields["new_password2"].help_text = ""


class NewPasswordForm(InOurVoice, SetPasswordForm, WithZone):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_what_will_do(self)
        self.helper = fields_only("new_password1", "new_password2", "time_zone")


class ChangePasswordForm(InOurVoice, PasswordChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_what_will_do(self)
        self.helper = fields_only("old_password", "new_password1", "new_password2")


class SettingsForm(InOurVoice, forms.ModelForm):  # type: ignore[type-arg]
    one_digest = forms.TypedChoiceField(
        label=gettext_lazy("How letters come"),
        choices=[
            (False, gettext_lazy("each by itself, when there is something to say")),
            (True, gettext_lazy("one letter a day, at that hour, with everything in it")),
        ],
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
    )
    wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Letters I want"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Person
        fields = ("language", "time_zone", "letters_at", "one_digest")

    def __init__(self, data: QueryDict | None = None, *, instance: Person) -> None:
        may_decline, _must = preferences.offered(instance)
        wanted = {each.key for each in may_decline} - (set() if data else preferences.declined(instance))
        super().__init__(data, instance=instance, initial={"wanted": sorted(wanted)})
        companys = dict(settings.LANGUAGES)[settings.LANGUAGE_CODE]
        hours = range(EARLIEST_LETTER, LATEST_LETTER + 1)
        self._choose_one_of(
            language=[("", _("My browser’s language when I next sign in")), *settings.LANGUAGES],
            time_zone=[("", _("My browser’s time zone when I next sign in")), *time_zones()],
            letters_at=[(hour, time_format(time(hour))) for hour in hours],
        )
        self._offer([(each.key, each.title) for each in may_decline])
        self.fields["language"].help_text = _(
            "For the pages, the letters to you and your calendar. While none is chosen, pages are in your "
            "browser’s language, and letters and calendar in the company’s: %(language)s."
        ) % {"language": companys}
        self.fields["time_zone"].help_text = _(
            "It decides when your day begins and when letters come. While none is chosen, it is the "
            "company’s: %(zone)s."
        ) % {"zone": settings.TIME_ZONE}
        self.fields["letters_at"].help_text = _("On working days, and never at night.")
        self.fields["wanted"].help_text = _("What you decline still stands among your notices.")
        self.helper = fields_only(
            Fieldset(_("Language and time"), Div("language", "time_zone", css_class=EVEN)),
            Fieldset(_("Letters to me"), "letters_at", "one_digest", "wanted"),
        )

    def _choose_one_of(self, **choices: list[tuple[Any, Any]]) -> None:
        for name, offered in choices.items():
            label = self.fields[name].label
            self.fields[name] = forms.ChoiceField(label=label, choices=offered, required=name == "letters_at")

    def _offer(self, letters: list[tuple[str, Any]]) -> None:
        field = self.fields["wanted"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = letters


class AbsenceForm(InOurVoice, forms.Form):
    since = forms.DateField(label=gettext_lazy("First day away"), widget=DateInput())
    until = forms.DateField(label=gettext_lazy("Last day away"), widget=DateInput())

    def __init__(self, data: QueryDict | None = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.helper = fields_only(Div("since", "until", css_class="side-by-side side-by-side-even"))

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("This must not be before the first day."))
        elif until and until < self.today:
            self.add_error("until", _("These days are over. Choose today or later."))
        elif since and until and until > add_months(self.today, LONGEST_AWAY):
            self.add_error("until", _("That is too far ahead to plan around."))
        return data


@prepared
def _some_departments() -> QuerySet[Department, str]:
    """One more than a list can offer tells that it cannot."""
    return Department.objects.values_list("name", flat=True)[: MANY_DEPARTMENTS + 1]


class PeopleFilter(forms.Form):
    """Kept in the address, so that a list can be bookmarked."""

    SHOW = (
        ("current", gettext_lazy("employed now")),
        ("left", gettext_lazy("who have left")),
        ("all", gettext_lazy("all")),
    )
    q = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    department = forms.CharField(label=gettext_lazy("Department"), max_length=200, required=False)
    show = forms.ChoiceField(label=gettext_lazy("Show people"), choices=SHOW, required=False)

    def __init__(self, asked: Mapping[str, str], *, for_hr: bool = False) -> None:
        departments = Departments()
        data, self.formerly = by_todays_name(asked, departments)
        super().__init__(data)
        if for_hr:  # nobody else sees anybody who is not in a line with them
            show, (now, *others) = self.fields["show"], self.SHOW
            assert isinstance(show, forms.ChoiceField)
            show.choices = [now, ("unmanaged", _("employed now, without a manager")), *others]
        asked_for = data.get("department")
        names = [one.name for one in departments.by_key.values()] if asked_for else list(_some_departments())
        if len(names) <= MANY_DEPARTMENTS:
            choices = [("", _("all")), *((name, name) for name in names)]
            self.fields["department"].widget = forms.Select(choices=choices)
        self.helper = fields_only(Div("q", "department", "show", css_class="side-by-side"))

    def asked_by(self, viewer: Person, today: date) -> Asked:
        typed = self.cleaned_data
        return Asked(viewer, today, typed["show"] or "current", typed["q"], typed["department"])


class RecordForm(InOurVoice, SavedOver, forms.Form):
    """Something HR records of a person. `seen` is what the page showed: who saves over it is told."""

    seen_in = "seen"

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    saved: Sequence[list[tuple[Any, Any]]] = ()  #: what somebody else saved meanwhile, in words

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only("seen")

    def in_words(self, values: Mapping[str, Any]) -> list[tuple[Any, Any]]:
        """Each that has a field, by its label."""
        has = {name: dict(getattr(field, "choices", ())) for name, field in self.fields.items()}
        return [
            (self[name].label, has[name].get(said, said) or "–")
            for name, said in values.items()
            if name in has
        ]


class IdentityForm(RecordForm):
    number = forms.CharField(
        label=gettext_lazy("Employee number"),
        max_length=64,
        required=False,
        help_text=gettext_lazy(
            "An import finds them by it or, without one, by their e-mail address; with neither "
            "it takes them for somebody new. If somebody comes back with a new number, enter "
            "that here first."
        ),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        required=False,
        help_text=gettext_lazy(
            "They sign in with it, and letters go to it; without one they cannot sign in, and no letter"
            " reaches them."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only("seen", "number", "email")

    def clean_number(self) -> str:
        return " ".join(self.cleaned_data["number"].split())


class ManagerForm(RecordForm):
    manager = forms.CharField(
        label=gettext_lazy("Manager"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("E-mail address, employee number or full name; empty for nobody."),
    )
    since = forms.DateField(label=gettext_lazy("From"), widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only("seen", "manager", "since")

    def clean_manager(self) -> Person | None:
        told = " ".join(self.cleaned_data["manager"].split())
        return somebody(told, Person.objects.all()) if told else None


def somebody(told: str, among: PersonQuerySet) -> Person:
    """Whoever of them has that e-mail address, employee number or name."""
    for lookup in ({"email": told.lower()}, {"number": told}, {"name__iexact": told}):
        found: list[Person] = list(among.filter(**lookup)[:2])
        if len(found) > 1:
            raise ValidationError(_("Several people have this name. Use the e-mail address or number."))
        if found:
            return found[0]
    raise ValidationError(_("Nobody has this e-mail address, employee number or name."))


class PositionForm(RecordForm):
    department = forms.CharField(
        label=gettext_lazy("Department"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "departments"}),
    )
    is_new = forms.BooleanField(
        label=gettext_lazy("This department is new"),
        required=False,
        help_text=gettext_lazy("Guards against typing errors."),
    )
    title = forms.CharField(label=gettext_lazy("Job title"), max_length=200, required=False)
    since = forms.DateField(label=gettext_lazy("From"), widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only("seen", "department", "is_new", "title", "since")

    def clean(self) -> dict[str, Any]:
        """`department` becomes a Department, not saved yet if it is a new one."""
        data = self.cleaned_data
        if name := data.get("department"):
            name = " ".join(name.split())
            found = Departments().called(name)
            if found and found.name.casefold() == name.casefold():
                data["department"] = Department.ever.get(pk=found.pk)  # united meanwhile: then the other
                return data
            if not data.get("is_new"):
                self.add_error("department", _no_department(found))
            data["department"] = Department(name=name)
        return data


def _no_department(renamed: Node | None) -> str:
    if renamed is None:
        return _("There is no such department. If it is new, say so below.")
    told = _(
        "That is a former name: the department is called %(name)s today. If a new one has that name now, "
        "say so below."
    )
    return told % {"name": renamed.name}


class LeavingForm(RecordForm):
    last_day = forms.DateField(label=gettext_lazy("Last day employed"), widget=DateInput())
    ending = forms.ChoiceField(
        label=gettext_lazy("How it ends"), choices=[("", "–"), *Employment.Ending.choices]
    )
    note = forms.CharField(label=gettext_lazy("Reason given"), max_length=500, required=False)
    regretted = forms.TypedChoiceField(
        label=gettext_lazy("Does the company regret the loss?"),
        choices=[("", gettext_lazy("not said")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
    )
    regretted_reason = forms.CharField(label=gettext_lazy("Why"), max_length=500, required=False)

    def __init__(self, *args: Any, hired_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hired_on = hired_on
        self.fields["last_day"].help_text = access.who_sees_last_day()
        self.helper = fields_only("seen", "last_day", "ending", "note", "regretted", "regretted_reason")

    def clean_last_day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        if day < self.hired_on:
            told = _("This must not be before the day of hiring, %(day)s.")
            raise ValidationError(told % {"day": date_format(self.hired_on)})
        return day

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("regretted") is not None and not data.get("regretted_reason"):
            self.add_error(
                "regretted_reason", _("Say in a sentence why, for those who read the figures later.")
            )
        return data
