"""Who reads an alignment exercise: its author, and the manager it was shared with. HR never.

In HR's list of letters stands at most that one was shared, or answered.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from feedback.access.checkins import names
from feedback.models import Alignment
from people.models import Person


def who_sees_draft() -> str:
    return _("Read by you alone, until you share it with your manager. HR never reads it.")


def who_sees_shared(person: Person, alignment: Alignment) -> str:
    both = [alignment.employee, alignment.manager] if alignment.manager else [alignment.employee]
    return _("Read by %(now)s, and by nobody else. HR never reads it.") % {"now": names(both, person)}
