"""What no browser sends is refused, and what a browser got it does not keep."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from alliance_site.wsgi import Utf8Request, application
from tests.conftest import Cast

POLICY = "Content-Security-Policy"


@pytest.mark.parametrize("charset", ["unicode_escape", "utf-7", "base64", "iso-8859-1"])
def test_every_request_is_read_as_utf_8(charset: str):
    environ = RequestFactory().get("/people/?q=%5Cud800%2B2AA-%C3%A4").environ
    environ["CONTENT_TYPE"] = f"text/plain; charset={charset}"
    assert Utf8Request(environ).GET["q"] == "\\ud800+2AA-ä"
    assert application.request_class is Utf8Request


def test_a_cookie_that_no_column_takes_is_refused(db: None):
    client = Client()
    client.cookies.load(rf'{settings.SESSION_COOKIE_NAME}="\000abcdefgh"')
    assert client.get("/").status_code == 400


def test_a_file_that_no_page_asked_for_is_not_even_read(cast: Cast, as_):
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + b"x" * 3_000_000
    client = as_(cast.alice)
    reply = client.post(
        "/my/settings/", body + b"\r\n--b--\r\n", content_type="multipart/form-data; boundary=b"
    )
    assert reply.status_code == 400


def test_nothing_personal_is_kept_by_a_browser_or_a_proxy(cast: Cast, as_):
    for url in ("/", "/tours/", "/check-ins/", f"/people/{cast.alice.pk}/", "/nothing/"):
        assert as_(cast.alice).get(url)["Cache-Control"] == "private, no-store", url


def test_every_answer_has_the_policy(cast: Cast, as_):
    client = as_(cast.alice)
    answers = [
        client.get("/"),
        client.get("/nothing/"),
        client.put("/"),
        client.get("/", headers={"host": "x"}),
    ]
    assert [reply.status_code for reply in answers] == [200, 404, 405, 400]
    for reply in answers:
        assert "default-src 'none'" in reply[POLICY]
        assert reply["X-Content-Type-Options"] == "nosniff"
