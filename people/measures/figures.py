"""All figures of a period under the names in which programs ask for them. Nothing is counted here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from people.measures.counts import Counts
from people.measures.periods import Period
from people.measures.rates import average_headcount, made_of, of_service
from people.measures.survival import NOBODY, Survival
from people.measures.whom import EVERYBODY, Service

NOBODY_HIRED = _("Nobody had been hired by the period’s last day.")
MEDIAN_NOT_REACHED = _("The median is not reached: more than half were still employed when last seen.")
NO_CURVE = _("Curves are drawn for the company and for departments.")
OF_ANY_SERVICE = _(
    "The figures of how long people stay are not narrowed by length of service: all are followed from "
    "their first day."
)
LATE_BEGINNING = _(
    "The opening headcount is 0: the average headcount includes days before there was anybody."
)

Figures = dict[str, Any]


def of_period(
    period: Period, total: Counts, curve: Survival, service: Service = EVERYBODY.service
) -> Figures:
    """The figures of those asked about, of whom these are the counts and the curve."""
    days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    return {**days, **_figures(total, curve, service)}


def by_department(
    total: Counts, parts: Mapping[str, Counts], curves: Mapping[str | None, Survival]
) -> list[Figures]:
    """One for each department with people in the period; last, without a name, those who had no position."""
    rows = [
        {"department": name, **_figures(part, curves.get(name, NOBODY))}
        for name, part in parts.items()
        if not part.is_empty
    ]
    rest = total.less(list(parts.values()))
    if not rest.is_empty:
        rows.append({"department": None, **_figures(rest, None)})
    return rows


def _figures(c: Counts, curve: Survival | None, service: Service = EVERYBODY.service) -> Figures:
    """Headcounts, flows and rates; what is undefined is None, with its reason under `undefined`. Between
    departments alone does anybody move in or out."""
    rates = of_service(c, service)
    reasons = {name: rate.reason for name, rate in rates.items() if rate.reason} | _curve_reasons(curve)
    return {
        "opening_headcount": c.opening,
        "joiners": c.joiners,
        "leavers": c.leavers,
        "transfers_in": c.transfers_in,
        "transfers_out": c.transfers_out,
        "closing_headcount": c.closing,
        "regret_unsaid": c.regret_unsaid,
        "average_headcount": average_headcount(c).value,
        **{name: rate.value for name, rate in rates.items()},
        "made_of": made_of(rates),
        "median_tenure_days": curve and curve.median_days,
        "tenure_survival": curve and [step._asdict() for step in curve.steps],
        "tenure_survival_by_year": curve and [year._asdict() for year in curve.yearly()],
        "undefined": {name: str(reason) for name, reason in reasons.items()},
        "notes": _notes(c, service),
    }


def late_beginning(c: Counts, service: Service) -> Any:
    """To be said beside the average headcount; what is divided by it is undefined then. Not by length of
    service, to which people come without joining."""
    return LATE_BEGINNING if c.point_sum and not c.opening and service == Service() else ""


def _notes(c: Counts, service: Service) -> list[str]:
    notes = (late_beginning(c, service), OF_ANY_SERVICE if service != Service() else "")
    return [str(note) for note in notes if note]


def _curve_reasons(curve: Survival | None) -> Figures:
    if curve is None:
        return {
            "median_tenure_days": NO_CURVE,
            "tenure_survival": NO_CURVE,
            "tenure_survival_by_year": NO_CURVE,
        }
    if not curve.employments:
        return {"median_tenure_days": NOBODY_HIRED}
    return {} if curve.median_days is not None else {"median_tenure_days": MEDIAN_NOT_REACHED}
