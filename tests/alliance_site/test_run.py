"""The launcher: real servers, a real site, a real worker, and nothing left of them at the end."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psutil
import pytest

from alliance_site.demonstration.accounts import ACCOUNTS, PASSWORD
from alliance_site.local import run as launcher
from alliance_site.local.folder import BASE_DIR, kept_port
from tests.alliance_site.folders import bare, data_folder, migrated_folder

pytestmark = pytest.mark.processes


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Run:
    """One launcher on a data folder; what it says is in `said`."""

    def __init__(self, folder, **environment):
        self.folder, self.port = folder, environment.pop("PORT", free_port())
        self.output = folder / "said"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "alliance_site.local.run"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=BASE_DIR,
                env={**bare(), "DATA_DIR": str(folder), "PORT": str(self.port), **environment},
            )

    @property
    def said(self):
        return self.output.read_text()

    def ready(self, seconds=120.0):
        until(lambda: "is ready at" in self.said or self.process.poll() is not None, seconds, self)
        assert self.process.poll() is None, self.said
        return self

    def children(self):
        rows = json.loads((self.folder / "run.json").read_text())["children"]
        return {
            re.search(r"sink|gunicorn|worker|beat", " ".join(row["command"]))[0]: row["pid"] for row in rows
        }

    def get(self, path):
        return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10)

    def ended(self, seconds=30.0):
        self.process.wait(seconds)
        return self.process.returncode


def until(condition, seconds=30.0, run=None):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, run.said if run else "it did not come about"
        time.sleep(0.1)


def left_in(folder):
    """Every living process that has to do with the folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        words = " ".join(process.info["cmdline"] or [])
        if str(folder) in words or (process.info["environ"] or {}).get("DATA_DIR") == str(folder):
            found.append(words)
    return found


def manage(*words, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        capture_output=True, text=True, cwd=BASE_DIR, check=False,
        env={**bare(), **environment},
    )  # fmt: skip


def stop(run, number):
    started = time.monotonic()
    run.process.send_signal(number)
    assert run.ended() == 0, run.said
    assert time.monotonic() - started < 20
    assert "Traceback" not in run.said
    until(lambda: not left_in(run.folder))


@pytest.fixture(scope="module")
def folder():
    with data_folder() as path:
        yield path


@pytest.fixture(scope="module")
def running(folder):
    """One demonstration for all tests that do not end it, from nothing: the others begin migrated."""
    run = Run(folder).ready()
    yield run
    stop(run, signal.SIGTERM)


def test_it_answers_and_says_who_can_sign_in(running):
    assert running.get("/healthz").read() == b"Well.\n"
    for word in (f"http://localhost:{running.port}", "/letters/", PASSWORD, *(a.email for a in ACCOUNTS)):
        assert word in running.said
    assert set(running.children()) == {"sink", "gunicorn", "worker", "beat"}


def test_commands_find_the_servers_of_the_one_that_runs(running):
    people = manage(
        "shell", "-v0", "-c",
        "from people.models import Person; from django.conf import settings; "
        "print(Person.objects.count(), settings.SITE_URL, settings.EMAIL_URL)",
        DATA_DIR=str(running.folder),
    )  # fmt: skip
    assert people.stderr == ""
    count, site_url, email_url = people.stdout.split()
    assert int(count) >= 3
    assert site_url == f"http://localhost:{running.port}"
    assert email_url == f"smtp://127.0.0.1:{(running.folder / 'mail.port').read_text()}"
    assert running.get("/healthz").status == 200


@pytest.mark.parametrize("name", ["gunicorn", "worker", "beat", "sink"])
def test_who_is_killed_is_started_again(running, name):
    before = running.children()
    os.kill(before[name], signal.SIGKILL)
    until(lambda: running.children()[name] != before[name], run=running)
    until(lambda: answers(running), run=running)
    assert re.search(r"process was ended by signal 9; it is started again", running.said)


def test_servers_that_are_killed_are_started_again(running):
    os.kill(int((running.folder / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    os.kill(int((running.folder / "redis" / "pid").read_text()), signal.SIGKILL)
    until(lambda: "PostgreSQL did not answer; it was started again" in running.said, run=running)
    until(lambda: "Redis did not answer; it was started again" in running.said, run=running)
    until(lambda: answers(running), run=running)


def answers(run):
    with contextlib.suppress(OSError, urllib.error.HTTPError):
        return run.get("/healthz").status == 200


def test_a_second_one_on_the_same_folder_is_refused_plainly(running):
    refused = subprocess.run(
        [sys.executable, "-m", "alliance_site.local.run"],
        capture_output=True, text=True, cwd=BASE_DIR, check=False,
        env={**bare(), "DATA_DIR": str(running.folder), "PORT": str(free_port())},
    )  # fmt: skip
    assert refused.returncode == 1
    assert "already runs from this data folder" in refused.stderr
    assert f"http://localhost:{running.port} (process {running.process.pid})" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_taken_port_is_said_before_anything_starts(running):
    with data_folder() as other:
        refused = Run(other, PORT=running.port)
        assert refused.ended() == 1
        assert f"cannot use port {running.port}" in refused.said
        assert f"make run PORT={running.port + 1}" in refused.said
        assert not (other / "postgres").exists()


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_a_host_that_is_not_this_machine_is_not_taken_for_a_taken_port(host):
    with data_folder() as other:
        refused = Run(other, HOST=host)
        assert refused.ended() == 1
        assert f"HOST is '{host}', which is no address of this machine." in refused.said


@pytest.mark.parametrize("word", ["many", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(folder, word):
    with data_folder() as other:
        refused = Run(other, PORT=word)
        assert refused.ended() == 1
        assert f"PORT is '{word}'; it must be a number from 1 to 65535." in refused.said


def test_two_folders_run_side_by_side_and_a_killed_one_heals(running):
    with migrated_folder() as folder:
        second = Run(folder).ready()
        for run in (running, second):
            assert run.get("/healthz").status == 200
        assert running.children().keys() == second.children().keys()
        second.process.kill()
        second.process.wait()
        again = Run(folder, PORT=second.port).ready()
        assert again.get("/healthz").status == 200
        assert "Founding" not in again.said
        stop(again, signal.SIGINT)


def test_outside_the_demonstration_there_is_no_demonstration():
    with migrated_folder() as folder:
        production = {
            "DATA_DIR": str(folder),
            "DEMONSTRATION": "0",
            "SECRET_KEY": "s" * 60,
            "EMAIL_URL": "smtp://127.0.0.1:9",
        }
        run = Run(folder, **production).ready()
        assert set(run.children()) == {"gunicorn", "worker", "beat"}
        assert "password" not in run.said
        for path in ("/letters/", "/letters/x/", "/letters/x/html"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                run.get(path)
        command = manage("load_demonstration", **production)
        assert command.returncode == 1
        assert "Unknown command: 'load_demonstration'" in command.stderr
        count = manage(
            "shell",
            "-v0",
            "-c",
            "from people.models import Person; print(Person.objects.count())",
            **production,
        )
        assert count.stdout == "0\n"
        stop(run, signal.SIGTERM)


@pytest.mark.parametrize("program", [["manage.py", "check"], ["-m", "alliance_site.local.run"]])
def test_production_without_a_secret_is_refused_in_one_sentence(program):
    refused = subprocess.run(
        [sys.executable, *program], capture_output=True, text=True, cwd=BASE_DIR, check=False,
        env={**bare(), "DATABASE_URL": "postgresql://localhost/alliance"},
    )  # fmt: skip
    assert refused.returncode == 1
    assert refused.stderr.startswith("SECRET_KEY is not set.")
    assert "Traceback" not in refused.stderr


def test_letters_are_said_to_be_read_only_where_they_come(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DEMONSTRATION", "1")
    monkeypatch.setenv("EMAIL_URL", "smtp://127.0.0.1:9")
    launcher.introduce("http://localhost:8000")
    assert "/letters/" not in capsys.readouterr().out
    monkeypatch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{kept_port('mail')}")
    launcher.introduce("http://localhost:8000")
    assert "http://localhost:8000/letters/" in capsys.readouterr().out
