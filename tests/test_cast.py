"""Who most tests begin with: signed in by one statement, as if by the form."""

from __future__ import annotations

from django.test import Client

from tests.conftest import signed_in


def test_who_is_signed_in_has_the_session_that_signing_in_gives(cast, django_assert_num_queries):
    real = Client()
    real.force_login(cast.alice)
    with django_assert_num_queries(1):
        quick = signed_in(cast.alice)
    assert dict(quick.session.items()) == dict(real.session.items())
    assert quick.session.session_key != real.session.session_key
    for client in (quick, real):
        assert client.get("/").wsgi_request.user == cast.alice
    assert signed_in(None).get("/").status_code == 302
