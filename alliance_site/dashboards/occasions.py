"""What is said to whom, when and in which words: for HR. Of private occasions only that there are such."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django import forms
from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from alliance_site.dashboards.wordings import wordings
from alliance_site.forms import fields_only
from alliance_site.outbox import occasions as known
from alliance_site.outbox.models import Message
from alliance_site.outbox.notices import due_to
from alliance_site.outbox.occasions import Due, Occasion
from people import preferences, services
from people.days import today_for, zone_of
from people.models import Person
from people.requests import SignedInRequest, require_hr

FOUND_AT_MOST = 10


class SearchForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("Name or e-mail address"), max_length=254, required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.helper = fields_only("q")


class DueLetter(NamedTuple):
    """What is true of somebody today, and what has become of the letter about it, if there is one yet."""

    occasion: Occasion
    due: Due
    message: Message | None
    declined: bool


@require_safe
def occasions(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    form = SearchForm(request.GET)
    asked = form.cleaned_data["q"] if form.is_valid() else ""
    found = Person.objects.filter(Q(name__icontains=asked) | Q(email__iexact=asked)).in_order()
    context = {
        "occasions": known.occasions().values(),
        "form": form,
        "asked": asked,
        "people": found[:FOUND_AT_MOST] if asked else [],
    }
    return render(request, "dashboards/occasions.html", context)


@require_safe
def occasion(request: SignedInRequest, key: str) -> HttpResponse:
    require_hr(request)
    shown = known.occasions().get(key)
    if shown is None:
        raise Http404
    asked = request.GET.get("language")
    language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
    person, companys = request.user, known.wordings(timezone.now())
    context = {
        "occasion": shown,
        "wordings": wordings(shown, language, today_for(person), zone_of(person), companys),
        "language": language,
        "rtl": translation.get_language_info(language)["bidi"],
        "languages": settings.LANGUAGES,
    }
    return render(request, "dashboards/occasion.html", context)


@require_safe
def occasions_for(request: SignedInRequest, pk: int) -> HttpResponse:
    """Leaves a trace that the person can read: it tells what is due between them and others."""
    require_hr(request)
    now = timezone.now()
    person = get_object_or_404(Person, pk=pk)
    services.note_access(request.user, person, "letters due", now)
    context = {"person": person, "letters": list(_due_letters(person, now)), "now": now}
    return render(request, "dashboards/occasions_for.html", context)


def _due_letters(person: Person, now: datetime) -> Iterator[DueLetter]:
    told = known.occasions().items()
    listed = {key: each for key, each in told if not (each.private or each.one_sided)}
    dues = due_to(person.pk, listed.values(), now)
    said = Message.objects.known_to_hr().filter(
        recipient=person, channel=None, due_on__in={due.due_on for _key, due in dues}
    )
    messages = {
        (each.occasion, each.about, each.due_on, each.step): each for each in said.defer("text", "html")
    }
    declined = preferences.declined(person)
    for key, due in sorted(dues, key=lambda pair: (pair[1].due_on, pair[0])):
        message = messages.get((key, due.about, due.due_on, due.step))
        yield DueLetter(listed[key], due, message, key in declined)
