"""What is done by a click and has no page of its own, and to which page its address leads."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

Asked = TypeVar("Asked", bound=HttpRequest)
More = ParamSpec("More")
View = Callable[Concatenate[Asked, More], HttpResponse]


def clicked(view: View[Asked, More]) -> View[Asked, More]:
    """Done by a POST alone. Whoever comes otherwise, by Enter in the address bar after a refusal that was
    answered there, is led to the page it belongs to, whether or not they may read that."""

    @wraps(view)
    def done_or_led_on(request: Asked, /, *args: More.args, **more: More.kwargs) -> HttpResponse:
        if request.method != "POST":
            return redirect(page_of(request.path))
        return view(request, *args, **more)

    done_or_led_on.is_clicked = True  # type: ignore[attr-defined]
    return done_or_led_on


def is_clicked(url: str) -> bool:
    """Whether nothing can be read at that address of ours."""
    try:
        return hasattr(resolve(urlsplit(url).path).func, "is_clicked")
    except Resolver404:
        return False


def page_of(url: str) -> str:
    """The page at that address, or the nearest above that can be read. Never one elsewhere, whoever says so:
    of what is no address of ours nothing is left but the front page."""
    parts = urlsplit(url)
    path, asked = parts.path, f"?{parts.query}" if parts.query else ""
    while True:
        try:
            if not hasattr(resolve(path).func, "is_clicked"):
                return path + asked
        except Resolver404:
            pass
        path, asked = path.rstrip("/").rpartition("/")[0] + "/", ""
