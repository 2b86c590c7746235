"""The figures of HR's retention dashboard, printed for people or for programs."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance_site.dashboards.forms import SERVICES
from alliance_site.dashboards.retention import in_tours, report
from alliance_site.dashboards.retention.behind import LISTS
from alliance_site.dashboards.retention.staying import TITLES
from alliance_site.dashboards.retention.view import View
from alliance_site.dashboards.words import TOURS, WORDS
from people.departments import Departments
from people.measures import figures
from people.measures.figures import Figures
from people.measures.periods import EARLIEST, Period
from people.measures.rates import RATES
from people.measures.whom import EVERYBODY, Service
from tours.models import Tour

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
        parser.add_argument("--department", metavar="NAME", help="only of this one and those below it")
        parser.add_argument("--service", metavar="|".join(SERVICES), help="only of this length of service")
        parser.add_argument("--type", metavar="|".join(Tour.Type.values), help="only of tours of this type")
        parser.add_argument("--format", default="table", metavar="|".join(FORMATS))
        parser.add_argument("--output", metavar="FILE", help="where it goes; xlsx and pdf need one")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = _read_view(options)
        form, path = options["format"], options["output"]
        if form not in FORMATS:
            raise CommandError(_("--format is %(known)s, not “%(text)s”.") % _either(FORMATS, form))
        if options["by"] not in (None, "department"):
            raise CommandError(_("--by takes department, not “%s”.") % options["by"])
        if options["by"] and asked.whom != EVERYBODY:
            raise CommandError(
                _("--by department cannot be combined with a department or a length of service.")
            )
        if options["by"] and form not in ("table", "json"):
            raise CommandError(_("--by department goes with table and json alone."))
        if form in ("xlsx", "pdf") and not path:
            raise CommandError(_("Say with --output where the file goes."))
        content = FORMATS[form](asked, options["by"] is not None)
        if path:
            Path(path).write_bytes(content if isinstance(content, bytes) else content.encode())
        else:
            self.stdout.write(content)  # type: ignore[arg-type]  # the formats without a file are text


def _as_table(asked: View, by_department: bool) -> str:
    found = _everything(asked, by_department)
    return "\n".join([*_table(found, asked), *_tours_table(found)])


def _as_json(asked: View, by_department: bool) -> str:
    return json.dumps(_everything(asked, by_department), indent=2, ensure_ascii=False)


#: In which forms the figures are given.
FORMATS: dict[str, Callable[[View, bool], str | bytes]] = {
    "table": _as_table,
    "json": _as_json,
    "csv": lambda asked, _by: report.csv(asked, report.sheets(asked)),
    "xlsx": lambda asked, _by: report.xlsx(asked, report.sheets(asked)),
    "pdf": lambda asked, _by: report.pdf(asked),
}


def _everything(asked: View, by_department: bool) -> Figures:
    found = figures.of_company(asked.period, asked.today, by_department=by_department, whom=asked.whom)
    return {"of": asked.of, "narrowed": dict(asked.narrowed)} | found | in_tours.sheet(asked)


def _read_view(options: dict[str, Any]) -> View:
    now = timezone.now()
    today = timezone.localdate(now)
    departments, name = Departments(), options["department"]
    department = departments.called(name) if name else None
    if name and department is None:
        raise CommandError(_("There is no department called “%s”.") % name)
    for option, known in (("service", SERVICES), ("type", Tour.Type.values)):
        if options[option] and options[option] not in known:
            wrong = {"option": f"--{option}", **_either(known, options[option])}
            raise CommandError(_("%(option)s is %(known)s, not “%(text)s”.") % wrong)
    service = options["service"]
    return View(
        period=_read_period(options["first"], options["last"], today),
        department=department,
        departments=departments,
        service=SERVICES[service][1] if service else Service(),
        type=options["type"] or "",
        now=now,
        today=today,
        kept={},
    )


def _either(known: Iterable[str], text: str) -> dict[str, str]:
    return {"known": ", ".join(known), "text": text}


def _read_period(first: str | None, last: str | None, today: date) -> Period:
    if not first or not last:
        raise CommandError(_("Give both days, such as --from 2015-01-01 --to 2015-12-31."))
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


def _table(found: Figures, asked: View) -> Iterator[str]:
    yield _("Retention from %(from)s to %(to)s: %(of)s") % {**found, "of": asked.of}
    yield from (": ".join(pair) for pair in asked.narrowed)
    yield ""
    for name in (*HEADCOUNTS, *RATES, "median_tenure_days"):
        yield _labelled(_called(name), _shown(found, name))
    remarks = [f"{_called(name)}: {reason}" for name, reason in found["undefined"].items()] + found["notes"]
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


def _tours_table(found: Figures) -> Iterator[str]:
    yield from ("", _("How tours go"))
    told = found["tours"]
    for name, value in told["rates"].items():
        yield _labelled(_called(name), _percent(value))
    for name, count in told["today"].items():
        yield _labelled(LISTS[name].title, count)
    for each in told["ending_within"]:
        ending = _labelled(_("ending in %(days)s days") % each, each["ending"])
        nothing = _("with nothing agreed: %(nothing_agreed)s") % each
        yield f"{ending}   {nothing}"
    yield from ("", str(TITLES["type"][1]))
    for name, curve in told["staying"].items():
        yield _labelled(Tour.Type(name).label, _days(curve["median_days"]))


def _days(value: int | None) -> str:
    if value is None:
        return "–"
    return ngettext("%(count)s day", "%(count)s days", value) % {"count": value}


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


def _called(name: str) -> str:
    """As on the pages, which have no single figure of how long people stay."""
    return str((WORDS | TOURS)[name].name) if name in WORDS | TOURS else _("Median stay, days")


def _labelled(label: Any, value: Any) -> str:
    return f"{label:<42}{value:>10}"


def _shown(found: Figures, name: str) -> str:
    value = found[name]
    if value is None:
        return "–"
    return _percent(value) if name in RATES else f"{value:.1f}".removesuffix(".0")


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
