"""A mail server of the test's own, on a loopback port, that follows a script."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

Answer = str | Callable[[], str | None] | None


class PostOffice(socketserver.ThreadingTCPServer):
    """Speaks just enough SMTP. `script[verb]` answers in its place, once for each in the list;
    `usual[verb]` whenever the script has come to its end.

    An answer of None hangs up instead. A callable is called first: the test acts at that moment.
    The verbs are those of SMTP, and CONNECT and DOT.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.script: dict[str, list[Answer]] = {}
        self.usual: dict[str, Answer] = {}
        self.taken: list[EmailMessage] = []
        self.envelopes: list[tuple[str, str]] = []
        self.conversations = 0
        self.extensions = ["SMTPUTF8", "8BITMIME"]
        self.tls: ssl.SSLContext | None = None
        self.heard: list[str] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}?timeout=5"

    @property
    def ids(self) -> Counter[str]:
        return Counter(letter["Message-ID"] for letter in self.taken)

    def answers(self, verb: str, usual: str) -> str | None:
        planned = self.script.get(verb)
        answer = planned.pop(0) if planned else self.usual.get(verb, usual)
        return answer() if callable(answer) else answer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is no news."""


class Conversation(socketserver.StreamRequestHandler):
    server: PostOffice

    def handle(self) -> None:
        self.server.conversations += 1
        self.envelope = {"MAIL": "", "RCPT": ""}
        talking = self.say("CONNECT", "220 ready")
        while talking and (line := self.rfile.readline()):
            verb, _, words = line.decode().strip().partition(" ")
            talking = self.hear(verb.upper(), words)

    def hear(self, verb: str, words: str) -> bool:
        """Answers; whether the conversation goes on."""
        self.server.heard.append(verb)
        if verb in self.envelope:
            self.envelope[verb] = words
        if not self.say(verb, self.usual(verb)) or verb == "QUIT":
            return False
        if verb == "STARTTLS" and self.server.tls:
            self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        return self.take() if self.last.startswith("354") else True

    def usual(self, verb: str) -> str:
        if verb == "EHLO":
            offers = ["hello", *self.server.extensions]
            return "\r\n".join(f"250{' ' if offer is offers[-1] else '-'}{offer}" for offer in offers)
        return {"DATA": "354 go on", "STARTTLS": "220 go on", "QUIT": "221 bye"}.get(verb, "250 ok")

    def take(self) -> bool:
        content = b""
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            content += line[1:] if line.startswith(b".") else line
        # What is answered with 250, and what is taken before the line goes dead, is in the letter box.
        answer = self.server.answers("DOT", "250 taken")
        if answer is None or answer.startswith("250"):
            self.server.envelopes.append((self.envelope["MAIL"], self.envelope["RCPT"]))
            self.server.taken.append(message_from_bytes(content, policy=policy.default))
        return self.reply(answer)

    def say(self, verb: str, usual: str) -> bool:
        return self.reply(self.server.answers(verb, usual))

    def reply(self, answer: str | None) -> bool:
        self.last = answer or ""
        if answer is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        self.wfile.write(f"{answer}\r\n".encode())
        return True


@contextmanager
def post_office() -> Iterator[PostOffice]:
    with PostOffice() as office:
        thread = threading.Thread(target=office.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield office
        finally:
            office.shutdown()
            thread.join()
