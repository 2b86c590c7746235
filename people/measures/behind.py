"""The people behind a number: whoever a count of `counts` counts, found by the same condition."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q

from people.measures import tallies
from people.measures.periods import Period
from people.measures.tallies import Spans
from people.measures.whom import Whom
from people.models import Tenure

CHANGES = ("position_changes", "transfers_in", "transfers_out")

#: The counts that have a list; where nothing but departments is asked about, moves have one too.
NAMES = (
    "opening",
    "joiners",
    "leavers",
    "closing",
    "resignations",
    "regretted_leavers",
    "regret_unsaid",
    "retained",
    "a_year_before",
    "with_a_year",
    "boomerangs",
    "observed_90_days",
    "left_within_90_days",
    "observed_1_year",
    "left_within_1_year",
    *CHANGES,
)


def employments(name: str, whom: Whom, period: Period, today: date) -> Spans:
    """Counted under that name; once for each position that began or ended, where it is about these."""
    if name in CHANGES:
        return _moved(name, whom, period)
    where = tallies.anywhere if whom.places is None else tallies.in_position
    counted = tallies.conditions(period, today, tallies.narrowed(where, whom.service))[name]
    if whom.places is None:
        return Tenure.objects.filter(counted)
    return tallies.stays(Q(position__department__in=whom.places), counted)


def _moved(name: str, whom: Whom, period: Period) -> Spans:
    """With the position that began, or which ended where somebody moved out."""
    among = whom.places
    moved = {
        "position_changes": tallies.changed(period, whom.service),
        **tallies.transfers(period, among, whom.service),
    }
    here = Q() if among is None else Q(position__department__in=among)
    found: Spans = tallies.stays(here, moved[name]).annotate(
        title=F("position__title"),
        department=F("position__department__name"),
        first_day=F("position__since"),
        last_day=F("position__until"),
    )
    return found.none() if among is None and name != "position_changes" else found
