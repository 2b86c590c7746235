"""`manage.py load_demonstration [--seed N]`: a company to look at, in a database without people."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alliance_site.demonstration.company.imagining import imagine, surround
from alliance_site.demonstration.company.writing import write
from people.models import Person

SEED = 2014


class Command(BaseCommand):
    help = "Loads the demonstration company, dated relative to today, into a database without people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED, help="another seed, another company")

    def handle(self, *args: Any, seed: int, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("This is not the demonstration; nothing was loaded.")
        if Person.objects.exists():
            raise CommandError("There are people in this database already; nothing was loaded.")
        today = timezone.localdate()
        company = imagine(seed, today)
        write(company, surround(company, seed))
        here = Person.objects.employed(today).count()
        self.stdout.write(
            f"The demonstration company: {here} people at work, {Person.objects.count() - here} who left."
        )
