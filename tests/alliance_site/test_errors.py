"""Whatever goes wrong is said in our own face, and says nothing of what went wrong inside."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from psycopg2 import OperationalError as Lost

import people.middleware
from alliance_site.dashboards import home
from tests.conftest import Cast


def test_a_page_that_is_not_there_says_so(cast: Cast, as_):
    reply = as_(cast.alice).get("/tours/999999/")
    assert reply.status_code == 404
    assert b"site-head" in reply.content
    assert b"not yours to read" in reply.content


def test_it_says_so_in_the_language_of_the_reader(cast: Cast, as_):
    cast.alice.language = "de"
    cast.alice.save(update_fields=["language"])
    assert b'lang="de"' in as_(cast.alice).get("/tours/999999/").content


def test_a_form_from_elsewhere_is_not_accepted(cast: Cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.alice)
    reply = client.post("/my/settings/", {"language": "de"})
    assert reply.status_code == 403
    assert b"site-head" in reply.content
    cast.alice.refresh_from_db()
    assert cast.alice.language == ""


def test_a_page_that_only_is_read_says_so_to_whoever_sends_it_something(cast: Cast, as_):
    reply = as_(cast.alice).post("/notices/")
    assert (reply.status_code, reply["Allow"]) == (405, "GET, HEAD")
    assert b"site-head" in reply.content
    assert b"Nothing was changed" in reply.content


def test_what_cannot_be_read_is_not_understood(cast: Cast, as_):
    reply = as_(cast.alice).post("/my/settings/", b"x", content_type="multipart/form-data")
    assert reply.status_code == 400
    assert b"site-head" in reply.content


def test_our_own_mistake_keeps_its_words_to_itself(
    cast: Cast, as_, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def breaks(*_args: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr(home, "todo", breaks)
    client = as_(cast.alice)
    client.raise_request_exception = False
    reply = client.get("/")
    assert reply.status_code == 500
    assert b"Something went wrong" in reply.content
    assert b"secret words" not in reply.content
    assert "default-src 'none'" in reply["Content-Security-Policy"]


def test_a_database_that_went_away_is_no_mistake_and_may_be_tried_again(
    transactional_db: None, cast: Cast, as_, monkeypatch: pytest.MonkeyPatch
):
    def ends_the_connection(*_args: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    client = as_(cast.alice)
    client.raise_request_exception = False
    with monkeypatch.context() as ending:
        ending.setattr(home, "todo", ends_the_connection)
        reply = client.get("/")
    connection.close()
    assert (reply.status_code, reply["Retry-After"]) == (503, "10")
    assert b"site-head" in reply.content
    assert b"Back in a moment" in reply.content
    assert b"terminat" not in reply.content
    assert client.get("/").status_code == 200


def test_so_it_is_before_anybody_knows_who_asks(cast: Cast, as_, monkeypatch: pytest.MonkeyPatch):
    def refuses(*_args: object) -> None:
        raise OperationalError from Lost("connection refused")

    client = as_(cast.alice)
    client.raise_request_exception = False
    monkeypatch.setattr(people.middleware, "get_user", refuses)
    reply = client.get("/")
    assert (reply.status_code, reply["Cache-Control"]) == (503, "private, no-store")


def test_what_a_database_that_answers_gives_up_on_is_our_mistake(
    cast: Cast, as_, monkeypatch: pytest.MonkeyPatch
):
    def takes_too_long(*_args: object) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 1; SELECT pg_sleep(9)")

    client = as_(cast.alice)
    client.raise_request_exception = False
    monkeypatch.setattr(home, "todo", takes_too_long)
    assert client.get("/").status_code == 500
