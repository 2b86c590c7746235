"""Who writes the questions, and who reads what was written."""

from __future__ import annotations

from django.utils.translation import gettext as _

from people.models import Person


def writes_questions(person: Person) -> bool:
    return person.is_hr


def who_sees_questions() -> str:
    return _("Who can see this: HR, and both sides of every check-in that asks it.")
