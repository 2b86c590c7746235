"""What a browser sends of a page that somebody has opened, beside what they type into it."""

from __future__ import annotations

import re

from django.test import Client

UNSEEN = re.compile(r'type="hidden" name="(force|number|to|policy|open|seen)" value="(\d*)"')


def read(client: Client, url: str, **typed: object) -> dict[str, object]:
    """Opens the page first."""
    return sent_again(client.get(url).text, **typed)


def sent_again(page: str, **typed: object) -> dict[str, object]:
    return {**typed, **dict(UNSEEN.findall(page))}
