"""What HR looks at rather than reads: headcount and turnover over time, and how long people stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from alliance_site.dashboards.charts import (
    HEIGHT,
    Chart,
    Line,
    Scale,
    Tick,
    band,
    line,
    round_step,
    steps,
    together,
)
from people.measures.figures import MEDIAN_NOT_REACHED
from people.measures.survival import Survival
from people.measures.trend import Month
from people.numbers import number, percent, years


def headcount(months: Sequence[Month]) -> Chart:
    top = max(month.headcount for month in months)
    scale = _scale(months, max(top, 4))  # people come whole
    last = months[-1]
    return Chart(
        id="headcount",
        title=_("Headcount at each month’s end, people"),
        summary=_("From %(first)s people at the end of %(begin)s to %(last)s at the end of %(end)s.")
        % {
            "first": number(months[0].headcount),
            "begin": _month(months[0]),
            "last": number(last.headcount),
            "end": _month(last),
        },
        lines=[Line(_("Headcount"), line(enumerate(m.headcount for m in months), scale))],
        across=_januaries(months, scale),
        down=_heights(scale, number),
    )


def turnover(months: Sequence[Month]) -> Chart:
    scale = _scale(months, max((month.turnover.value or 0 for month in months), default=0))
    last = months[-1]
    return Chart(
        id="turnover",
        title=_("Turnover over the twelve months up to each month’s end, leavers in % of average headcount"),
        summary=_turnover(last),
        lines=[
            Line(_("All leavers"), line(((n, m.turnover.value) for n, m in enumerate(months)), scale)),
            Line(
                _("Resignations"), line(((n, m.resignations.value) for n, m in enumerate(months)), scale), 2
            ),
        ],
        across=_januaries(months, scale),
        down=_heights(scale, _whole_percent),
    )


def _turnover(last: Month) -> str:
    if last.turnover.reason:
        none = _("No figure at the end of %(month)s: the headcount was 0 twelve months before.")
        return none % {"month": _month(last)}
    if last.resignations.reason:
        told = _("%(all)s at the end of %(month)s (%(n)s leavers); how much by resignation is not known.")
    else:
        told = _("%(all)s at the end of %(month)s (%(n)s leavers), of which %(resigned)s by resignation.")
    return told % {
        "all": percent(last.turnover.value),
        "n": number(last.turnover.part),
        "month": _month(last),
        "resigned": percent(last.resignations.value),
    }


def survival(curves: Mapping[str, Survival], key: str = "survival", days: int = 0) -> Chart:
    """Of the first with its band and numbers at risk; the others for comparison. None may be empty. As wide
    as so many `days`: of charts that are looked at side by side a year is as long in each."""
    first = next(iter(curves.values()))
    scale = Scale(max(days, *(curve.lasted[-1] for curve in curves.values())), 1)
    return Chart(
        id=key,
        title=_("%(of)s (n = %(n)s): share still employed, by years").replace("n = ", "n\u00a0=\u00a0")
        % {"of": next(iter(curves)), "n": number(first.employments)},
        summary=_summary(first),
        lines=[_line(name, curve, scale, n) for n, (name, curve) in enumerate(curves.items(), 1)],
        across=[_year(years, first, scale) for years in _some(first, scale)],
        down=[Tick(scale.y(share), percent(share, 0)) for share in (1, 0.75, 0.5, 0.25, 0)],
        guide=_half(first, scale),
    )


def _summary(curve: Survival) -> str:
    if not curve.left:
        return _("Nobody has left yet, so there is no band: how many will stay is not known.")
    if curve.median_days is None:
        return str(MEDIAN_NOT_REACHED)
    return _("At most half are estimated to stay longer than %s.") % years(curve.median_days)


def _half(curve: Survival, scale: Scale) -> str:
    """From the height of a half to the curve, and down to the median."""
    if curve.median_days is None:
        return ""
    return f"M0 {scale.y(0.5)}H{scale.x(curve.median_days)}V{HEIGHT}"


def _line(name: str, curve: Survival, scale: Scale, n: int) -> Line:
    places = together(curve.days, scale)
    points = [(curve.days[first], curve.survival[last]) for first, last in places]
    end = curve.lasted[-1], curve.survival[-1] if curve.survival else 1
    return Line(name, steps([(0, 1), *points, end], scale), n, _band(curve, places, scale) if n == 1 else "")


def _band(curve: Survival, places: list[tuple[int, int]], scale: Scale) -> str:
    """Up to where the curve comes down to nothing, if it does: there the band is undefined."""
    lows, highs = [(0, 1.0)], [(0, 1.0)]
    end = curve.lasted[-1]
    for first, last in places:
        low, high = curve.band(last)
        if low is None or high is None:
            end = curve.days[last]
            break
        lows.append((curve.days[first], low))
        highs.append((curve.days[first], high))
    return band([*lows, (end, lows[-1][1])], [*highs, (end, highs[-1][1])], scale)


def _year(years: int, curve: Survival, scale: Scale) -> Tick:
    at = scale.per_cent(years * 365)
    at_risk = number(curve.at_risk(years * 365))
    return Tick(at, number(years), at_risk, "start" if not at else "end" if at > 96 else "middle")


def _some(curve: Survival, scale: Scale) -> range:
    """So few years that the numbers below them, the first of which is the longest, stand side by side on a
    phone; up to the end of the axis, be it beyond that of the curve."""
    about = 6 if curve.employments < 1_000 else 5 if curve.employments < 10_000 else 4
    return range(0, int(scale.width // 365) + 1, ceil(round_step(scale.width / 365, about)))


def _scale(months: Sequence[Month], top: float) -> Scale:
    """As high as the lowest round number that is not below the top."""
    step = round_step(top)
    return Scale(len(months) - 1, step * ceil(top / step))


def _heights(scale: Scale, shown: Callable[[float], str]) -> list[Tick]:
    step = round_step(scale.top)
    return [Tick(scale.y(n * step), shown(n * step)) for n in range(round(scale.top / step) + 1)]


def _januaries(months: Sequence[Month], scale: Scale) -> list[Tick]:
    return [
        Tick(scale.per_cent(n), str(month.end.year), anchor=_anchor(n, len(months)))
        for n, month in enumerate(months)
        if month.end.month == 1
    ]


def _whole_percent(share: float) -> str:
    return percent(share, 0 if float(round(share * 100, 6)).is_integer() else 1)  # a round step can be an int


def _anchor(n: int, of: int = 0) -> str:
    return "start" if n == 0 else "end" if n == of - 1 else "middle"


def _month(month: Month) -> str:
    return date_format(month.end, "YEAR_MONTH_FORMAT")
