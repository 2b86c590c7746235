"""`python -m alliance_site.demonstration.sink PORT FOLDER`: takes all mail by SMTP and keeps it in a Maildir.

It listens on this machine alone and passes nothing on, so no letter of the demonstration goes astray.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, Envelope, Session


class Letters(Mailbox):
    """What cannot be kept now, as on a full disk, is refused as a real server does: to be tried again."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        try:
            answer: str = await super().handle_DATA(server, session, envelope)
        except OSError as error:
            return f"452 Insufficient system storage: {error.strerror}"
        return answer


async def serve(port: int, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    letters = Letters(folder)
    server = await loop.create_server(lambda: SMTP(letters, enable_SMTPUTF8=True), "127.0.0.1", port)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with server:
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
