"""Letters to a mail server of the benchmark's own, by two processes at once; taken away again."""

from __future__ import annotations

import os
import socketserver
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import datetime

from alliance_site.local.folder import BASE_DIR

LETTERS, SENDERS = 4000, 2
ABOUT = "benchmark"
WORDS = "As far as the second turbine, and no further before the weather turns.\n" * 8


@dataclass(frozen=True)
class Delivered:
    letters: int
    seconds: float
    conversations: int


class Sink(socketserver.ThreadingTCPServer):
    """Says yes to everything, and keeps nothing."""

    daemon_threads = True
    taken = conversations = 0


class Conversation(socketserver.StreamRequestHandler):
    server: Sink

    def handle(self) -> None:
        self.server.conversations += 1
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
                self.server.taken += 1
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 yes\r\n")


def delivering(now: datetime) -> Delivered:
    from alliance_site.outbox.models import Message

    _write(now)
    try:
        with Sink(("127.0.0.1", 0), Conversation) as sink:
            threading.Thread(target=sink.serve_forever, daemon=True).start()
            seconds = _send(sink.server_address[1])
            sink.shutdown()
            return Delivered(sink.taken, seconds, sink.conversations)
    finally:
        Message.objects.filter(about__startswith=ABOUT).delete()


def _write(now: datetime) -> None:
    from alliance_site.outbox.models import Message
    from people.models import Person

    people = list(Person.objects.filter(email__isnull=False)[:200])
    Message.objects.bulk_create(
        [
            Message(
                recipient=people[n % len(people)],
                occasion="people.password_reset",
                about=f"{ABOUT} {n}",
                due_on=now.date(),
                subject="A link to choose a password",
                text=WORDS,
                html=f"<p>{WORDS}</p>",
                language="en",
                created_at=now,
                send_after=now,
            )
            for n in range(LETTERS)
        ],
        batch_size=1000,
    )


def _send(port: int) -> float:
    """Seconds from when all are ready until the last has nothing left to send."""
    words = [sys.executable, "-m", "tests.bench.delivery"]
    address = os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    senders = [
        subprocess.Popen(words, cwd=BASE_DIR, env=address, **pipes)  # type: ignore[call-overload]
        for _n in range(SENDERS)
    ]
    for sender in senders:
        sender.stdout.readline()
    begun = time.perf_counter()
    for sender in senders:
        sender.stdin.write(b"go\n")
        sender.stdin.flush()
    for sender in senders:
        sender.wait()
    return time.perf_counter() - begun


def main() -> None:
    import django

    django.setup()
    from django.utils import timezone

    from alliance_site.outbox.delivery import deliver

    print("ready", flush=True)
    sys.stdin.readline()
    while deliver(timezone.now()):
        pass


if __name__ == "__main__":
    main()
