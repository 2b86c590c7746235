"""Who reads and writes what holds for many: the policy, programmes, and their giving."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from people.models import Person
from tours.models import Giving


def can_read_policy(person: Person, on: date) -> bool:
    return person.is_hr or person.is_employed(on)


def can_set_policy(person: Person) -> bool:
    return person.is_hr


def who_sees_policy() -> str:
    return _("Who can see this: everybody employed in the company. HR alone can change it.")


def writes_programmes(person: Person) -> bool:
    return person.is_hr


def uses_programmes(person: Person, on: date) -> bool:
    """Reads programmes and gives them: HR to anybody, who manages somebody to their own reports."""
    return person.is_hr or Person.objects.reports_of(person, on).employed(on).exists()


def sees_giving(person: Person, giving: Giving) -> bool:
    """HR; and a manager their own. Who gave as HR sees it as long as they are HR."""
    return person.is_hr or (giving.given_by_id == person.pk and not giving.as_hr)


def who_reads_programmes() -> str:
    return _(
        "Who can see this: HR and everybody who manages somebody; those who are given it read it as terms."
    )


def who_sees_giving() -> str:
    return _("Who can see this: HR, and whoever gave it.")
