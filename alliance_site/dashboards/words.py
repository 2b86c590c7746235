"""How the figures are named, shown and explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language_bidi, gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

DASH = "–"
MINUS = "\u2212"
FROM_LEFT = "\u200e"  #: is not seen, and says that what follows is read from the left


class Grouped(int):
    """Says itself with its thousands apart, and can still be asked which plural it takes."""

    def __str__(self) -> str:
        return number(int(self))


def number(value: float | None) -> str:
    """With a decimal where it is not whole."""
    if value is None:
        return DASH
    return _rounded(value, 0 if float(value).is_integer() else 1)


def percent(fraction: float | None, decimals: int = 1) -> str:
    if fraction is None:
        return DASH
    return gettext("%(number)s%%") % {"number": _rounded(fraction * 100, decimals)}


def _rounded(value: float, decimals: int) -> str:
    """Django's own formatting cuts decimals off. The sign stands before, in a line from the right as well."""
    told = number_format(round(value, decimals), decimals, force_grouping=True)
    if not told.startswith("-"):
        return told
    return f"{FROM_LEFT if get_language_bidi() else ''}{MINUS}{told[1:]}"


def years(days: int) -> str:
    """Days in years of 365, or in days below two years."""
    if days < 730:
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": number(days)}
    return gettext("%(count)s years") % {"count": _rounded(days / 365, 1)}


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
        _("Not whoever joins on the first day, who is a joiner."),
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
        _("A month that the period's end cuts short counts with the period's last day."),
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
        _("Leavers of whom HR said nothing count as not regretted, unless nothing was said of any."),
        ngettext_lazy(
            "Of %(count)s leaver it is not said whether the loss is regretted.",
            "Of %(count)s leavers it is not said whether the loss is regretted.",
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
        _("Only those who joined at least 90 days ago count, followed beyond the period's end."),
    ),
    "early_attrition_1_year": Words(
        _("Left within a year"),
        _("Of those who joined in the period, the share whose last day came within 365 days."),
        _("Only those who joined at least 365 days ago count, followed beyond the period's end."),
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
            "Of those employed today whom somebody manages: who is on no tour of this employment that is "
            "proposed, agreed or running."
        ),
        _("Not who has no manager. A draft that nobody else has seen does not count as a tour."),
    ),
    "unsigned": Words(
        _("Tours that have waited for signatures for three weeks or more"),
        _("Tours that never had force, and whose newest version was proposed at least 21 days ago."),
        _(
            "Not newer terms that wait while those both signed stay in force, nor a tour whose employee has "
            "left."
        ),
    ),
    "lapsed": Words(
        _("Check-ins that have lapsed, and nothing has made them good since"),
        _(
            "Check-ins in running tours, of two who are still here, that both did not complete within the "
            "days of grace; unless a later one of the same kind was had, skipped or has lapsed since."
        ),
        _(
            "Not what was completed late, skipped with a reason or is no longer asked for. A close-out "
            "counts for 90 days after its tour, too. It is no share of those due: that is “Check-ins in "
            "time”."
        ),
    ),
    "handover": Words(
        _("Tours to be taken over by a new manager"),
        _(
            "Signed tours, running or to come, whose employee has another manager today than the one who "
            "signed."
        ),
        _("Not late ones alone: each counts from the new manager’s first day until both have signed anew."),
    ),
}

EARLY_ENDS = _(
    "Which tours these are is read on their own pages, where looks are noted; why, by the two alone. But "
    "whoever compares figures that differ in one tour, as of two periods, learns of it, and no look is noted."
)
VERDICTS = _(
    "What nobody has judged is not counted; what both have since signed in other words or for another day "
    "counts as it is worded now, once that is judged. Each is read in its tour, where looks are noted. But "
    "whoever compares figures that differ in one promise, as of two periods, learns of it, and no look is "
    "noted."
)

TOURS = {
    "completion": Words(
        _("Tours completed"),
        _("Of the tours that ended in the period, the share that reached the end both agreed on."),
        _("A tour that was called off before it began has not ended."),
    ),
    "renewal": Words(
        _("Followed by another"),
        _("Of the tours that ended in the period, the share that a signed tour of the same person follows."),
        _(
            "The following tour begins later, before the person leaves, and lasts longer. "
            "Tours that ended lately may still be followed by another."
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
            "Only those whose grace is over. Not what was skipped with a reason, nor what was missed but no "
            "longer asked for when its grace ended: somebody had left, the tour had ended early or had "
            "another manager, or what comes next was settled."
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
        _("On a tour"),
        _("Of those below you who are employed today, the share on a tour that both sides have signed."),
        _("A tour that is still to begin does not count, nor one of an earlier employment."),
    ),
    "own_on_time": Words(
        _("Your check-ins in time"),
        _("Of your own check-ins due in the period, the share that both completed within the days of grace."),
        TOURS["on_time"].beware,
    ),
    "others_on_time": Words(
        _("Other check-ins in time"),
        _(
            "The same of what others have with those who are below you today, or were until they left: in "
            "whole quarters, by the last day of grace, of all types of tour."
        ),
        _(
            "A quarter counts only if its check-ins are of several people, so that no single one is told. "
            "Whoever comes to be below you, or no longer is, takes theirs along: what a figure differs in "
            "from before may be one of theirs."
        ),
    ),
    "own_manager": Words(
        _("Your promises kept"),
        _("Of what you promised in your own tours, due in the period and judged, the share that was kept."),
        _(
            "Not what fell due before you took a tour over. Each is read in its tour. "
            "What others promised each other is theirs alone to read."
        ),
    ),
    "own_employee": Words(
        _("Promises to you kept"),
        _("Of what was promised to you in your own tours, due in the period and judged, the share kept."),
        _(
            "Not what fell due before you took a tour over. Each is read in its tour. "
            "What others promised each other is theirs alone to read."
        ),
    ),
}

#: And of what fails.
FAILING_IN_TEAM = {
    "own_lapsed": Words(
        _("Your check-ins that have lapsed, and nothing has made them good since"),
        FAILING["lapsed"].means,
        FAILING["lapsed"].beware,
    ),
    "others_lapsed": Words(
        _("Lapsed check-ins of others with those below you, of all types of tour"),
        _("The same of what others have with those who are below you today."),
        _(
            "A count alone, and none where fewer people below you than a group figure needs are on a tour "
            "with somebody else, so that no single one is told."
        ),
    ),
}
