"""How tours go, under the names in which programs ask for it."""

from __future__ import annotations

from typing import Any

from alliance_site.dashboards.retention import behind, staying, tours
from alliance_site.dashboards.retention.for_programs import curve
from alliance_site.dashboards.retention.report import Report
from alliance_site.dashboards.retention.view import View
from people.measures.rates import made_of
from tours.measures import ahead
from tours.measures.endings import Ended, Endings, endings
from tours.measures.staying import curves_by_type

Figures = dict[str, Any]


def sheet(found: Report) -> Figures:
    """`today` and `ending_within` are as of today, everything else of the period; what is undefined is None,
    with its reason under `undefined`."""
    asked = found.asked
    ended, today = endings(asked.period, asked.asked), tours.today_in_numbers(asked)
    rates = {"coverage": found.counted.rates[0]["coverage"], **tours.rates(asked, ended)}
    curves = curves_by_type(asked.period.last, asked.asked)
    told = {
        "rates": {name: rate.value for name, rate in rates.items()},
        "notes": [note for note in _notes(asked, ended) if note],
        "undefined": {name: str(rate.reason) for name, rate in rates.items() if rate.reason},
        "ended": [
            {"how": how.value, "employment_ended": why or None, "tours": number}
            for how in Ended
            for why in behind.reasons_of(ended)
            if (number := ended.number(*how.closes, why=why))
        ],
        "today": {name: today.get(name) or 0 for name in (*tours.HEALTH, "employed")},
        "ending_within": [
            {"days": each.days, "ending": each.ending, "nothing_agreed": each.nothing_agreed}
            for each in ahead.read(today)
        ],
        "staying": {type_.value: curve(stay, of="tours") for type_, stay in curves.items()},
        "made_of": made_of(rates),
    }
    return {"as_of": asked.now.isoformat(), "tours": told}


def _notes(asked: View, ended: Endings) -> list[str]:
    of_any_type = str(tours.OF_ANY_TYPE) if asked.type else ""
    return [of_any_type, tours.unnarrowed(asked), *tours.notes(asked, ended), staying.note("type", asked)]
