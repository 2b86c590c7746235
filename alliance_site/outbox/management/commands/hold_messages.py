"""`manage.py hold_messages`: nothing is sent until HR says go; for whoever puts back a disk."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alliance_site.outbox import gate


class Command(BaseCommand):
    help = "Holds every message until HR releases them at /messages/sending/."

    def handle(self, *args: Any, **options: Any) -> None:
        held = gate.hold(timezone.now(), actor=None, because=gate.RESTORED)
        self.stdout.write("Sending waits for HR now." if held else "Sending was held already.")
