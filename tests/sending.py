"""What a browser sends of a page that somebody has opened, beside what they type into it."""

from __future__ import annotations

import re

from django.test import Client

UNSEEN = re.compile(r'type="hidden" name="(force|number|to|policy|open|seen)" value="(\d*)"')
FOLDED = re.compile(r"<details.*?</details>", re.DOTALL)
BUTTON = re.compile(r"<button[^>]*>(.*?)</button>", re.DOTALL)


def asked_once(page: str, button: str) -> bool:
    """Whether that button stands only where one has asked what it does, below a sentence that says so."""
    asking = [part for part in FOLDED.findall(page) if button in BUTTON.findall(part)]
    everywhere = BUTTON.findall(page).count(button)
    return len(asking) == everywhere > 0 and all("<p>" in part.partition("<button")[0] for part in asking)


def read(client: Client, url: str, **typed: object) -> dict[str, object]:
    """Opens the page first."""
    return sent_again(client.get(url).text, **typed)


def sent_again(page: str, **typed: object) -> dict[str, object]:
    return {**typed, **dict(UNSEEN.findall(page))}
