"""What `manage.py check` says of an installation that is not right."""

from pathlib import Path

import pytest

from alliance_site import checks

RIGHT = {
    "SITE_URL": "https://alliance.example.com",
    "HTTPS": True,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "ALLOWED_HOSTS": ["alliance.example.com"],
    "DEMONSTRATION": False,
}
ALL = [
    checks.site_address,
    checks.data_folder,
    checks.company_language,
    checks.behind_https,
    checks.known_visitors,
    checks.the_sites_own_host,
    checks.not_the_demonstration,
]


def said(settings, **values):
    for name, value in {**RIGHT, **values}.items():
        setattr(settings, name, value)
    messages = [message for check in ALL for message in check(None)]
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


def test_a_right_installation_is_silent(settings):
    assert said(settings) == []
    for allowed in (".example.com", "*", "alliance.example.com"):
        assert said(settings, ALLOWED_HOSTS=[allowed]) == []


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"SITE_URL": "https://alliance.example.com/path"}, ["alliance.E003"]),
        ({"SITE_URL": "http://alliance.example.com", "HTTPS": False}, ["alliance.W001"]),
        ({"ALLOWED_HOSTS": ["localhost"]}, ["alliance.W002"]),
        ({"SECURE_PROXY_SSL_HEADER": None}, ["alliance.W004"]),
        ({"DEMONSTRATION": True}, ["alliance.W003"]),
        ({"COMPANY_LANGUAGE": "xx"}, ["alliance.E005"]),
        ({"COMPANY_LANGUAGE": "de-at"}, ["alliance.E005"]),
        ({"DATA_DIR": Path("/nowhere/to/be/found")}, ["alliance.E004"]),
    ],
)
def test_what_is_wrong_is_named(settings, values, found):
    assert said(settings, **values) == found


def test_an_address_without_a_scheme_is_none(settings):
    assert "alliance.E003" in said(settings, SITE_URL="alliance.example.com", HTTPS=False)
