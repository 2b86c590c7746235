"""The states of a tour, and what the database keeps of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """What somebody decided. Begun and completed are facts of dates: see `status`."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Proposed")
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED_EARLY = "ended_early", _("Ended early")


#: The states before something is agreed, and those in which something can still be.
ON_THE_WAY = (State.DRAFT, State.PROPOSED)
OPEN = (*ON_THE_WAY, State.AGREED)
GIVEN_UP = (State.DECLINED, State.WITHDRAWN)  #: before anything was agreed


class Status(models.TextChoices):
    """What people call it: see `Tour.status`."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Proposed")
    AGREED = "agreed", _("Agreed")
    ACTIVE = "active", _("Active")
    COMPLETED = "completed", _("Completed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED_EARLY = "ended_early", _("Ended early")
    LEFT = "left", _("Left before the tour’s end")


RULES: list[models.BaseConstraint] = [
    models.CheckConstraint(condition=~Q(employee=F("manager")), name="tour_two_people"),
    models.CheckConstraint(
        condition=Q(state__in=["agreed", "ended_early"], in_force__isnull=False)
        | Q(~Q(state__in=["agreed", "ended_early"]), in_force__isnull=True),
        name="tour_force_when_agreed",
    ),
    models.CheckConstraint(
        condition=Q(state="ended_early", ended_on__isnull=False, ended_by__isnull=False)
        | Q(~Q(state="ended_early"), ended_on__isnull=True, ended_by__isnull=True),
        name="tour_early_end_says_who_and_when",
    ),
    models.CheckConstraint(
        condition=Q(programme__isnull=True, programme_revision__isnull=True, given__isnull=True)
        | Q(programme__isnull=False, programme_revision__isnull=False),
        name="tour_programme_with_revision",
    ),
]
