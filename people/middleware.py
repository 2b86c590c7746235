"""Pages speak the language and keep the clock of the person who reads them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from people.days import zone_of
from people.models import Person


class LocalTimeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if not isinstance(person, Person):
            return self.get_response(request)
        with timezone.override(zone_of(person)):
            if person.language:
                translation.activate(person.language)
                request.LANGUAGE_CODE = person.language
            return self.get_response(request)
