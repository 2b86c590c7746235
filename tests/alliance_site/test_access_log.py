"""An address with a token in it is as good as a password; whoever reads a log must not have it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from gunicorn.config import Config

from alliance_site.local.access_log import DiscreetLogger

TOKEN = "d0abc1-5e7f1a2b3c_"


def with_tokens(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """The path of every page whose address holds a token."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from with_tokens(pattern.url_patterns)
        elif "token" in pattern.pattern.converters:
            yield reverse(
                pattern.name, kwargs=dict.fromkeys(pattern.pattern.converters, "MTI") | {"token": TOKEN}
            )


PATHS = sorted(with_tokens(get_resolver().url_patterns))


def noted(path: str) -> dict[str, str]:
    """What gunicorn can write of a request for that path, that came from that path."""
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": path,
        "PATH_INFO": path,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"https://alliance.example.com{path}",
    }
    response, request = SimpleNamespace(status="302 Found", headers=[], sent=0), SimpleNamespace(headers=[])
    return DiscreetLogger(Config()).atoms(response, request, environ, timedelta())


def test_the_log_says_which_page_it_was():
    assert noted(f"/password/new/MTI/{TOKEN}/")["r"] == "GET /password/new/MTI/…/ HTTP/1.1"
    assert noted("/my/calendar/revoke/")["r"] == "GET /my/calendar/revoke/ HTTP/1.1"


def test_there_are_addresses_with_a_token():
    assert len(PATHS) >= 2


@pytest.mark.parametrize("path", PATHS)
def test_the_log_of_requests_has_no_token(path: str):
    assert TOKEN not in str(noted(path))


@pytest.mark.parametrize("path", PATHS)
def test_the_log_of_what_gunicorn_could_not_serve_has_no_token(path: str, capfd: pytest.CaptureFixture[str]):
    DiscreetLogger(Config()).error("Error handling request GET %s", path)
    written = capfd.readouterr().err
    assert "Error handling request GET" in written
    assert TOKEN not in written


@pytest.mark.parametrize("path", PATHS)
def test_the_log_of_pages_that_are_not_there_has_no_token(path: str, db: None, monkeypatch):
    """Django writes the whole path down with each 404, and each refused method."""
    written: list[str] = []
    (handler,) = (handler for handler in logging.getLogger().handlers if handler.name == "console")
    monkeypatch.setattr(handler, "emit", lambda record: written.append(handler.format(record)))
    Client().get(path)
    Client().get(path + "x/")
    Client().put(path)
    assert any("Not Found" in line for line in written)
    assert TOKEN not in str(written)
