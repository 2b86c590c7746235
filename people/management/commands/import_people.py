"""Read an export of people, again and again, without harm."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from people.importing.problems import Unreadable
from people.importing.run import import_people


class Command(BaseCommand):
    help = "Imports people, employments, positions and managers from a CSV file, as a mapping says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument(
            "--mapping", type=Path, required=True, help="a TOML file; see people/mappings for examples"
        )
        parser.add_argument("--dry-run", action="store_true", help="do everything, then undo it")
        parser.add_argument(
            "--as-of",
            type=date.fromisoformat,
            help="the day from which changes hold, as YYYY-MM-DD; today if not given",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        as_of, dry_run = options["as_of"] or timezone.localdate(now), options["dry_run"]
        try:
            told = import_people(options["file"], options["mapping"], as_of=as_of, now=now, dry_run=dry_run)
        except Unreadable as problem:
            raise CommandError(f"nothing was imported.\n{problem}") from None
        self.stdout.write(told)
