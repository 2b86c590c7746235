"""A worker that dies at one step: `DIES_AT=fence:3` at the third passage, and its whole group with it.

The steps are functions of the outbox, wrapped here and nowhere else: production knows no such points.
"""

from __future__ import annotations

import os
import signal
import smtplib
from collections.abc import Callable
from itertools import count
from typing import Any

from celery.signals import worker_process_init

from alliance_site.celery import app

__all__ = ["app"]

#: In the order of the flow: what has just been done, and what has not.
STEPS = ("claim", "rcpt", "data_at", "data", "mark")


def die() -> None:
    os.killpg(os.getpgrp(), signal.SIGKILL)
    signal.pause()


def after(original: Callable[..., Any], nth: int, passes: Callable[..., bool]) -> Callable[..., Any]:
    passages = count(1)

    def step(*words: Any, **named: Any) -> Any:
        result = original(*words, **named)
        if passes(result, *words) and next(passages) == nth:
            die()
        return result

    return step


@worker_process_init.connect
def prepare_to_die(**kwargs: Any) -> None:
    from alliance_site.outbox import delivery
    from alliance_site.outbox.smtp import Session

    step, _, nth = os.environ["DIES_AT"].partition(":")
    place: tuple[Any, str] = {
        "claim": (delivery, "claim"),
        "rcpt": (Session, "envelope"),
        "data_at": (delivery, "fence"),
        "data": (smtplib.SMTP, "send"),
        "mark": (Session, "finish"),
    }[step]
    passes: Callable[..., bool] = {
        "claim": lambda messages, *_: bool(messages),
        "data": lambda _none, _smtp, words, *_: words[-5:] == b"\r\n.\r\n",
    }.get(step, lambda *_: True)
    setattr(*place, after(getattr(*place), int(nth or 1), passes))
