"""`/healthz`, for whoever watches from outside."""

from django.db import OperationalError, connection

PLAIN = "text/plain"


def test_it_is_well_when_the_database_answers(client, db):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"Well.\n", PLAIN)
    assert "no-store" in answer["Cache-Control"]


def test_it_says_so_when_the_database_does_not_answer(client, monkeypatch):
    def refuse():
        raise OperationalError("gone, with a password in the text")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"The database does not answer.\n")


def test_it_answers_by_an_address_that_is_no_name_of_the_site_as_nothing_else_does(client, db):
    assert client.get("/healthz", headers={"host": "10.1.2.3:8000"}).status_code == 200
    assert client.get("/sign-in/", headers={"host": "10.1.2.3:8000"}).status_code == 400
    assert client.get("/healthz", query_params={"q": "a"}, headers={"host": "bad_host!"}).status_code == 200


def test_it_is_not_sent_to_https_and_only_read(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.post("/healthz", secure=True).status_code == 405
