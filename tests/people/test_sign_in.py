"""In and out, and how often one may try."""

import contextlib
import re
import socket
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from people import throttle
from people.models import Person
from people.tasks import forget_sessions
from people.throttle import ATTEMPTS
from tests.factories import PASSWORD, make_person

pytestmark = pytest.mark.django_db

SIGN_IN = reverse("sign_in")


def sign_in(client: Client, email: str, password: str = PASSWORD, time_zone: str = "", **kw):
    return client.post(SIGN_IN, {"username": email, "password": password, "time_zone": time_zone}, **kw)


def test_an_email_address_and_a_password_open_the_door(cast, client):
    answer = sign_in(client, " Alice@Example.com ")
    assert answer.status_code == 302
    assert answer.url == reverse("home")


def chosen(person) -> tuple[str, str]:
    person.refresh_from_db()
    return person.language, person.time_zone


def test_the_browsers_language_and_zone_are_kept_at_sign_in_and_that_is_told_once(cast, client):
    far = "America/Argentina/Buenos_Aires"
    sign_in(client, "alice@example.com", time_zone=far, HTTP_ACCEPT_LANGUAGE="de")
    assert chosen(cast.alice) == ("de", far)
    page = client.get(reverse("notices"))
    assert "Deutsch" in page.text
    assert "America/Argentina/Buenos Aires" in page.text
    assert f'<a href="{reverse("my_settings")}">' in page.text.split('role="status"')[1].split("</div>")[0]
    assert "Buenos Aires" not in client.get(reverse("notices")).text


@pytest.mark.parametrize(("asked", "language"), [("fr", ""), ("fr, de-AT;q=0.5, *;q=0.1", "de"), ("*", "")])
def test_a_language_that_the_browser_did_not_ask_for_is_not_kept_as_if_it_had(cast, client, asked, language):
    sign_in(client, "alice@example.com", HTTP_ACCEPT_LANGUAGE=asked)
    assert chosen(cast.alice) == (language, "")
    if not language:
        assert "from now on" not in client.get(reverse("notices")).text


def test_what_was_kept_or_chosen_stays_whatever_the_next_browser_says(cast, client, statements):
    Person.objects.filter(pk=cast.alice.pk).update(language="es", time_zone="Asia/Tokyo")
    asked = {"username": "alice@example.com", "password": PASSWORD, "time_zone": "Europe/Berlin"}
    assert not [one for one in statements(client, SIGN_IN, asked) if "time_zone" in one.partition(" SET ")[2]]
    assert chosen(cast.alice) == ("es", "Asia/Tokyo")
    assert "Berlin" not in client.get(reverse("notices")).text


def test_of_what_is_chosen_only_in_part_the_rest_is_kept(cast, client):
    Person.objects.filter(pk=cast.alice.pk).update(language="es")
    sign_in(client, "alice@example.com", time_zone="Europe/Berlin")
    assert chosen(cast.alice) == ("es", "Europe/Berlin")


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "Etc/GMT+5", "a\0b", "x" * 300, "<b>", "' OR 1=1"])
def test_a_zone_that_nobody_knows_is_passed_over(cast, client, zone):
    assert sign_in(client, "alice@example.com", time_zone=zone).status_code == 302
    assert chosen(cast.alice) == ("", "")


def test_a_zone_that_the_database_does_not_know_is_passed_over(cast, client, monkeypatch):
    """Python's list may be newer."""
    monkeypatch.setattr("people.forms.time_zones", lambda: [("Mars/Olympus", "Mars/Olympus")])
    assert sign_in(client, "alice@example.com", time_zone="Mars/Olympus").status_code == 302
    assert chosen(cast.alice) == ("", "")


def test_one_comes_where_one_wanted_to_go(cast, client):
    answer = client.post(
        SIGN_IN, {"username": "alice@example.com", "password": PASSWORD, "next": "/my/settings/"}
    )
    assert answer.url == "/my/settings/"
    client.logout()
    answer = client.post(
        SIGN_IN, {"username": "alice@example.com", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert answer.url == reverse("home")


CLICK = reverse("my_calendar_revoke")  #: the page it belongs to is one's calendar
UNDONE = "You had been signed out: what you clicked was not done."
HIDDEN = re.compile(r'type="hidden" name="(next|was_on)" value="([^"]*)"')


def after_a_click(client: Client, referer: str) -> str:
    """Where one comes after signing in, at the second try, where a click has met the end of a session."""
    asked = client.post(CLICK, headers={"referer": referer})["Location"]
    page = client.get(asked, headers={"referer": referer}).text
    for password in ("wrong", PASSWORD):
        pair = {"username": "alice@example.com", "password": password, "time_zone": ""}
        reply = client.post(SIGN_IN, pair | dict(HIDDEN.findall(page)), headers={"referer": SIGN_IN})
        page = reply.text
    return reply["Location"]


@pytest.mark.parametrize(
    ("was_on", "comes_to"),
    [
        ("http://testserver/notices/?page=1", "/notices/?page=1"),
        ("http://testserver/tours/7/versions/1/sign/", "/tours/7/versions/1/"),
        ("http://testserver/sign-in/", "/my/calendar/"),
        ("", "/my/calendar/"),
        ("http://evil.example/notices/", "/my/calendar/"),
        ("http://testserver//evil.example/notices/", "/"),
        ("http://testserver/\\evil.example/", "/"),
    ],
)
def test_after_a_click_in_an_ended_session_one_comes_to_the_page_it_was_on(cast, client, was_on, comes_to):
    assert after_a_click(client, was_on) == comes_to
    shown = client.get(reverse("notices")).text
    assert UNDONE in shown
    assert UNDONE not in client.get(reverse("notices")).text


def test_who_signed_in_meanwhile_is_told_the_same(cast, as_):
    client = as_(cast.alice)
    page = client.get(SIGN_IN, {"next": CLICK}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("my_calendar")
    assert UNDONE in page.text


def test_where_there_is_a_page_to_come_to_nothing_is_said_of_a_click(cast, client):
    pair = {"username": "alice@example.com", "password": PASSWORD, "next": "/my/settings/"}
    page = client.post(SIGN_IN, pair, follow=True)
    assert UNDONE not in page.text


@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com", "", "a\0b", "x" * 300])
def test_a_wrong_pair_says_nothing_about_which_is_wrong(cast, client, email):
    answer = sign_in(client, email, "wrong")
    assert answer.status_code == 400
    if email in {"alice@example.com", "nobody@example.com"}:
        assert "The e-mail address and the password do not match." in answer.text


def test_who_may_not_sign_in_is_told_no_more_than_others(cast, client):
    make_person("Ina Inactive", email="ina@example.com", is_active=False)
    answer = sign_in(client, "ina@example.com")
    assert answer.status_code == 400
    assert "do not match" in answer.text


def test_what_was_typed_stays_but_not_the_password(cast, client):
    answer = sign_in(client, "alice@example.com", "very wrong")
    assert 'value="alice@example.com"' in answer.text
    assert "very wrong" not in answer.text


def test_a_leaver_can_still_sign_in(client):
    lea = make_person("Lea Lind", email="lea@example.com", left_on="2024-01-01")
    assert sign_in(client, lea.email).status_code == 302


def test_after_ten_failures_even_the_right_password_waits(cast, client):
    for _ in range(ATTEMPTS):
        assert sign_in(client, "alice@example.com", "wrong").status_code == 400
    answer = sign_in(client, "alice@example.com")
    assert answer.status_code == 429
    assert "Wait a quarter of an hour" in answer.text
    assert sign_in(client, "bob@example.com").status_code == 302


def test_an_unknown_address_is_limited_alike(client):
    codes = [sign_in(client, "nobody@example.com", "x").status_code for _ in range(ATTEMPTS + 1)]
    assert codes == [400] * ATTEMPTS + [429]


def test_somebody_elsewhere_is_not_locked_out(cast, client):
    for _ in range(ATTEMPTS + 1):
        sign_in(client, "alice@example.com", "wrong", REMOTE_ADDR="192.0.2.1")
    assert sign_in(client, "alice@example.com", REMOTE_ADDR="192.0.2.2").status_code == 302


def test_one_place_does_not_try_a_password_on_everybody(client, monkeypatch):
    monkeypatch.setattr(throttle, "FROM_ONE", 5)
    codes = [sign_in(client, f"nobody{n}@example.com", "Summer2026").status_code for n in range(6)]
    assert codes == [400] * 5 + [429]


def test_an_office_that_signs_in_is_not_locked_out(cast, client, monkeypatch):
    monkeypatch.setattr(throttle, "FROM_ONE", 2)
    for _ in range(4):
        assert sign_in(client, "alice@example.com").status_code == 302
        client.logout()


def test_many_places_do_not_guess_one_password(cast, client, monkeypatch):
    monkeypatch.setattr(throttle, "FROM_ONE", 99)
    codes = [
        sign_in(client, "alice@example.com", "wrong", REMOTE_ADDR=f"192.0.{n // 250}.{n % 250}").status_code
        for n in range(throttle.FOR_ONE + 1)
    ]
    assert codes == [400] * throttle.FOR_ONE + [429]


def test_behind_a_proxy_the_address_it_noted_counts(cast, client, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for n in range(ATTEMPTS + 1):
        sign_in(client, "alice@example.com", "wrong", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}, 192.0.2.1")
    answer = sign_in(client, "alice@example.com", HTTP_X_FORWARDED_FOR="10.0.0.99, 192.0.2.1")
    assert answer.status_code == 429
    answer = sign_in(client, "alice@example.com", HTTP_X_FORWARDED_FOR="192.0.2.1, 192.0.2.2")
    assert answer.status_code == 302


def test_success_forgives_earlier_failures(cast, client):
    for _ in range(ATTEMPTS - 1):
        sign_in(client, "alice@example.com", "wrong")
    sign_in(client, "alice@example.com")
    client.logout()
    assert sign_in(client, "alice@example.com", "wrong").status_code == 400
    assert sign_in(client, "alice@example.com").status_code == 302


def test_signing_out_takes_a_post(cast, as_):
    client = as_(cast.alice)
    assert client.get(reverse("sign_out")).url == reverse("home")
    answer = client.post(reverse("sign_out"))
    assert (answer.url, answer["Clear-Site-Data"]) == (SIGN_IN, '"storage"')
    assert client.get(reverse("my_settings")).status_code == 302


def test_words_of_who_was_here_before_go_when_somebody_else_signs_in_and_stay_for_themselves(cast, client):
    for email, goes in [("alice", False), ("alice", False), ("bob", True), ("bob", False), ("alice", True)]:
        Session.objects.all().delete()
        answer = sign_in(client, f"{email}@example.com")
        assert answer.get("Clear-Site-Data") == ('"storage"' if goes else None)


def test_the_browser_does_not_tell_who_signed_in_last(cast, client, settings):
    told = set()
    for key in ("one", "another"):
        with override_settings(SECRET_KEY=key):
            sign_in(client, "alice@example.com")
        told.add(client.cookies[settings.LAST_HERE_COOKIE_NAME].value)
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in told)
    assert len(told) == 2  # so that it cannot be made again by whoever knows the person alone


def test_whoever_signs_out_after_their_session_has_ended_is_not_asked_to_sign_in_for_it(client, db):
    answer = client.post(reverse("sign_out"))
    assert (answer.url, answer["Clear-Site-Data"]) == (SIGN_IN, '"storage"')


def test_without_redis_the_company_is_not_locked_out(cast, client, settings):
    dead = {"BACKEND": settings.CACHES["default"]["BACKEND"], "LOCATION": "redis://127.0.0.1:1/0"}
    with override_settings(CACHES={"default": dead}):
        assert sign_in(client, "alice@example.com").status_code == 302


def test_a_redis_that_hangs_is_waited_for_once_and_briefly(cast, client, settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        hung = settings.CACHES["default"] | {"LOCATION": address}
        hung["OPTIONS"] = hung["OPTIONS"] | {"socket_timeout": 0.05}
        with override_settings(CACHES={"default": hung}):
            assert sign_in(client, "alice@example.com").status_code == 302
        assert connections_to(silent) == 2  # one to count the attempt, one to forget it


def connections_to(server: socket.socket) -> int:
    server.setblocking(False)
    found = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            found += 1
    return found


def test_who_is_signed_in_is_not_sent_round_in_a_circle(cast, as_):
    reply = as_(cast.alice).get(reverse("sign_in"), {"next": reverse("sign_in")})
    assert reply.status_code == 302
    assert reply.url == reverse("home")


def test_sessions_that_ran_out_are_forgotten(cast, client):
    sign_in(client, "alice@example.com")
    sign_in(Client(), "bob@example.com")
    gone = Session.objects.exclude(pk=client.session.session_key)
    gone.update(expire_date=timezone.now() - timedelta(seconds=1))
    forget_sessions()
    assert not gone.exists()
    assert client.get("/").status_code == 200
