"""The rates of a period: fractions, not per cent; of the period as it is, never annualised.

Each is a part over a whole of `Counts`. Where the whole is nought, or nobody knows, the rate is undefined
and says why. The definitions are those that personnel statistics share; where they differ between authors,
the source is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from people.measures.counts import Counts
from people.measures.whom import Service


@dataclass(frozen=True)
class Rate:
    """`part` of `whole`, or undefined for a `reason`."""

    part: float
    whole: float
    reason: Any = ""

    @property
    def value(self) -> float | None:
        return None if self.reason else self.part / self.whole


def _of(part: float, whole: float, reason_if_nought: Any) -> Rate:
    return Rate(part, whole, "" if whole else reason_if_nought)


NOBODY_AT_OPENING = _("The opening headcount is 0.")
NOBODY_A_YEAR_BEFORE = _("Nobody was employed 365 days before the period’s last day.")
NOBODY_JOINED = _("Nobody joined in the period.")
NOBODY_JOINED_90_DAYS_AGO = _("Nobody who joined in the period did so at least 90 days ago.")
NOBODY_JOINED_A_YEAR_AGO = _("Nobody who joined in the period did so at least 365 days ago.")
NOT_BY_SERVICE = _(
    "This figure is itself about joining or about a year of service, so there is none by length of service."
)
ALL_OTHER = _(
    "Every leaving is recorded as “Other”, whether HR chose that or an import could not sort the reason, "
    "so that it is not counted who resigned."
)
REGRET_UNSAID = _("For none of the leavers has HR said whether the loss was regretted.")


def average_headcount(c: Counts) -> Rate:
    """Mean of the opening headcount and of the closing headcount of each month in the period.

    SHRM's too is of headcounts at regular intervals; at which is defined here: 13 headcounts for twelve whole
    months. A month that is cut short by the period's end counts with the period's last day.
    """
    return Rate(c.point_sum, c.points)


def _of_average(part: int, c: Counts) -> Rate:
    """Undefined unless somebody was there when the period began: of a company or a department that came into
    being within it, the average would be of days, too, on which there was none, and so no rate of the period.
    """
    return _of(part, c.point_sum / c.points if c.opening else 0, NOBODY_AT_OPENING)


def turnover_rate(c: Counts) -> Rate:
    """Leavers ÷ average headcount (total separations, as in CIPD's and SHRM's turnover)."""
    return _of_average(c.leavers, c)


def resignation_rate(c: Counts) -> Rate:
    """Leavers who resigned ÷ average headcount: voluntary turnover, as the quits of the US BLS's JOLTS, which
    leave out who retires, and which it divides by the employment of one day of the month.

    Undefined while there are leavers and each is recorded as "other", as an import records what it cannot
    sort: that is not nought. HR may have chosen it; the row does not tell.
    """
    if c.leavers and c.unsorted_leavers == c.leavers:
        return Rate(0, 0, ALL_OTHER)
    return _of_average(c.resignations, c)


def regretted_turnover(c: Counts) -> Rate:
    """Leavers whose loss HR marked as regretted ÷ average headcount; defined here, as turnover is.

    Undefined while there are leavers and none of them is marked either way: that is not nought.
    """
    if c.leavers and c.regret_unsaid == c.leavers:
        return Rate(0, 0, REGRET_UNSAID)
    return _of_average(c.regretted_leavers, c)


def retention_rate(c: Counts) -> Rate:
    """Those in the opening headcount who are also in the closing headcount ÷ opening headcount.

    Still with the company, in whatever department, even if they left and came back; whom SHRM's retention
    rate, of those employed for the whole period, leaves out. It is not 100 % minus turnover, which also
    counts the leaving of those who joined meanwhile.
    """
    return _of(c.retained, c.opening, NOBODY_AT_OPENING)


def stability_index(c: Counts) -> Rate:
    """People in the closing headcount with at least 365 days of service ÷ headcount 365 days before.

    The labour stability index of Bowey (1974). Service is that of the present employment. A department's
    can exceed 1, for experienced people may have moved in.
    """
    return _of(c.with_a_year, c.a_year_before, NOBODY_A_YEAR_BEFORE)


def early_attrition_90_days(c: Counts) -> Rate:
    """Of those who joined in the period, the share whose last day came within 90 days of the first.

    Only those who joined at least 90 days ago are counted; leaving is looked for beyond the period's end.
    It is the next one's over a shorter time.
    """
    return _of(c.left_within_90_days, c.observed_90_days, _nobody_old_enough(c, NOBODY_JOINED_90_DAYS_AGO))


def early_attrition_1_year(c: Counts) -> Rate:
    """Of those who joined in the period, the share whose last day came within 365 days of the first.

    Only those who joined at least 365 days ago are counted; leaving is looked for beyond the period's end.
    PwC Saratoga's first year of service turnover is of all with up to a year of service, not of a cohort.
    """
    return _of(c.left_within_1_year, c.observed_1_year, _nobody_old_enough(c, NOBODY_JOINED_A_YEAR_AGO))


def internal_mobility_rate(c: Counts) -> Rate:
    """Position changes (another title or department within one employment) ÷ average headcount.

    Charas and Lupushor (Humanizing Human Capital, 2022) count the employees who moved, and no title that
    changes alone; here each change counts, for nobody records which titles are other work.
    """
    return _of_average(c.position_changes, c)


def boomerang_share(c: Counts) -> Rate:
    """Joiners with an earlier employment ÷ joiners.

    Boomerangs are whoever left and was hired again, however they left (Shipp, Furst-Holloway, Harris and
    Rosen 2014).
    """
    return _of(c.boomerangs, c.joiners, NOBODY_JOINED)


def of_service(c: Counts, service: Service) -> dict[str, Rate]:
    """All `RATES` of the counts of those with that length of service."""
    told = {name: rate(c) for name, rate in RATES.items()}
    if service != Service():
        told |= dict.fromkeys(BY_NO_SERVICE, Rate(0, 0, NOT_BY_SERVICE))
    return told


def made_of(rates: Mapping[str, Rate]) -> dict[str, dict[str, float] | None]:
    """What each divides, for programs; None of what is undefined."""
    return {
        name: None if rate.reason else {"numerator": rate.part, "denominator": rate.whole}
        for name, rate in rates.items()
    }


def _nobody_old_enough(c: Counts, reason: Any) -> Any:
    return reason if c.joiners else NOBODY_JOINED


RATES: dict[str, Callable[[Counts], Rate]] = {
    rate.__name__: rate
    for rate in (
        turnover_rate,
        resignation_rate,
        regretted_turnover,
        retention_rate,
        stability_index,
        early_attrition_90_days,
        early_attrition_1_year,
        internal_mobility_rate,
        boomerang_share,
    )
}

#: Joiners have served for no time yet, and whoever has served for a year now had served for less a year ago.
BY_NO_SERVICE = {"stability_index", "early_attrition_90_days", "early_attrition_1_year", "boomerang_share"}
