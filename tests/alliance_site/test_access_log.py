"""A link to choose a password is as good as one, until it is used; whoever reads a log must not have it."""

from datetime import timedelta
from types import SimpleNamespace

from gunicorn.config import Config

from alliance_site.local.access_log import DiscreetLogger


def test_the_log_does_not_have_the_token():
    path = "/password/new/MTI/d0abc1-5e7f1a2b3c/"
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": path,
        "PATH_INFO": path,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"https://alliance.example.com{path}",
    }
    response, request = SimpleNamespace(status="302 Found", headers=[], sent=0), SimpleNamespace(headers=[])
    atoms = DiscreetLogger(Config()).atoms(response, request, environ, timedelta())
    assert atoms["r"] == "GET /password/new/MTI/…/ HTTP/1.1"
    assert "5e7f1a2b3c" not in str(atoms)
