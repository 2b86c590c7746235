"""How the figures are named and explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy


@dataclass(frozen=True)
class Words:
    """`rest` says of how many something is left to look at beside the figure; not of all is it said."""

    name: Any
    means: Any
    beware: Any = ""
    rest: Any = ""


WORDS = {
    "opening_headcount": Words(
        _("Opening headcount"),
        _("Employed before the first day and still on it: the closing headcount of the day before."),
        _("Anyone who joins on the first day is a joiner instead."),
    ),
    "joiners": Words(
        _("Joiners"),
        _("Employments that began in the period, its first and last day included."),
        _("Anyone who joined twice counts twice."),
    ),
    "leavers": Words(
        _("Leavers"),
        _("Employments whose last day fell in the period, its first and last day included."),
        _(
            "Anyone who left twice counts twice. Neither a move to another department nor a new contract "
            "from the next day on is leaving."
        ),
    ),
    "closing_headcount": Words(
        _("Closing headcount"),
        _("Employed on the last day and beyond it: opening headcount, plus joiners, less leavers."),
        _("In a department, people also move in and out."),
    ),
    "average_headcount": Words(
        _("Average headcount"),
        _("Mean of the opening headcount and the closing headcount of each month in the period."),
        _("A month that the period’s end cuts short counts with the period’s last day."),
    ),
    "turnover_rate": Words(
        _("Turnover"),
        _("Leavers, for whatever reason, divided by the average headcount."),
        _("It is of this period, not of a year, and may pass 100%."),
    ),
    "resignation_rate": Words(
        _("Resignations"),
        _("Leavers who resigned, divided by the average headcount: voluntary turnover."),
        _(
            "Retirements, ends of contract and deaths are not resignations, and neither is “Other”. Where "
            "all leavers are recorded as “Other”, no rate is shown."
        ),
    ),
    "regretted_turnover": Words(
        _("Regretted turnover"),
        _("Leavers whose loss HR marked as regretted, divided by the average headcount."),
        _(
            "Leavers about whom HR has said nothing count as not regretted; if HR has said "
            "nothing about any, no rate is shown."
        ),
        ngettext_lazy(
            "For %(count)s leaver HR has not said whether the loss is regretted.",
            "For %(count)s leavers HR has not said whether the loss is regretted.",
            "count",
        ),
    ),
    "retention_rate": Words(
        _("Retention"),
        _("Of those employed when the period began, the share who were employed when it ended."),
        _(
            "It is not 100% less turnover: turnover also counts those who joined and left meanwhile. "
            "Anyone who moved to another department, or left and came back, is retained."
        ),
    ),
    "stability_index": Words(
        _("Stability"),
        _(
            "People in the closing headcount with at least 365 days of service, divided by the headcount "
            "365 days before the last day."
        ),
        _("It looks back one year, whatever the period. In a department it may pass 100%: people move in."),
    ),
    "early_attrition_90_days": Words(
        _("Left within 90 days"),
        _("Of those who joined in the period, the share whose last day came within 90 days."),
        _("Only those who joined at least 90 days ago count, followed beyond the period’s end."),
    ),
    "early_attrition_1_year": Words(
        _("Left within a year"),
        _("Of those who joined in the period, the share whose last day came within 365 days."),
        _("Only those who joined at least 365 days ago count, followed beyond the period’s end."),
    ),
    "internal_mobility_rate": Words(
        _("Internal mobility"),
        _("Changes of title or department within the company, divided by the average headcount."),
        _("It counts changes, not people."),
    ),
    "boomerang_share": Words(
        _("Boomerangs"),
        _("Of the joiners, the share who had been employed here before."),
        _("It does not say how many of those who left came back."),
    ),
    "coverage": Words(
        _("On a tour"),
        _("Of the closing headcount, the share on a tour that both sides have signed and that runs then."),
        _(
            "A tour counts by the dates in its terms in force, from its first day on even if it was signed "
            "later, and only in the employment in which it began."
        ),
        ngettext_lazy("%(count)s person is on no tour.", "%(count)s people are on no tour.", "count"),
    ),
}

#: Where the alliance is failing; each is called as its list is.
FAILING = {
    "without_tour": Words(
        _("People with a manager and no tour, signed or proposed"),
        _(
            "People employed today who have a manager, but in this employment no tour that is "
            "proposed, agreed or running."
        ),
        _(
            "People without a manager do not count. A draft that nobody else has seen does not "
            "count as a tour."
        ),
    ),
    "unsigned": Words(
        _("Tours that have waited for signatures for three weeks or more"),
        _("Tours that never had force, and whose newest version was proposed at least 21 days ago."),
        _(
            "Newer terms that wait while those both signed stay in force do not count, nor does "
            "a tour whose employee has left."
        ),
    ),
    "lapsed": Words(
        _("Lapsed check-ins that were not made up for since"),
        _(
            "Check-ins in running tours, between two people who are still here, that were not "
            "completed by both within the days of grace. Once a later one of the same kind is "
            "completed, skipped or lapsed, the earlier one no longer counts."
        ),
        _(
            "What was completed late, skipped with a reason or is no longer asked for does not "
            "count. A close-out also counts for 90 days after its tour. This is no share of "
            "those due: that is “Check-ins in time”."
        ),
    ),
    "handover": Words(
        _("Tours to be taken over by a new manager"),
        _(
            "Signed tours, running or to come, whose employee has another manager today than the one who "
            "signed."
        ),
        _("Not only late ones: each counts from the new manager’s first day until both have signed again."),
    ),
}

EARLY_ENDS = _(
    "Which tours these are can be read on their own pages, where each look is noted; "
    "why, only the two themselves can read. But anybody who compares figures that differ "
    "by one tour, such as those of two periods, learns which side ended it without a "
    "look being noted."
)
VERDICTS = _(
    "Promises that nobody has judged do not count; one that both have since signed in "
    "other words or for another day counts as it is worded now, once that is judged. "
    "Each can be read in its tour, where each look is noted. But anybody who compares "
    "figures that differ by one promise, such as those of two periods, learns how it was "
    "judged without a look being noted."
)

TOURS = {
    "completion": Words(
        _("Tours completed"),
        _("Of the tours that ended in the period, the share that reached the end both agreed on."),
        _("A tour that was called off before it began has not ended."),
    ),
    "renewal": Words(
        _("Followed by another"),
        _("Of the tours that ended in the period, the share followed by a signed tour of the same person."),
        _(
            "The following tour begins later, before the person leaves, and ends later. Tours "
            "that ended recently may still be followed by another."
        ),
        ngettext_lazy(
            "%(count)s tour is followed by no other.", "%(count)s tours are followed by no other.", "count"
        ),
    ),
    "early_employee": Words(
        _("Ended early by the employee"),
        _("Of the tours that ended in the period, the share that the employee ended before its last day."),
        EARLY_ENDS,
    ),
    "early_manager": Words(
        _("Ended early by the manager"),
        _("Of the tours that ended in the period, the share that the manager ended before its last day."),
        EARLY_ENDS,
    ),
    "left": Words(
        _("Ended with the employment"),
        _("Of the tours that ended in the period, the share whose employee left before its last day."),
        _("Where one side had ended the tour by then, it counts as ended early instead."),
    ),
    "on_time": Words(
        _("Check-ins in time"),
        _("Of the check-ins due in the period, the share that both completed within the days of grace."),
        _(
            "Only those whose grace is over count. Those skipped with a reason do not, nor those "
            "missed but no longer asked for when their grace ended: somebody had left, the tour "
            "had ended early or had another manager, or what comes next was settled."
        ),
    ),
    "kept_manager": Words(
        _("Promises of the company kept"),
        _("Of its promises due in the period that the employee has judged, the share that was kept."),
        VERDICTS,
    ),
    "kept_employee": Words(
        _("Promises of employees kept"),
        _("Of their promises due in the period that the manager has judged, the share that was kept."),
        VERDICTS,
    ),
}

#: Where a manager reads something else than HR.
TEAM = {
    "covered_today": Words(
        _("On a tour today"),
        _("Of those below you who are employed today, the share on a tour that both sides have signed."),
        _("A tour that is still to begin does not count, nor one of an earlier employment."),
    ),
    "own_on_time": Words(
        _("Your check-ins in time"),
        _("Of your own check-ins due in the period, the share that both completed within the days of grace."),
        TOURS["on_time"].beware,
    ),
    "others_on_time": Words(
        _("Other people’s check-ins in time"),
        _(
            "The same for check-ins that others have with people who are below you today, or "
            "were until they left: in whole quarters, by the last day of grace, for all types of "
            "tour."
        ),
        _(
            "A quarter counts only if its check-ins are of several people, so that no single one "
            "can be made out. Anybody who comes to be below you, or no longer is, takes their "
            "check-ins along: a change in the figure may be due to one of theirs."
        ),
    ),
    "own_manager": Words(
        _("Your promises kept"),
        _("Of what you promised in your own tours, due in the period and judged, the share that was kept."),
        _(
            "What fell due before you took a tour over does not count. Each promise can be read "
            "in its tour. What others promised each other is theirs alone to read."
        ),
    ),
    "own_employee": Words(
        _("Promises to you kept"),
        _("Of what was promised to you in your own tours, due in the period and judged, the share kept."),
        _(
            "What fell due before you took a tour over does not count. Each promise can be read "
            "in its tour. What others promised each other is theirs alone to read."
        ),
    ),
}

#: And of what fails.
FAILING_IN_TEAM = {
    "own_lapsed": Words(
        _("Your lapsed check-ins that were not made up for since"),
        FAILING["lapsed"].means,
        FAILING["lapsed"].beware,
    ),
    "others_lapsed": Words(
        _("Lapsed check-ins of others with those below you, of all types of tour"),
        _("The same for check-ins that others have with people who are below you today."),
        _(
            "Only a count. There is none where fewer people below you are on a tour with "
            "somebody else than a group figure needs, so that nobody is singled out."
        ),
    ),
}
