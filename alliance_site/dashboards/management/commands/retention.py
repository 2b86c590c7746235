"""The figures of HR's retention dashboard, printed for people or for programs."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import date
from textwrap import wrap
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.measures import figures
from people.measures.figures import Figures
from people.measures.periods import EARLIEST, Period
from people.measures.rates import RATES

HEADCOUNTS = ("opening_headcount", "joiners", "leavers", "closing_headcount", "average_headcount")
BY_DEPARTMENT = {  # and how wide each column is
    "opening_headcount": 6,
    "joiners": 8,
    "transfers_in": 5,
    "leavers": 6,
    "transfers_out": 5,
    "closing_headcount": 7,
    "average_headcount": 9,
    "turnover_rate": 10,
    "resignation_rate": 10,
    "retention_rate": 10,
}


class Command(BaseCommand):
    help = "Headcounts, joiners, leavers, turnover, retention and survival in a period."

    def add_arguments(self, parser: ArgumentParser) -> None:
        # What is given is checked in `handle`: argparse would exit with 2, and not say what to do.
        parser.add_argument("--from", dest="first", metavar="DAY", help="the first day, such as 2015-01-01")
        parser.add_argument("--to", dest="last", metavar="DAY", help="the last day, such as 2015-12-31")
        parser.add_argument("--by", metavar="department", help="each department's figures as well")
        parser.add_argument("--format", default="table", metavar="table|json")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        period = _read_period(options["first"], options["last"], today)
        if options["format"] not in ("table", "json"):
            raise CommandError(_("--format is table or json, not “%s”.") % options["format"])
        if options["by"] not in (None, "department"):
            raise CommandError(_("--by takes department, not “%s”.") % options["by"])
        found = figures.of_company(period, today, by_department=options["by"] is not None)
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_table(found)))


def _read_period(first: str | None, last: str | None, today: date) -> Period:
    if not first or not last:
        raise CommandError(_("Say both days, such as --from 2015-01-01 --to 2015-12-31."))
    begins, ends = _read_day("--from", first), _read_day("--to", last)
    if begins > ends:
        raise CommandError(_("--from %(first)s is after --to %(last)s.") % {"first": begins, "last": ends})
    if ends > today:
        raise CommandError(_("--to %s is still to come: figures go up to today at the latest.") % ends)
    return Period(begins, ends)


def _read_day(option: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CommandError(
            _("%(option)s “%(text)s” is not a day: write it as 2015-12-31.")
            % {"option": option, "text": text}
        ) from None
    if day < EARLIEST:
        raise CommandError(_("%(option)s %(day)s is before 1900.") % {"option": option, "day": day})
    return day


def _table(found: Figures) -> Iterator[str]:
    yield _("Retention from %(from)s to %(to)s, the whole company") % found
    yield ""
    for name in (*HEADCOUNTS, *RATES, "median_tenure_days"):
        yield f"{_words(name):<26}{_shown(found, name):>10}"
    remarks = [f"{_words(name)}: {reason}" for name, reason in found["undefined"].items()] + found["notes"]
    yield from [""] * bool(remarks)
    for remark in remarks:
        yield from wrap(f"– {remark}", width=100, subsequent_indent="  ")
    yield from _survival_table(found)
    if "departments" in found:
        yield from _department_table(found["departments"])


def _survival_table(found: Figures) -> Iterator[str]:
    yield ""
    title, still, at_risk = _("Tenure survival"), _("still there"), _("at risk")
    low, high = _("band from"), _("band to")
    yield f"{title:<26}{still:>12}{low:>11}{high:>9}{at_risk:>10}"
    for year in found["tenure_survival_by_year"]:
        after = ngettext("after %(years)s year", "after %(years)s years", year["years"]) % year
        bounds = f"{_percent(year['low']):>11}{_percent(year['high']):>9}"
        yield f"{after:<26}{_percent(year['survival']):>12}{bounds}{year['at_risk']:>10}"


def _department_table(rows: list[Figures]) -> Iterator[str]:
    heads = (_("Open"), _("Joined"), _("In"), _("Left"), _("Out"), _("Close"), _("Average"))
    rates = (_("Turnover"), _("Resigned"), _("Retained"))
    yield ""
    yield _line(_("Department"), [*heads, *rates])
    for row in rows:
        yield _line(row["department"] or _("No department"), [_shown(row, name) for name in BY_DEPARTMENT])


def _line(name: str, cells: Iterable[str]) -> str:
    return f"{name[:23]:<23}" + "".join(
        f"{cell:>{width}}" for cell, width in zip(cells, BY_DEPARTMENT.values(), strict=True)
    )


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _shown(found: Figures, name: str) -> str:
    value = found[name]
    if value is None:
        return "–"
    return _percent(value) if name in RATES else f"{value:.1f}".removesuffix(".0")


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
