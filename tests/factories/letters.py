"""Letters in the outbox."""

from __future__ import annotations

from itertools import count
from typing import Any

from alliance_site.outbox.models import Hook, Message
from people.models import Person
from tests.factories.days import DAY, NOW

_numbers = count(1)


def make_message(recipient: Person, **kw: Any) -> Message:
    """A letter that failed, unless said otherwise."""
    fields: dict[str, Any] = {
        "occasion": "tours.tour_ends",
        "about": f"tour:{next(_numbers)}",
        "due_on": DAY,
        "subject": "Your tour of duty ends",
        "text": "Your tour of duty ends.",
        "language": "en",
        "state": Message.State.FAILED,
        "created_at": NOW,
        "send_after": NOW,
    }
    return Message.objects.create(recipient=recipient, **{**fields, **kw})


def make_hook(made_by: Person, **kw: Any) -> Hook:
    """A channel that hears of tours that end, unless said otherwise."""
    fields: dict[str, Any] = {
        "name": "People",
        "kind": Hook.Kind.SLACK,
        "url": "https://chat.example.com/hooks/T1/s3cret",
        "occasions": ["tours.tour_ends"],
        "made_at": NOW,
    }
    return Hook.objects.create(made_by=made_by, **{**fields, **kw})
