"""Pages speak the language and keep the clock of the person who reads them."""

from collections.abc import Callable

from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from people.days import zone_of
from people.models import Person


class LocalTimeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Not Django's lazy stand-in, which asks at each of a page's hundreds of looks whether it is there.
        person = request.user = get_user(request)
        if not isinstance(person, Person):
            return self.get_response(request)
        with timezone.override(zone_of(person)):
            if person.language:
                translation.activate(person.language)
                request.LANGUAGE_CODE = person.language
            return self.get_response(request)
