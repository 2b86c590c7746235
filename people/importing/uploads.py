"""What HR uploaded and is yet to confirm: kept for an hour, for whoever brought it alone.

In the cache, which forgets it by itself: an export holds all the company's people, and must not lie about.
All of this raises RedisError where the cache is away.
Whoever is too late uploads it once more, and an import does nothing that was done already.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe

from django.core.cache import cache

from people.importing.summary import Told
from people.importing.table import Table
from people.models import Person

KEPT = 60 * 60  #: seconds
#: As long as one import may take, many times over, and whatever it waits for; one that was killed gives back
#: nothing. Should the other go on even so, the later waits for it, and changes nothing.
TAKEN = 10 * 60


@dataclass(frozen=True)
class Upload:
    """`told` is what its import did; then the lines are gone."""

    name: str
    table: Table
    told: Told | None = None


def keep(person: Person, name: str, table: Table) -> str:
    """Returns what its address has in it."""
    key = token_urlsafe(16)
    cache.set(_place(person, key), Upload(name, table), KEPT)
    return key


def find(person: Person, key: str) -> Upload | None:
    found: Upload | None = cache.get(_place(person, key))
    return found


def claim(person: Person, key: str) -> bool:
    """For whoever confirms it first: a second click, or another tab, is told so."""
    return cache.add(f"{_place(person, key)}:taken", 1, TAKEN)


def release(person: Person, key: str) -> None:
    """Nothing was written: it may be tried again."""
    cache.delete(f"{_place(person, key)}:taken")


def settle(person: Person, key: str, name: str, told: Told) -> None:
    cache.set(_place(person, key), Upload(name, [], told), KEPT)


def _place(person: Person, key: str) -> str:
    return "upload:" + sha256(f"{person.pk} {key}".encode()).hexdigest()
