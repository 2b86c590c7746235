"""The number of a message, and of the letter that brings it: the same however often it is planned.

What goes out after a backup was taken is not in it, and is planned anew after a restore. By its number a
provider's log knows it again, and mail programs that fold doubles do so. It is keyed, so that nobody
who reads such a log can find out by trying what a letter was about: some are private.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.crypto import salted_hmac

from alliance_site.outbox.occasions import Due

SALT = "alliance_site.outbox.numbers"


def number_of(occasion: str, due: Due, channel_id: int | None = None) -> UUID:
    """Of what makes a message unique."""
    said = repr((occasion, due.recipient_id, due.about, due.due_on.isoformat(), due.step, channel_id))
    digest = salted_hmac(SALT, said, algorithm="sha256").digest()
    return UUID(bytes=digest[:16], version=5)  # one that is made of a name, as far as the format goes
