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
HELLO = b"250-sink\r\n250 PIPELINING\r\n"
ANSWERS = {b"EHLO": HELLO, b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
END = b"\r\n.\r\n"
ABOUT = "benchmark"
WORDS = "As far as the second turbine, and no further before the weather turns.\n" * 8


@dataclass(frozen=True)
class Delivered:
    letters: int
    seconds: float
    conversations: int


class Sink(socketserver.ThreadingTCPServer):
    """Says yes to everything, and keeps nothing. It is to cost little: it shares the machine."""

    daemon_threads = True
    taken = conversations = 0


class Conversation(socketserver.BaseRequestHandler):
    server: Sink

    def handle(self) -> None:
        self.server.conversations += 1
        self.request.sendall(b"220 ready\r\n")
        said, in_letter = b"", False
        while more := self.request.recv(1 << 16):
            answers, said = b"", said + more
            while (end := END if in_letter else b"\r\n") in said:
                words, _, said = said.partition(end)
                self.server.taken += in_letter
                answers += b"250 yes\r\n" if in_letter else ANSWERS.get(words[:4], b"250 yes\r\n")
                in_letter = not in_letter and words[:4] == b"DATA"
            if answers:
                self.request.sendall(answers)


def delivering(now: datetime) -> Delivered:
    from alliance_site.outbox.models import Message

    with Sink(("127.0.0.1", 0), Conversation) as sink:
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        senders = _senders(sink.server_address[1])
        _write(now)
        try:
            seconds = _send(senders)
        finally:
            Message.objects.filter(about__startswith=ABOUT).delete()
        sink.shutdown()
        return Delivered(sink.taken, seconds, sink.conversations)


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


def _senders(port: int) -> list[subprocess.Popen[bytes]]:
    """As warm as a worker is that has looked for letters before, and found none."""
    words = [sys.executable, "-m", "tests.bench.delivery"]
    address = os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    senders = [
        subprocess.Popen(words, cwd=BASE_DIR, env=address, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _n in range(SENDERS)
    ]
    for sender in senders:
        assert sender.stdout
        sender.stdout.readline()
    return senders


def _send(senders: list[subprocess.Popen[bytes]]) -> float:
    """Seconds until the last has nothing left to send."""
    begun = time.perf_counter()
    for sender in senders:
        assert sender.stdin
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
    from alliance_site.outbox.hours import days_off

    days_off(timezone.now())
    deliver(timezone.now())
    print("ready", flush=True)
    sys.stdin.readline()
    while deliver(timezone.now()):
        pass


if __name__ == "__main__":
    main()
