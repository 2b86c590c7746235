"""`manage.py load_demonstration [--seed N]`: a company to look at, in a database without people."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alliance_site.demonstration.company.imagining import imagine
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
        company = imagine(seed, timezone.localdate())
        write(company)
        left = sum(member.spells[-1].left_on is not None for member in company.members.values())
        self.stdout.write(
            f"The demonstration company: {len(company.members) - left} people at work, {left} who left, "
            f"{len(company.tours)} tours."
        )
