"""The days of a tour, as the terms in force have them."""

from __future__ import annotations

import pgtrigger
from django.db import models

#: What no history keeps: it has the terms, and when which came into force.
DAYS = ["first_day", "last_day", "review_day", "talk_day"]


def keep_the_days() -> pgtrigger.Trigger:
    """Whoever writes what they follow from, or the days themselves: a whole row saved again has those that it
    was read with."""
    return pgtrigger.Trigger(
        name="days_are_of_the_terms_in_force",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("in_force_id", "ended_on", *DAYS),  # type: ignore[no-untyped-call]
        when=pgtrigger.Before,
        func="""
            SELECT starts_on, COALESCE(NEW.ended_on, ends_on), review_on, talk_on
            INTO NEW.first_day, NEW.last_day, NEW.review_day, NEW.talk_day
            FROM tours_terms WHERE id = NEW.in_force_id;
            RETURN NEW;
        """,
    )


class DaysInForce(models.Model):
    """For conditions in SQL: figures, lists and letters ask for these days of all tours there ever were, some
    several times in one statement, and would each time join all terms there ever were to learn nothing else.

    The database keeps them, and can: what both have signed never changes. So an object just saved does not
    know them anew; in Python there are `in_force`, `starts_on` and `ends_on`."""

    # All are null before anything is in force.
    first_day = models.DateField(null=True, editable=False)
    last_day = models.DateField(null=True, editable=False)  #: as agreed, or early; null while open-ended
    review_day = models.DateField(null=True, editable=False)
    talk_day = models.DateField(null=True, editable=False)  #: from which on both talk about what comes next

    class Meta:
        abstract = True
        triggers = [keep_the_days()]
        indexes = [models.Index(fields=[day], name=f"tour_{day}") for day in ("first_day", "last_day")]
