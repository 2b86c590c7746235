"""`python manage.py load_demonstration`: the three people who can sign in."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from alliance_site.demonstration.accounts import ACCOUNTS, PASSWORD
from people.models import Person


class Command(BaseCommand):
    help = "Found the demonstration company."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for who in ACCOUNTS:
            Person.objects.create_user(who.email, PASSWORD, name=who.name)
