"""Who takes a parcel where it goes: the mail server, in one conversation for many, or a chat."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings

from alliance_site.outbox.chat import Post
from alliance_site.outbox.letters import Letter
from alliance_site.outbox.models import Hook
from alliance_site.outbox.parcels import Parcel
from alliance_site.outbox.smtp import Session


class Carrier(Protocol):
    """Raises `Unreachable`, `Refused` and `Lost`, each as `smtp.py` says what it means."""

    def envelope(self, letter: Letter) -> None: ...
    def begin(self) -> None: ...
    def finish(self, letter: Letter) -> None: ...
    def reset(self) -> None: ...
    def close(self) -> None: ...


class Carriers:
    def __init__(self) -> None:
        self.mail = Session(settings.EMAIL_URL)

    def of(self, parcel: Parcel) -> Carrier:
        if parcel.channel_id is None:
            return self.mail
        return Post(Hook.objects.get(pk=parcel.channel_id))

    def quit(self) -> None:
        self.mail.quit()
