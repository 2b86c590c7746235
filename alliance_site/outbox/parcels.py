"""What goes as one: a letter about one thing, a morning's digest, or one post to a channel of the chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from alliance_site.outbox import chat, letters
from alliance_site.outbox.letters import Letter
from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import Recipient, occasions


@dataclass(frozen=True)
class Parcel:
    """Each message in it keeps a state of its own; they go, fail or are in doubt together."""

    messages: Sequence[Message]

    @property
    def single(self) -> bool:
        return len(self.messages) == 1

    @property
    def key(self) -> UUID:
        return self.messages[0].pk

    @property
    def recipient_id(self) -> int:
        return self.messages[0].recipient_id

    @property
    def channel_id(self) -> int | None:
        return self.messages[0].channel_id


def sent_together(message: Message, recipient: Recipient) -> bool:
    """Whether it may share a letter. What somebody waits for, and what is private, comes by itself."""
    if message.channel_id or not (recipient.one_digest or message.late):
        return False
    occasion = occasions().get(message.occasion)
    return not (occasion is None or occasion.any_hour or occasion.private or occasion.lasts)


def gathered(messages: Sequence[Message], people: Mapping[int, Recipient]) -> list[Parcel]:
    """In the order of the first message of each."""
    together: dict[tuple[str, object], list[Message]] = {}
    for message in messages:
        key: tuple[str, object] = ("single", message.pk)
        if message.channel_id:
            key = ("channel", message.channel_id)
        elif sent_together(message, people[message.recipient_id]):
            key = ("person", message.recipient_id)
        together.setdefault(key, []).append(message)
    return [Parcel(found) for found in together.values()]


def compose(parcel: Parcel, recipient: Recipient) -> Letter:
    """Raises `NoAddress` where the letter could not arrive."""
    if channel := parcel.messages[0].channel:
        return chat.compose(parcel.messages, channel.kind)
    if parcel.single:
        return letters.compose(parcel.messages[0], recipient)
    brings = {message.occasion for message in parcel.messages}
    return letters.compose(letters.digest(parcel.messages, recipient), recipient, brings=brings)
