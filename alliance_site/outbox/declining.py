"""To decline letters of one kind, from the letter itself and without signing in (RFC 8058)."""

from __future__ import annotations

from typing import NamedTuple

from django.core.signing import BadSignature, Signer
from django.urls import reverse


class Declined(NamedTuple):
    person_id: int
    occasions: list[str]


def one_click(person_id: int, occasions: list[str]) -> str:
    """An address that nobody can guess, and that says no more than it must."""
    return reverse("letters_declined", args=[_signer().sign_object([person_id, occasions], compress=True)])


def read(token: str) -> Declined | None:
    try:
        person_id, keys = _signer().unsign_object(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return Declined(person_id, keys)


def _signer() -> Signer:
    return Signer(salt="alliance_site.outbox.declining")
