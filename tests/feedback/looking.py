"""Everybody's Alliance but Alice's, to the letter, so that a test can compare it with itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access import NAMES, all_pages
from tests.world import World

OTHERS = NAMES[1:]  #: all but Alice


@contextmanager
def undone() -> Iterator[None]:
    """What is looked at is as it was afterwards: a first look is noted, and is there for others to see."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def urls_but(*own: str, world: World) -> list[str]:
    """Of every page but those."""
    pages = {name: page for name, page in all_pages().items() if page.get and name not in own}
    return [reverse(name, kwargs=page.args(world)) for name, page in pages.items()]


def seen_by(readers: dict[str, Client], urls: list[str]) -> dict[tuple[str, str], tuple[int, str]]:
    """Every page as each reader gets it, but for what differs at each request anyhow."""
    found = {}
    for who, client in readers.items():
        for url in urls:
            reply = client.get(url)
            text = reply.content.decode(errors="replace")
            text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
            found[who, url] = (reply.status_code, text)
    return found
