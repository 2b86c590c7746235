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

from alliance_site.dashboards.forms import SERVICES, preset
from alliance_site.dashboards.plain import WIDTH, as_text
from alliance_site.dashboards.retention import for_programs, in_tours, report
from alliance_site.dashboards.retention.departments import Parts
from alliance_site.dashboards.retention.figures import of_days
from alliance_site.dashboards.retention.report import Report
from alliance_site.dashboards.retention.sheets import Cell, Head, Sheet, of_rate, words
from alliance_site.dashboards.retention.view import View
from alliance_site.dashboards.spreadsheets import UNSEEN
from people.departments import Departments, by_todays_name
from people.measures import figures, survival
from people.measures.figures import Figures
from people.measures.periods import EARLIEST, Period
from people.measures.rates import RATES, average_headcount
from people.measures.whom import EVERYBODY, Service
from tours.models import Tour

#: Of each department by itself.
MOVES = ("opening", "joiners", "transfers_in", "leavers", "transfers_out", "closing")
RATED = ("turnover_rate", "resignation_rate", "retention_rate")


class Command(BaseCommand):
    help = (
        "All figures of HR's pages about retention: of a period, over time, by department, of tours and of "
        "what people say. Without days it is of the last twelve whole months. In JSON, made_of has the "
        "numerator and denominator of each rate; opinions by department and type of tour are those of the "
        "newest quarter that is out, hidden where the page hides them, and only where all of the company is "
        "asked for. What is not here on purpose: the lists of people, tours and check-ins behind a number, "
        "opinions of earlier quarters by department, and a manager's own view of those below them. Each is "
        "read on its page, by whoever may read it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        # What is given is checked in `handle`: argparse would exit with 2, and not say what to do.
        parser.add_argument(
            "--from",
            dest="first",
            metavar="DAY",
            help="the first day, such as 2015-01-01",
        )
        parser.add_argument("--to", dest="last", metavar="DAY", help="the last day, such as 2015-12-31")
        parser.add_argument(
            "--by", metavar="department", help="each department by itself as well, in a table or JSON"
        )
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
        content = FORMATS[form](Report(asked), options["by"] is not None)
        if asked.formerly and form in UNTOLD:
            self.stderr.write(asked.formerly)
        if path:
            _write(Path(path), content if isinstance(content, bytes) else content.encode())
        else:
            self.stdout.write(content)  # type: ignore[arg-type]  # the formats without a file are text


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        why = {"path": path, "reason": error.strerror}
        raise CommandError(_("The file %(path)s cannot be written: %(reason)s.") % why) from None


def _as_table(found: Report, by_department: bool) -> str:
    text = "\n".join([*_head(found), *_tables(found, by_department)])
    return UNSEEN.sub("", text)  # which a terminal would obey


def _as_json(found: Report, by_department: bool) -> str:
    told = _of_the_period(found, by_department) | for_programs.sheet(found)
    return json.dumps(told, indent=2, ensure_ascii=False)


#: In which forms the figures are given.
FORMATS: dict[str, Callable[[Report, bool], str | bytes]] = {
    "table": _as_table,
    "json": _as_json,
    "csv": lambda found, _by: report.csv(found.asked, report.sheets(found)),
    "xlsx": lambda found, _by: report.xlsx(found.asked, report.sheets(found)),
    "pdf": lambda found, _by: report.pdf(found),
}
#: In which nothing of how it was asked for has a place.
UNTOLD = {"csv", "xlsx", "pdf"}


def _of_the_period(found: Report, by_department: bool) -> Figures:
    asked = found.asked
    total = found.counted.counts[0]
    told = figures.of_period(asked.period, total, found.by_hiring_year[None], asked.service)
    told["notes"] += [each for each in (asked.formerly, asked.of_any_type, of_days(asked)) if each]
    if by_department:
        own = found.parts.own
        told["departments"] = figures.by_department(total, own, survival.curves(asked.period.last, own))
    return {"of": asked.of, "narrowed": dict(asked.narrowed)} | told | in_tours.sheet(found)


def _read_view(options: dict[str, Any]) -> View:
    now = timezone.now()
    today = timezone.localdate(now)
    departments, name = Departments(), options["department"]
    named, formerly = by_todays_name({"department": name or ""}, departments)
    department = departments.called_today(named["department"]) if name else None
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
        formerly=formerly,
    )


def _either(known: Iterable[str], text: str) -> dict[str, str]:
    return {"known": ", ".join(known), "text": text}


def _read_period(first: str | None, last: str | None, today: date) -> Period:
    if not first and not last:
        return preset("last_12_months", today)  # as the page opens
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


def _head(found: Report) -> Iterator[str]:
    asked = found.asked
    days = {"from": asked.period.first.isoformat(), "to": asked.period.last.isoformat()}
    yield _("Retention from %(from)s to %(to)s: %(of)s") % {**days, "of": asked.of}
    yield from (": ".join(pair) for pair in asked.narrowed)
    yield from wrap(asked.formerly, WIDTH)
    yield from wrap(asked.counted, WIDTH)


def _tables(found: Report, by_department: bool) -> Iterator[str]:
    """All that an export has, as far as somebody would read it, and below each why figures are missing."""
    for sheet in map(report.to_read, report.sheets(found)):
        yield from as_text(sheet)
    if by_department and (alone := _each_by_itself(found.parts, found.asked)).rows:
        yield from as_text(alone)


def _each_by_itself(parts: Parts, asked: View) -> Sheet:
    """Those with others below them, too: so they add up to the company."""
    counted = [(name, counts) for name, counts in parts.own.items() if not counts.is_empty]
    counted += [(line.name, line.counts) for line in parts.nowhere]
    heads = (_("Opening"), _("Joined"), _("In"), _("Left"), _("Out"), _("Closing"), _("Average"))
    rates = (_("Turnover"), _("Resigned"), _("Retained"))
    return Sheet(
        "alone",
        _("By department, each by itself, without those below it"),
        [Head(_("Department"), numbers=False), *map(Head, (*heads, *rates))],
        [
            [
                words(name),
                *(Cell(getattr(counts, moved)) for moved in MOVES),
                Cell(average_headcount(counts).value),
                *(of_rate(RATES[rate](counts)) for rate in RATED),
            ]
            for name, counts in counted
        ],
        as_of=of_days(asked),
    )
