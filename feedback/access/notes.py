"""Who keeps private notes about what; each is its author's alone, whatever becomes of either."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from feedback.access.checkins import can_open
from feedback.models import CheckIn
from people.models import Person
from tours.access import keeps_notes
from tours.models import Tour


def can_note(person: Person, about: Tour | CheckIn, on: date) -> bool:
    """About a check-in, whoever reads it (the row comes by `read_by`); about a tour, who takes part in it
    (the row comes by `with_versions().with_standing(on)`). Who has left writes no more."""
    if isinstance(about, CheckIn):
        return can_open(person, about) and about.reader_is_employed
    return keeps_notes(person, about, on)


def who_sees_note() -> str:
    return _("Read by you alone, also after you leave. Nobody else learns that you have written anything.")
