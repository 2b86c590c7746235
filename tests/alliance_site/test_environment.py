"""What a process decides to be, before anything starts."""

import errno
import os
import re
import stat
from pathlib import Path
from runpy import run_path

import pytest

from alliance_site.local import environment
from alliance_site.local.environment import decide
from alliance_site.local.folder import BASE_DIR, Refused

SETTINGS = BASE_DIR / "alliance_site" / "settings.py"


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch, tmp_path):
    """An empty environment, a project folder without .env, and a data folder of its own."""
    monkeypatch.setattr(os, "environ", {"PATH": os.environ["PATH"]})
    monkeypatch.setattr(environment, "BASE_DIR", tmp_path)
    os.environ["DATA_DIR"] = str(tmp_path / "data")
    return tmp_path


def test_a_machine_without_servers_gets_the_demonstration():
    decide()
    assert os.environ["DEMONSTRATION"] == "1"


def test_a_named_database_is_production_and_needs_its_secret():
    os.environ["DATABASE_URL"] = "postgresql://db.example.com/alliance"
    with pytest.raises(Refused, match="SECRET_KEY is not set"):
        decide()
    os.environ["SECRET_KEY"] = "given"
    decide()
    assert os.environ["DEMONSTRATION"] == "0"
    assert "EMAIL_URL" not in os.environ


def test_an_empty_value_is_no_value():
    os.environ.update(DATABASE_URL="", SECRET_KEY=" ", DEMONSTRATION="")
    decide()
    assert os.environ["DEMONSTRATION"] == "1"
    assert len(os.environ["SECRET_KEY"]) > 50


def test_the_demonstration_can_have_a_database_of_its_own():
    os.environ.update(DATABASE_URL="postgresql://localhost/demo", DEMONSTRATION="yes")
    decide()
    assert os.environ["DEMONSTRATION"] == "1"


def test_without_the_demonstration_the_secret_is_never_made_up():
    os.environ["DEMONSTRATION"] = "0"
    with pytest.raises(Refused, match="SECRET_KEY is not set"):
        decide()


def test_what_an_address_asks_of_the_database_is_asked_with_what_alliance_asks():
    """A schema of Alliance's own, say."""
    plans = "-c plan_cache_mode=force_generic_plan"
    os.environ.update(ENV_FILE="", SECRET_KEY="given", DATABASE_URL="postgresql://db.example.com/alliance")
    assert run_path(str(SETTINGS))["DATABASES"]["default"]["OPTIONS"] == {"options": plans}
    os.environ["DATABASE_URL"] += "?sslmode=require&options=-c%20search_path%3Dalliance"
    asked = run_path(str(SETTINGS))["DATABASES"]["default"]["OPTIONS"]
    assert asked == {"sslmode": "require", "options": f"{plans} -c search_path=alliance"}


def settings(**said):
    os.environ.update({"ENV_FILE": "", "SECRET_KEY": "given", **said})
    return run_path(str(SETTINGS))


def test_two_installations_keep_apart_in_one_redis():
    one, other = settings(), settings(SECRET_KEY="another")
    for known in (
        lambda it: it["CACHES"]["default"]["KEY_PREFIX"],
        lambda it: it["CELERY_TASK_DEFAULT_QUEUE"],
    ):
        assert known(one) == known(settings(SECRET_KEY="given"))
        assert known(one) != known(other)


def test_two_sites_on_one_machine_have_cookies_of_their_own():
    for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LAST_HERE_COOKIE_NAME"):
        assert settings()[name] != settings(SITE_URL="http://localhost:8001")[name]
        without_port = settings(SITE_URL="https://alliance.example.com")
        assert not re.search(r"\d", without_port.get(name, ""))
        del os.environ["SITE_URL"]


def test_hosts_below_the_sites_own_are_bound_to_https_only_if_asked():
    site = {"SITE_URL": "https://alliance.example.com"}
    assert settings(**site)["SECURE_HSTS_SECONDS"] > 0
    assert not settings(**site)["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    assert settings(**site, HSTS_SUBDOMAINS="1")["SECURE_HSTS_INCLUDE_SUBDOMAINS"]


def test_the_company_has_a_language_and_one_that_we_do_not_speak_is_left_to_the_check():
    for said, taken in (("de", "de"), ("xx", "en"), ("de-at", "en")):
        found = settings(LANGUAGE_CODE=said)
        assert (found["COMPANY_LANGUAGE"], found["LANGUAGE_CODE"]) == (said, taken)


def test_every_variable_of_the_settings_is_explained():
    read = re.findall(r'env\.\w+\("([A-Z_]+)"', SETTINGS.read_text())
    explained = re.findall(r"\b([A-Z_]+)=", (BASE_DIR / ".env.example").read_text())
    assert {"SECRET_KEY", "OUTBOX_LEASE", "DATABASE_URL"} <= set(read) <= set(explained)


def test_a_word_that_is_neither_yes_nor_no_is_refused():
    os.environ["DEMONSTRATION"] = "maybe"
    with pytest.raises(Refused, match="DEMONSTRATION is 'maybe'; say 1 or 0"):
        decide()


def test_the_demonstrations_secret_is_made_once_and_kept_for_its_owner(nothing_said):
    decide()
    first = os.environ.pop("SECRET_KEY")
    decide()
    assert os.environ["SECRET_KEY"] == first
    kept = nothing_said / "data" / "secret-key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.glob("secret-key*")] == ["secret-key"]


def test_the_demonstrations_mail_goes_to_one_port_of_this_machine():
    decide()
    first = os.environ.pop("EMAIL_URL")
    decide()
    assert os.environ["EMAIL_URL"] == first
    assert first.startswith("smtp://127.0.0.1:")


@pytest.mark.parametrize(
    "url", ["smtp://mail.example.com:25", "smtp+tls://10.0.0.1", "console://", "nonsense"]
)
def test_the_demonstrations_mail_goes_nowhere_else(url):
    os.environ["EMAIL_URL"] = url
    with pytest.raises(Refused, match="sends mail to this machine alone"):
        decide()


def test_a_sink_of_this_machine_may_be_named():
    os.environ["EMAIL_URL"] = "smtp://localhost:2525"
    decide()
    assert os.environ["EMAIL_URL"] == "smtp://localhost:2525"


def test_the_env_file_speaks_before_the_decision_and_the_environment_before_it(nothing_said):
    (nothing_said / ".env").write_text("DATABASE_URL=postgresql://localhost/x\nSECRET_KEY=from-the-file\n")
    decide()
    assert os.environ["DEMONSTRATION"] == "0"
    assert os.environ["SECRET_KEY"] == "from-the-file"
    os.environ.update(SECRET_KEY="from-the-environment")
    decide()
    assert os.environ["SECRET_KEY"] == "from-the-environment"


def test_another_env_file_can_be_named_or_none(nothing_said):
    (nothing_said / ".env").write_text("SECRET_KEY=here\n")
    (nothing_said / "other.env").write_text("SECRET_KEY=there\n")
    os.environ["ENV_FILE"] = str(nothing_said / "other.env")
    decide()
    assert os.environ.pop("SECRET_KEY") == "there"
    os.environ["ENV_FILE"] = ""
    decide()
    assert os.environ["SECRET_KEY"] not in {"here", "there"}


def test_a_data_folder_that_cannot_be_is_refused_in_one_sentence(nothing_said):
    (nothing_said / "file").write_text("")
    os.environ["DATA_DIR"] = str(nothing_said / "file" / "data")
    with pytest.raises(Refused, match=r"cannot be written to \(not a directory\)\. Choose another one"):
        decide()


def test_nor_one_where_no_folder_can_be_made(nothing_said, monkeypatch):
    def nowhere(*_args, **_kwargs):
        raise FileNotFoundError(errno.ENOENT, "as in /proc")

    monkeypatch.setattr(Path, "mkdir", nowhere)
    with pytest.raises(Refused, match=r"cannot be written to \(no such file or directory\)\. Choose another"):
        decide()


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql://alliance:geheim@localhost/alliance"),
        ("DATABASE_URL", "sqlite:///alliance.db"),
        ("DATABASE_URL", "postgresql://alliance:geheim@localhost:54x32/alliance"),
        ("DATABASE_URL", "postgresql://alliance:ge[heim@localhost/alliance"),
        ("REDIS_URL", "nonsense"),
        ("REDIS_URL", "http://:geheim@localhost:6379"),
    ],
)
def test_what_is_no_servers_address_is_refused_without_repeating_it(name, url):
    os.environ.update({name: url, "SECRET_KEY": "given"})
    with pytest.raises(Refused, match=f"{name} is not an address that begins with") as no:
        decide()
    assert "geheim" not in str(no.value)


@pytest.mark.parametrize("url", ["postgres://db/alliance", "postgresql://u@%2Ftmp%2Fa's%20place/postgres"])
def test_a_servers_address_can_be_said_in_its_usual_ways(url):
    os.environ.update(DATABASE_URL=url, REDIS_URL="rediss://:word@redis.example.com/0", SECRET_KEY="given")
    decide()
    assert os.environ["DATABASE_URL"] == url
    assert os.environ["REDIS_URL"] == "rediss://:word@redis.example.com/0"
