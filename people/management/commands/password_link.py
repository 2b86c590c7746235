"""A way in where no letter comes: all are held, or the mail server is away."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from people import passwords
from people.models import Person


class Command(BaseCommand):
    help = (
        "Prints a link with which somebody chooses a password within a day, whatever they have now. Give it "
        "to them yourself: who uses it is signed in as them, and they are told that a password was set."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        person = Person.objects.filter(email=email, is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody who may sign in has the address {email}.")
        self.stdout.write(f"{person.name} <{person.email}> chooses a password within a day at:")
        self.stdout.write(settings.SITE_URL + passwords.path_for(person))
