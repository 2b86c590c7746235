"""The embedded servers: started, shared, healed."""

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import namedtuple
from types import SimpleNamespace

import psycopg2
import pytest
import redis
from django.core.cache.backends.redis import RedisCache
from kombu import Connection

from alliance_site.local import children, note
from alliance_site.local import folder as local_folder
from alliance_site.local.children import Child
from alliance_site.local.folder import BASE_DIR, Refused
from alliance_site.local.postgres import Postgres
from alliance_site.local.redis_server import RedisServer
from alliance_site.local.run import watch
from alliance_site.settings import celery_broker_url
from tests.alliance_site.folders import bare, data_folder

pytestmark = pytest.mark.processes

HOLD = "from alliance_site.local import servers; servers.provide(); print('up', flush=True); input()"


@pytest.fixture
def folder():
    with data_folder() as path:
        yield path


@pytest.fixture
def postgres(folder):
    return Postgres(folder / "postgres")


def rows(server, sql):
    connection = psycopg2.connect(server.url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def pid(server):
    return int((server.folder / "postmaster.pid").read_text().split()[0])


def until(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def test_postgres_starts_answers_and_stops(postgres):
    assert not postgres.answers()
    postgres.start()
    assert postgres.answers()
    assert rows(postgres, "SELECT lower('ÄÉ')") == [("äé",)]
    postgres.stop()
    assert not postgres.answers()


def test_a_running_postgres_is_not_started_again(postgres):
    postgres.start()
    first = pid(postgres)
    postgres.start()
    assert pid(postgres) == first


def test_postgres_heals_after_a_kill_whatever_has_its_number_now(postgres):
    postgres.start()
    rows(postgres, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
    note = (postgres.folder / "postmaster.pid").read_text()
    killed = pid(postgres)
    os.kill(killed, signal.SIGKILL)
    until(lambda: not postgres.answers())
    # The number belongs to another living process of whoever starts the server.
    (postgres.folder / "postmaster.pid").write_text(note.replace(str(killed), str(os.getpid()), 1))
    postgres.start()
    assert rows(postgres, "SELECT n FROM kept") == [(7,)]


def test_a_database_that_was_half_made_is_set_aside_not_deleted(postgres, capsys):
    postgres.folder.mkdir()
    (postgres.folder / "PG_VERSION").write_text("18\n")
    postgres.folder.with_name("postgres.new").mkdir()
    postgres.start()
    assert postgres.answers()
    (aside,) = postgres.folder.parent.glob("postgres.incomplete-*")
    assert (aside / "PG_VERSION").exists()
    assert "it is kept as postgres.incomplete-" in capsys.readouterr().err


def test_a_path_too_long_for_a_socket_works_too(folder):
    deep = folder / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    postgres, cache = Postgres(deep / "postgres"), RedisServer(deep / "redis")
    try:
        for server in (postgres, cache):
            server.start()
            assert server.answers()
        assert rows(postgres, "SELECT 1") == [(1,)]
        short = [server.sockets for server in (postgres, cache)]
    finally:
        postgres.stop()
        cache.stop()
    assert not any(path.exists() for path in short)


def test_a_full_disk_is_said_in_one_sentence(postgres, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**10, 10**10, 3_000_000))
    with pytest.raises(Refused, match=r"is full \(3 MB free\)\. Make some room"):
        postgres.start()


def test_a_log_is_cut_on_a_full_disk_too(folder, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    child = Child("worker", [], folder)
    monkeypatch.setattr(children, "LOG_LIMIT", 10)
    child.log.write_text("many words too many")
    monkeypatch.setattr(shutil, "copyfile", full)
    child.trim_log()
    assert child.log.read_text() == ""


def test_a_full_disk_does_not_stop_what_still_runs(folder, monkeypatch, capsys):
    """Though a child that died is started again, and there is no room to note its number."""

    def full(*_):
        raise Refused("The disk is full.")

    child = Child("worker", ["true"], folder)
    monkeypatch.setattr(note, "write", full)
    monkeypatch.setenv("SITE_URL", "http://localhost")
    turns = iter([False, False, True])
    watch([child], SimpleNamespace(wait=lambda _seconds: next(turns)), [])
    assert "The disk is full." in capsys.readouterr().out


def test_a_database_of_another_version_is_left_alone(postgres):
    postgres.start()
    postgres.stop()
    (postgres.folder / "PG_VERSION").write_text("17\n")
    with pytest.raises(Refused, match="was made by PostgreSQL 17"):
        postgres.start()
    (postgres.folder / "PG_VERSION").write_text("18\n")


def test_what_is_wrong_with_postgres_is_shown(postgres):
    postgres.start()
    postgres.stop()
    with (postgres.folder / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(Refused, match="no_such_setting"):
        postgres.start()


@pytest.fixture(params=["real", "stand-in"])
def cache(request, folder, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(folder))
    if request.param == "stand-in":
        monkeypatch.setenv("ALLIANCE_REDIS", "stand-in")
    server = RedisServer(folder / "redis")
    server.start()
    yield server
    server.stop()
    assert not server.answers()


def test_redis_serves_django_and_celery_alike(cache):
    django = RedisCache(cache.url, {})
    django.set("key", "value")
    assert django.get("key") == "value"
    with Connection(celery_broker_url(cache.url)) as connection:
        queue = connection.SimpleQueue("nudges")
        queue.put({"a": 1})
        assert queue.get(timeout=5).payload == {"a": 1}
        queue.close()


def test_redis_heals_after_a_kill_under_the_same_address(cache):
    before = cache.url
    os.kill(int((cache.folder / "pid").read_text()), signal.SIGKILL)
    until(lambda: not cache.answers())
    cache.start()
    assert cache.url == before
    assert redis.Redis.from_url(cache.url).ping()


def provide(folder, **environment):
    """A process that shares the servers of the folder until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=BASE_DIR,
        env={**bare(), "DATA_DIR": str(folder), "DEMONSTRATION": "1", **environment},
        text=True,
    )
    assert process.stdout.readline() == "up\n"
    return process


def leave(process):
    process.communicate("\n", timeout=30)
    assert process.returncode == 0


def test_servers_are_shared_and_stopped_by_the_last(folder, postgres):
    first = provide(folder)
    number = pid(postgres)
    second = provide(folder)
    leave(first)
    assert postgres.answers()
    assert pid(postgres) == number
    leave(second)
    assert not postgres.answers()


def test_one_that_was_killed_does_not_count_any_more(folder, postgres):
    killed = provide(folder)
    killed.kill()
    killed.communicate()
    assert postgres.answers()
    leave(provide(folder))
    assert not postgres.answers()


def test_two_that_start_at_once_share_one_server(folder, postgres):
    both = [
        subprocess.Popen(
            [sys.executable, "-c", HOLD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=BASE_DIR,
            env={**bare(), "DATA_DIR": str(folder)},
            text=True,
        )
        for _ in range(2)
    ]
    for process in both:
        assert process.stdout.readline() == "up\n"
    for process in both:
        leave(process)
    assert not postgres.answers()


def test_a_server_that_is_named_is_not_started(folder):
    named = {
        "DATABASE_URL": "postgresql://elsewhere/alliance",
        "SECRET_KEY": "s",
        "REDIS_URL": "redis://elsewhere",
    }
    leave(provide(folder, **named))
    assert not (folder / "postgres").exists()
    assert not (folder / "redis").exists()
    leave(provide(folder, DATABASE_URL=named["DATABASE_URL"]))
    assert not (folder / "postgres").exists()
    assert (folder / "redis").exists()


def test_a_kept_port_stays_the_same(folder, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(folder))
    assert local_folder.kept_port("mail") == local_folder.kept_port("mail")
    (folder / "mail.port").write_text("damaged")
    assert local_folder.kept_port("mail") == local_folder.kept_port("mail")


def test_a_kept_port_that_another_program_took_is_given_up(folder, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(folder))
    port = local_folder.kept_port("mail")
    assert local_folder.free_port("mail") == port
    with socket.create_server(("127.0.0.1", port)):
        other = local_folder.free_port("mail")
    assert other != port
    assert local_folder.kept_port("mail") == other
