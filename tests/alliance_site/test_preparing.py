"""What is done before the site starts, and only when there is something to do."""

import gettext
import os
import socket
import subprocess
import sys
from contextlib import closing
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.recorder import MigrationRecorder

from alliance_site.local import static_files, translations
from alliance_site.local.folder import BASE_DIR
from alliance_site.local.prepare import PAUSE, check_schema, got, one_at_a_time, reach_redis

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Sign in"
msgstr "Anmelden"

#, fuzzy
msgid "Sign out"
msgstr "Auslagern"
"""


def test_translations_are_compiled_when_they_changed(settings, tmp_path):
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO)
    settings.LOCALE_PATHS = [tmp_path]
    assert translations.compile_when_changed() == 1
    with (folder / "django.mo").open("rb") as file:
        german = gettext.GNUTranslations(file)
    assert german.gettext("Sign in") == "Anmelden"
    assert german.gettext("Sign out") == "Sign out"
    assert translations.compile_when_changed() == 0
    later = (folder / "django.mo").stat().st_mtime + 10
    os.utime(folder / "django.po", (later, later))
    assert translations.compile_when_changed() == 1


def test_static_files_are_collected_when_they_changed(settings, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text("p {}")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "assets" / "static"
    assert static_files.collect_when_changed()
    assert len(list(settings.STATIC_ROOT.glob("a.*.css"))) == 1
    assert not static_files.collect_when_changed()
    (source / "a.css").write_text("p {color: red}")
    assert static_files.collect_when_changed()
    assert len(list(settings.STATIC_ROOT.glob("a.*.css"))) == 2


def test_a_redis_that_cannot_be_reached_is_said_before_the_site_starts(settings):
    reach_redis()
    settings.REDIS_URL = "redis://:geheim@127.0.0.1:1/0"
    with pytest.raises(SystemExit, match=r"Redis cannot be used: .*127.0.0.1:1") as said:
        reach_redis()
    assert "geheim" not in str(said.value)


def test_a_redis_that_hangs_is_said_too(settings, monkeypatch):
    monkeypatch.setattr("alliance_site.local.prepare.PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        with pytest.raises(SystemExit, match="Redis cannot be used"):
            reach_redis()


@pytest.mark.django_db
def test_a_database_of_this_version_fits():
    check_schema()


@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_refused():
    MigrationRecorder.Migration.objects.create(app="tours", name="0999_from_the_future")
    with pytest.raises(SystemExit, match=r"it knows tours.0999_from_the_future\).*DATA_DIR"):
        check_schema()


@pytest.mark.django_db
def test_a_database_that_lacks_something_is_refused():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE outbox_message DROP COLUMN language")
    with pytest.raises(SystemExit, match=r"it has no outbox_message.language\).*DATA_DIR"):
        check_schema()


def test_two_machines_prepare_one_database_one_after_the_other(transactional_db, capfd):
    got, done = Event(), Event()

    def other():
        with one_at_a_time():
            got.set()
        done.set()

    with one_at_a_time():
        thread = Thread(target=other)
        thread.start()
        assert not got.wait(2 * PAUSE)
        with connection.cursor() as cursor:  # who waits holds nothing that an index would wait for
            cursor.execute("CREATE INDEX CONCURRENTLY tried ON people_person (name)")
            cursor.execute("DROP INDEX tried")
    assert got.wait(10)
    assert done.wait(10)
    thread.join()
    assert capfd.readouterr().out.count("Another is preparing the database") == 1


def test_whoever_prepares_is_ended_by_no_limit_for_idle_transactions(transactional_db, monkeypatch):
    options = {
        **connection.settings_dict["OPTIONS"],
        "options": "-c idle_in_transaction_session_timeout=1min",
    }
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    with closing(connections.create_connection(DEFAULT_DB_ALIAS)) as guard, guard.cursor() as cursor:
        guard.set_autocommit(False)
        for limit in ("1min", "0"):
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            assert cursor.fetchone() == (limit,)
            assert got(guard)


def test_a_command_on_a_database_without_tables_says_in_a_sentence_what_to_do(django_db_blocker):
    name = f"bare_{os.getpid()}"
    server = urlsplit(os.environ["DATABASE_URL"])
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            found = subprocess.run(
                [sys.executable, "manage.py", "appoint_hr", "ruth@company.example", "--name", "Ruth"],
                cwd=BASE_DIR,
                env={**os.environ, "DATABASE_URL": server._replace(path=f"/{name}").geturl()},
                capture_output=True,
                text=True,
            )
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    assert found.returncode == 1
    said = "The database is not prepared yet: python -m alliance_site.local.prepare"
    assert found.stderr.strip().splitlines() == [said]
