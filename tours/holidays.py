"""Public holidays: the calendars that HR can choose from, and the working days that each of them takes.

A calendar is named as the package `holidays` has it: a country, or one of its regions, as "DE-BY".
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays
from babel import Locale
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

LONGEST = 40  #: characters in the name of a calendar
FRIDAY = 4


@lru_cache(maxsize=1)
def calendars() -> dict[str, list[str]]:
    """The regions of each country."""
    return holidays.list_supported_countries(include_aliases=False)


def is_calendar(code: str) -> bool:
    country, _dash, region = code.partition("-")
    known = calendars()
    return country in known and (region in known[country] if region else country == code)


def name(code: str) -> str:
    """In the reader's language, as far as that has a name for it: regions go by their own."""
    country, _dash, region = code.partition("-")
    territory = str(Locale.parse(to_locale(get_language() or "en")).territories.get(country, country))
    if not region:
        return territory
    return _("%(country)s: %(region)s") % {
        "country": territory,
        "region": _regions(country).get(region, region),
    }


def choices(code: str) -> list[tuple[str, object]]:
    """None, the countries, and above them the regions of the one that `code` is in."""
    countries = sorted(((each, name(each)) for each in calendars()), key=lambda pair: pair[1])
    offered: list[tuple[str, object]] = [("", _("none"))]
    country = code.partition("-")[0]
    if is_calendar(country) and (regions := _regions(country)):
        inside = sorted((label, f"{country}-{region}") for region, label in regions.items())
        offered.append((name(country), [(each, label) for label, each in inside]))
    return [*offered, (_("Countries"), countries)]


@lru_cache(maxsize=8)
def taken(code: str, first: int, last: int) -> list[date]:
    """The working days, from the year `first` to the year `last`, that are holidays there."""
    if not code or code.endswith("-"):
        return []
    country, _dash, region = code.partition("-")
    try:  # to ask whether it is known would load all countries, in every process that sends letters
        found = holidays.country_holidays(country, subdiv=region or None, years=range(first, last + 1))
    except NotImplementedError:  # a newer release of the package does not know it
        return []
    return sorted(day for day in found if day.weekday() <= FRIDAY)


def working_day(code: str, day: date) -> date:
    """That day or the next that is neither at a weekend nor a holiday there."""
    off = taken(code, day.year, day.year + 1)
    while day.weekday() > FRIDAY or day in off:
        day += timedelta(days=1)
    return day


def _regions(country: str) -> dict[str, str]:
    """By code, the longest of the names that people have for each: the others are short for it."""
    labels = {region: region for region in calendars()[country]}
    named = getattr(holidays, country).subdivisions_aliases
    for label, region in sorted(named.items(), key=lambda pair: len(pair[0])):
        if region in labels:
            labels[region] = label
    return labels
