"""What would keep the outbox silent is said before anything starts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.template import TemplateDoesNotExist
from django.utils.module_loading import import_string

from alliance_site.outbox.frames import missing
from alliance_site.outbox.letters import Digest, sender
from alliance_site.outbox.occasions import Occasion
from alliance_site.outbox.smtp import Server, Unreachable


@register()
def check_outbox(**kwargs: Any) -> list[CheckMessage]:
    found = _check_occasion(Digest)
    for path in [
        settings.OUTBOX_RECIPIENTS,
        settings.OUTBOX_REACHED_AGAIN,
        settings.OUTBOX_DAYS_OFF,
        settings.OUTBOX_WORDINGS,
        settings.OUTBOX_DECLINE,
        *settings.OUTBOX_PREPARE,
    ]:
        if not callable(_imported(path)):
            found.append(Error(f"{path} cannot be imported or called.", id="outbox.E001"))
    for path in settings.OUTBOX_OCCASIONS:
        occasion = _imported(path)
        if isinstance(occasion, Occasion):
            found += _check_occasion(occasion)
        else:
            found.append(
                Error(
                    f"{path} in OUTBOX_OCCASIONS is not an occasion that can be imported.",
                    hint="Name it as module.name, as in tours.reminders.tour_ends.",
                    id="outbox.E002",
                )
            )
    return found


@register(deploy=True)
def check_mail(**kwargs: Any) -> list[CheckMessage]:
    """Reminders that go nowhere would be silent failures."""
    found: list[CheckMessage] = []
    try:
        Server.from_url(settings.EMAIL_URL)
    except Unreachable as error:
        found.append(
            Error(
                f"{error}." if settings.EMAIL_URL else "EMAIL_URL is not set, so no letter could leave.",
                hint="Name a mail server: EMAIL_URL=submission://user:password@mail.example.com",
                id="outbox.E006",
            )
        )
    try:
        sender()
    except ValueError:
        found.append(
            Error(
                "DEFAULT_FROM_EMAIL is not an e-mail address.",
                hint="Write it as Alliance <alliance@example.com>.",
                id="outbox.E004",
            )
        )
    return found


def _imported(path: str) -> object:
    try:
        return import_string(path)
    except ImportError:
        return None


def _check_occasion(occasion: Occasion) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if (occasion.due is None) != (occasion.context is None):
        found.append(Error(f"{occasion.key} needs both `due` and `context`, or neither.", id="outbox.E003"))
    try:
        found += [
            Error(f"emails/{occasion.words}.txt has no block {piece}.", id="outbox.E007")
            for piece in missing(occasion.words)
        ]
    except TemplateDoesNotExist:
        found.append(Error(f"{occasion.key} has no emails/{occasion.words}.txt.", id="outbox.E005"))
    return found
