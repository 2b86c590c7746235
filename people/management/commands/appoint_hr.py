"""How the first HR person comes in: everybody after them can come by an import."""

import os
import sys
from getpass import getpass, getuser
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from people import passwords, services
from people.days import today_for
from people.models import Person


class Command(BaseCommand):
    help = "Gives somebody the HR duty from today, and a way to sign in. Who is unknown is created."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", help="needed for somebody who is not known yet")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with pghistory.context(command="appoint_hr", by=operator()):  # nobody is signed in
                person, is_new = appointed(options["email"], options["name"])
        except services.Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{person.name} <{person.email}> is HR.")
        if is_new:
            self.stdout.write(
                "They count as hired today; an import that has their e-mail address corrects that."
            )
        if person.has_usable_password():
            self.stdout.write("They have a password; `password_link` makes a way to another.")
            return
        if sys.stdin.isatty():
            self.ask_for_password(person)
        else:
            self.stdout.write("They choose a password within a day at:")
            self.stdout.write(settings.SITE_URL + passwords.path_for(person))

    def ask_for_password(self, person: Person) -> None:
        while True:
            password = getpass("Password: ")
            if password != getpass("The same again: "):
                self.stderr.write("These are two different passwords.")
                continue
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.stderr.write("\n".join(error.messages))
                continue
            person.set_password(password)
            with transaction.atomic():
                person.save(update_fields=["password"])
                passwords.tell_of_change(person, timezone.now())
            return


def operator() -> str:
    """Who is at the machine, as it calls them; in a container the account may have no name."""
    try:
        return getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


@transaction.atomic
def appointed(email: str, name: str | None) -> tuple[Person, bool]:
    """The person, and whether they are new here. Raises services.Refused."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise services.Refused(f"{email!r} is no e-mail address.") from None
    person = Person.objects.filter(email=email).first()
    is_new = person is None
    if person is None:
        if not (name and name.strip()):
            raise services.Refused(f"Nobody here has the address {email}. To create them, give --name.")
        person = Person.objects.create_user(email, name=" ".join(name.split())[:200])
        services.hire(person, on=today_for(person))
    services.appoint_hr(person, since=today_for(person))
    return person, is_new
