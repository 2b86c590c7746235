"""`manage.py seed_company --people N --years Y --seed S`: a believable company of any size."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from alliance_site.demonstration.accounts import DOMAIN
from alliance_site.demonstration.company.rows import writing
from alliance_site.demonstration.company.seeding import Plan, Seeded
from alliance_site.demonstration.company.writing_programmes import write_programmes
from feedback.planning import plan_checkins
from people.models import Person
from tours.models import Revision

LARGE = 3_000  #: from here on several processes pay
#: What planning reads.
READ = ("people_employment", "people_tenure", "people_absence", "tours_tour", "tours_terms",
        "tours_signature", "feedback_checkin", "feedback_sheet")  # fmt: skip
NOBODYS = (".example", ".test", ".invalid", ".localhost")  #: reserved by RFC 2606: no letter reaches anybody


def between(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdigit() or not least <= int(text) <= most:
            raise ArgumentTypeError(f"{text!r} is no number from {least} to {most}")
        return int(text)

    return number


class Command(BaseCommand):
    help = (
        "Makes up a company and writes it into an empty database: people, tours, check-ins of some years. The"
        " same numbers and the same last day give the same company."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--people", type=between(20, 500_000), required=True, help="at work on the last day"
        )
        parser.add_argument("--years", type=between(1, 30), default=5, help="with Alliance (5)")
        parser.add_argument("--seed", type=int, default=1, help="another number, another company (1)")
        parser.add_argument("--until", type=date.fromisoformat, help="the last day of the story (today)")
        parser.add_argument(
            "--domain",
            default=DOMAIN if settings.DEMONSTRATION else "",
            help="of the e-mail addresses. Without one nobody can sign in or be mailed, which is what stands"
            " outside the demonstration",
        )
        parser.add_argument(
            "--beside",
            action="store_true",
            help="add the company to a database that holds people already. Nothing is taken out again",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.began, self.verbosity = monotonic(), options["verbosity"]
        _refuse_where_people_are(beside=options["beside"])
        _refuse_real_addresses(options["domain"])
        _refuse_where_names_meet(options["domain"])
        until = options["until"] or timezone.localdate()
        plan = Plan(options["people"], options["years"], options["seed"], until, options["domain"])
        company = Seeded(plan)
        self._say(f"{len(company.staff):,} people imagined")
        told = self._write(company)
        self._say("every rule holds")
        _tidy()
        self._say(f"{len(company.staff):,} people, {told['tours_tour']:,} tours, "
                  f"{told['feedback_checkin']:,} check-ins so far")  # fmt: skip

    def _write(self, company: Seeded) -> dict[str, int]:
        with writing(lambda: self._plan_ahead(company.plan.until)) as rows:
            rows.people.write(
                company.staff,
                company.departments,
                company.formerly,
                company.plan.until,
                known=settings.DEMONSTRATION,
            )
            rows.begin(company.began_on, _programmes(company, rows.people.keys))
            if company.plan.people >= LARGE:
                rows.share_lives(company.lives)
            else:
                for life in company.lives():
                    rows.write_tours(*life)
        return rows.copying.told

    def _plan_ahead(self, until: date) -> None:
        """All tours at once: whoever would have to wait for it waits already, for the whole company."""
        self._say("written")
        _count()
        plan_checkins(datetime.combine(until, time(12), tzinfo=UTC), at_once=1_000_000)
        self._say("what is to come is planned")

    def _say(self, what: str) -> None:
        if self.verbosity:
            self.stdout.write(f"{monotonic() - self.began:6.1f} s  {what}")


def _programmes(company: Seeded, keys: dict[str, int]) -> dict[str, Revision]:
    """Written by whoever has been in HR for longest: of all, and of those at work."""
    hr = sorted((m for m in company.staff.values() if m.hr), key=lambda m: (m.hr[0][0], m.key))
    here = [member for member in hr if member.hr[-1][1] is None]
    writers = {"hr0": hr[0], "ruth": (here or hr)[0]}
    people = {name: Person(pk=keys[member.key]) for name, member in writers.items()}
    return write_programmes(company.plan.until, people, since=company.began_on)


def _refuse_where_people_are(*, beside: bool) -> None:
    """What an administrator must not have to fear: invented people among their own, by a slip."""
    if not beside and Person.objects.exists():
        raise CommandError(
            "There are people in this database already; nothing was made up. With --beside the invented ones"
            " would come among them, in every list, figure and export, and for good."
        )


def _refuse_where_names_meet(domain: str) -> None:
    """All names come from one hat: beside others at the same domain some would have somebody's address."""
    if domain and Person.objects.filter(email__iendswith=f"@{domain}").exists():
        raise CommandError(
            f"There are people at {domain} already, whose addresses the invented ones would meet; nothing was"
            " made up. Give them another domain, such as --domain company.example."
        )


def _refuse_real_addresses(domain: str) -> None:
    """Nor letters to invented people at a mail server of somebody's."""
    if domain and not domain.endswith(NOBODYS):
        raise CommandError(
            f"Letters would go out to invented people at {domain}. Take a domain that is nobody's,"
            " such as company.example."
        )


def _count() -> None:
    """As Postgres would in the next hour by itself, and until then look for check-ins to plan as if there
    were no rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(READ)}")


def _tidy() -> None:
    """The same of all else, and with what is to come; and figures are counted from an index alone, once it
    is known which rows all can see."""
    how = "ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)"
    with connection.cursor() as cursor:
        cursor.execute(how)
