"""`make run`: one parent over the servers, the site, the worker, the clock and the demonstration's mail sink.

1. One launcher for each data folder; what an earlier one left behind when it was killed is ended.
2. The port must be free, before anything is started.
3. The servers come up, the database and the files are prepared (`prepare.py`).
4. The children start and are watched until Ctrl-C or SIGTERM; who dies is started again.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from alliance_site.local import children, environment, note, servers
from alliance_site.local.children import PR_SET_PDEATHSIG, Child, dying_with
from alliance_site.local.folder import BASE_DIR, Refused, data_dir, free_port, kept_port, writing
from alliance_site.local.signals import Signals

PATIENCE = 60  #: seconds for the site to answer first
FAREWELL = 8  #: seconds for a child to end by itself
GLANCE = 5.0  #: seconds between two looks at the embedded servers and the logs


def main() -> None:
    environment.decide()
    folder = data_dir()
    host, port = address()
    with only_one(folder / "run.lock"):
        end_with_make()
        signals = Signals()
        if children.end_leftovers(note.read().get("children", [])):
            say("An earlier run was killed; what it left behind is ended now.")
        check_free(host, port)
        os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
        os.environ.setdefault("WEB_CONCURRENCY", "2")
        say("Starting …")
        if own_mail_sink():
            os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{free_port('mail')}"
        shared = servers.provide()
        prepare(signals)
        family = the_family(folder, host, port)
        try:
            start(family)
            announce(family, signals, host, port, folder)
            watch(family, signals, shared)
        finally:
            say("Stopping …")
            children.stop(family[1:], FAREWELL)
            children.stop(family[:1], FAREWELL)
            note.remove()


def address() -> tuple[str, int]:
    host, word = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not word.isdecimal() or not 0 < int(word) < 65536:
        raise Refused(f"PORT is {word!r}; it must be a number from 1 to 65535.")
    return host, int(word)


@contextlib.contextmanager
def only_one(lock: Path) -> Iterator[None]:
    with writing(lock.parent), lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = note.read()
            raise Refused(
                f"Alliance already runs from this data folder ({lock.parent}): {other.get('site_url', '')} "
                f"(process {other.get('pid', 'unknown')}). Stop that one first, or choose another folder "
                "with DATA_DIR=…."
            ) from None
        yield


def end_with_make() -> None:
    """Under `make`, a `make` that is killed takes the launcher along, and with it all children."""
    if sys.platform == "linux" and os.environ.get("MAKELEVEL") and os.getppid() != 1:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def check_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                raise Refused(f"HOST is {host!r}, which is no address of this machine.") from None
            reason = os.strerror(error.errno or 0).lower()
            raise Refused(
                f"Alliance cannot use port {port} of {host} ({reason}). "
                f"Choose another port: make run PORT={port + 1 if port < 65535 else 8001}"
            ) from None


def own_mail_sink() -> bool:
    """Whether mail goes to a sink of our own, and not to one of this machine that EMAIL_URL names."""
    return (
        os.environ["DEMONSTRATION"] == "1"
        and os.environ["EMAIL_URL"] == f"smtp://127.0.0.1:{kept_port('mail')}"
    )


def prepare(signals: Signals) -> None:
    """In a process of its own, so that the launcher stays small. Raises `Refused` when it fails."""
    command = [sys.executable, "-m", "alliance_site.local.prepare"]
    with subprocess.Popen(command, cwd=BASE_DIR, preexec_fn=dying_with(os.getpid())) as process:
        while process.poll() is None and not signals.wait(1):
            pass
        if signals.stop_asked:
            process.terminate()
            raise SystemExit(0)
    if process.returncode:
        raise Refused("Alliance could not be prepared; the lines above say why.")


def the_family(folder: Path, host: str, port: int) -> list[Child]:
    """The mail sink, where there is one, comes first: it starts first and ends last."""
    at = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    celery = ["celery", "-A", "alliance_site"]
    commands = {
        "web": [
            "gunicorn", "alliance_site.wsgi", "--bind", at, "--worker-class", "gthread", "--threads", "4",
            "--graceful-timeout", "5", "--access-logfile", "-", "--no-control-socket",
            "--logger-class", "alliance_site.local.access_log.DiscreetLogger",
        ],
        "worker": [
            *celery, "worker", "--pool", "prefork", "--concurrency", "2", "--loglevel", "INFO",
            "--without-mingle", "--without-gossip",  # workers have nothing to tell each other
        ],
        "beat": [*celery, "beat", "--loglevel", "INFO"],
    }  # fmt: skip
    if own_mail_sink():
        sink = ["alliance_site.demonstration.sink", str(kept_port("mail")), str(folder / "letters")]
        commands = {"mail": sink, **commands}
    logs = folder / "logs"
    return [Child(name, [sys.executable, "-m", *words], logs) for name, words in commands.items()]


def start(family: list[Child]) -> None:
    for child in family:
        child.start()
    take_note(family)


def take_note(family: list[Child]) -> None:
    rows = [{"pid": child.process.pid, "command": child.command} for child in family if child.process]
    note.write(os.environ["SITE_URL"], rows)


def announce(family: list[Child], signals: Signals, host: str, port: int, folder: Path) -> None:
    """Wait until the site answers, then say where it is. Raises `Refused` when it does not."""
    until = time.monotonic() + PATIENCE
    while not answers(host, port):
        ended = [child for child in family if child.died()]
        if ended:
            raise Refused(
                f"The {ended[0].name} process did not start. Its last words:\n{ended[0].last_words()}"
            )
        if time.monotonic() > until:
            raise Refused(f"The site does not answer. Its last words:\n{family[-3].last_words()}")
        if signals.wait(0.1):
            return
    say(f"\nAlliance is ready at {os.environ['SITE_URL']}\n")
    if os.environ["DEMONSTRATION"] == "1":
        introduce(os.environ["SITE_URL"])
    say(f"What the processes say is in {folder / 'logs'}. Ctrl-C stops them all.\n")


def introduce(site_url: str) -> None:
    """What a person who has just started the demonstration needs to know."""
    from alliance_site.demonstration.accounts import ACCOUNTS, PASSWORD

    say("This is a demonstration: a made-up company, and no letter leaves this machine. Sign in as\n")
    for account in ACCOUNTS:
        say(f"  {account.email:42} {account.name}, {account.part}")
    say(f"\neach with the password  {PASSWORD}\n")
    if own_mail_sink():
        say(f"Letters that Alliance sends can be read at {site_url}/letters/")
    else:
        say("Letters that Alliance sends go to the mail server of this machine that EMAIL_URL names.")


def answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host if host != "0.0.0.0" else "127.0.0.1", port, timeout=10)  # noqa: S104
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def watch(family: list[Child], signals: Signals, shared: list[servers.Server]) -> None:
    """Until asked to stop: who died is started again, after a pause that grows while it keeps dying."""
    looked = time.monotonic()
    while not signals.wait(0.5):
        for child in family:
            if how := child.died():
                say(f"The {child.name} process {how}; it is started again. ({child.log})")
            if child.process is None and time.monotonic() >= child.start_at:
                child.start()
                try:
                    take_note(family)
                except Refused as full:  # which is no reason to stop what still runs
                    say(str(full))
        if time.monotonic() - looked > GLANCE:
            for child in family:
                child.trim_log()
            for server in shared:
                if servers.ensure(server):
                    say(f"{server.name} did not answer; it was started again.")
            looked = time.monotonic()


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
