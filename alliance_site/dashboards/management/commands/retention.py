"""The figures of HR's retention dashboard, printed for people or for programs.

It notes no look, for none of the pages does: the looks that are noted are into what a tour agrees or a letter
says, and none of that is here.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance_site.dashboards import opinions_export
from alliance_site.dashboards.forms import SERVICES, OpinionsForm, preset
from alliance_site.dashboards.opinions import read_form
from alliance_site.dashboards.plain import as_text, printed
from alliance_site.dashboards.retention import export, for_programs, in_tours, report, team, team_export
from alliance_site.dashboards.retention.behind import LISTS, Listed
from alliance_site.dashboards.retention.departments import Parts
from alliance_site.dashboards.retention.figures import of_days
from alliance_site.dashboards.retention.report import Report
from alliance_site.dashboards.retention.sheets import Cell, Head, Sheet, of_rate, words
from alliance_site.dashboards.retention.team import TeamView
from alliance_site.dashboards.retention.view import View
from feedback.figures.reading import in_general
from feedback.models import Publication
from people.days import today_for
from people.departments import Departments, by_todays_name
from people.forms import somebody
from people.measures import figures, survival
from people.measures.figures import Figures
from people.measures.periods import EARLIEST, Period
from people.measures.rates import RATES, average_headcount
from people.measures.whom import Service
from people.models import Person
from tours.models import Side, Tour

#: Of each department by itself.
MOVES = ("opening", "joiners", "transfers_in", "leavers", "transfers_out", "closing")
RATED = ("turnover_rate", "resignation_rate", "retention_rate")

FORMS = ("table", "json", "csv", "xlsx", "pdf")
FILES = ("xlsx", "pdf")  #: which no terminal shows
UNTOLD = ("csv", "xlsx", "pdf")  #: in which nothing of how it was asked for has a place
#: What is not asked together, and what means nothing without another.
NOT_WITH = {
    "opinions": ("team", "list", "table", "from", "to", "service", "by", "format json"),
    "team": ("table", "department", "service", "by", "format json"),
    "list": ("table", "by", "format json"),
    "table": ("by", "format json"),
    "by": ("department", "service", "format csv", "format xlsx", "format pdf"),
}
ONLY_WITH = {"quarter": "opinions", "alone": "list"}


class Command(BaseCommand):
    help = (
        "All figures of HR's pages about retention: of a period, over time, by department, of tours and of "
        "what people say. Without days it is of the last twelve whole months. It also gives what these pages "
        "lead to: one table, the lines behind a number, what a manager's own page shows of those below them, "
        "and opinions of any quarter by department, hidden where their page hides them. In JSON, which is of "
        "the whole alone, made_of has the numerator and denominator of each rate; opinions in it are those "
        "of the newest quarter that is out, and only where all of the company is asked for."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        # What is given is checked in `handle`: argparse would exit with 2, and not say what to do.
        what = parser.add_argument_group("what, instead of the whole report")
        what.add_argument("--table", metavar="KEY", help=f"one table: {', '.join(report.TABLES)}")
        what.add_argument(
            "--list", metavar="NAME", help="the lines behind a number, as the address of its page names it"
        )
        what.add_argument(
            "--team",
            metavar="PERSON",
            help="what this manager's own page shows, or with --list a list of it: an e-mail address, "
            "employee number or full name",
        )
        what.add_argument(
            "--opinions",
            metavar="QUESTION",
            nargs="?",
            const="",
            help="what people say to a question, by its number, or to the first; of --department and --type "
            "quarter by quarter",
        )
        of = parser.add_argument_group("of when and of whom")
        of.add_argument("--from", metavar="DAY", help="the first day, such as 2015-01-01")
        of.add_argument("--to", metavar="DAY", help="the last day, such as 2015-12-31")
        of.add_argument("--quarter", metavar="DAY", help="of opinions: the first day of a quarter")
        of.add_argument("--department", metavar="NAME", help="only of this one and those below it")
        of.add_argument("--alone", action="store_true", help="of a list: without those below it")
        of.add_argument("--service", metavar="|".join(SERVICES), help="only of this length of service")
        of.add_argument("--type", metavar="|".join(Tour.Type.values), help="only of tours of this type")
        of.add_argument(
            "--by", metavar="department", help="each department by itself as well, in a table or JSON"
        )
        parser.add_argument("--format", default="table", metavar="|".join(FORMS))
        parser.add_argument("--output", metavar="FILE", help="where it goes; xlsx and pdf need one")

    def handle(self, *args: Any, **options: Any) -> None:
        form, path = options["format"], options["output"]
        _check(options)
        content, formerly = (_opinions if options["opinions"] is not None else _of_view)(form, options)
        if formerly:
            self.stderr.write(formerly)
        if path:
            _write(Path(path), content if isinstance(content, bytes) else content.encode())
        else:
            self.stdout.write(content)  # type: ignore[arg-type]  # the formats without a file are text


def _check(options: dict[str, Any]) -> None:
    """What can be said without a look into the company."""
    _known("--format", FORMS, options["format"])
    _known("--table", report.TABLES, options["table"])
    if options["by"] not in (None, "department"):
        raise CommandError(_("--by takes department, not “%s”.") % options["by"])
    given = {name for name, value in options.items() if value not in (None, False)}
    given.add(f"format {options['format']}")
    for one, others in NOT_WITH.items():
        for other in given.intersection(others) if one in given else ():
            _refuse(one, other)
    for one, other in ONLY_WITH.items():
        if one in given and other not in given:
            raise CommandError(_("--%(one)s goes with --%(other)s alone.") % {"one": one, "other": other})
    if options["format"] in FILES and not options["output"]:
        raise CommandError(_("Say with --output where the file goes."))


def _refuse(one: str, other: str) -> None:
    raise CommandError(_("--%(one)s cannot be combined with --%(other)s.") % {"one": one, "other": other})


def _known(option: str, known: Iterable[str], text: str | None) -> None:
    if text is not None and text not in known:
        wrong = {"option": option, "known": ", ".join(known), "text": text}
        raise CommandError(_("%(option)s is %(known)s, not “%(text)s”.") % wrong)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        why = {"path": path, "reason": error.strerror}
        raise CommandError(_("The file %(path)s cannot be written: %(reason)s.") % why) from None


Told = tuple[str | bytes, str]  #: and what is to be said beside it


def _opinions(form: str, options: dict[str, Any]) -> Told:
    published = list(Publication.objects.order_by("-quarter"))
    wanted = {"question": "opinions", "quarter": "quarter", "department": "department", "type": "type"}
    asked = read_form({name: options[option] or "" for name, option in wanted.items()}, published)
    if not asked.questions:
        raise CommandError(_("No quarter has been published yet."))
    _known("--type", Tour.Type.values, options["type"] or None)
    _known("--quarter", asked.quarters, options["quarter"] or None)
    if options["opinions"] and options["opinions"] not in asked.questions:
        _known("--opinions", _numbered(asked), options["opinions"])
    if not asked.is_valid():
        raise CommandError(" ".join(str(each) for errors in asked.errors.values() for each in errors))
    return opinions_export.taken(form, asked.cleaned_data, published), asked.formerly


def _numbered(asked: OpinionsForm) -> list[str]:
    return [f"{key} ({in_general(question, Side.EMPLOYEE)})" for key, question in asked.questions.items()]


def _of_view(form: str, options: dict[str, Any]) -> Told:
    now = timezone.now()
    if options["team"] is not None:
        return _of_team(form, options, now), ""
    listed = _listed(LISTS, options)
    asked = _read_view(listed, options, now)
    if listed:
        _refuse_too_many(listed, asked)
    return _of_hr(form, asked, options), asked.formerly if form in UNTOLD else ""


def _of_team(form: str, options: dict[str, Any], now: datetime) -> str | bytes:
    """As of the manager's own day."""
    manager = _manager(options["team"], now)
    listed, today = _listed(team.LISTS, options), today_for(manager, now)
    asked = TeamView(
        department=None,
        departments=Departments(),
        service=Service(),
        below=(manager.pk, today),
        manager=manager.name,
        **_when(listed, options, now, today),
    )
    if listed is None:
        return report.taken(form, asked, team_export.sheets(asked))
    _refuse_too_many(listed, asked)
    rows = list(team.lines(listed, asked, manager))
    return report.taken(form, asked, [team.sheet_of(listed, rows, manager)])


def _manager(told: str, now: datetime) -> Person:
    try:
        person = somebody(" ".join(told.split()), Person.objects.all())
    except ValidationError as error:
        raise CommandError(error.message) from None
    if not team.manages(person, today_for(person, now)):
        raise CommandError(_("%s manages nobody today.") % person.name)
    return person


def _listed(lists: dict[str, Listed], options: dict[str, Any]) -> Listed | None:
    name = options["list"]
    if name is None:
        return None
    _known("--list", lists, name)
    if options["type"] and "type" not in lists[name].form.asks:
        _refuse("type", f"list {name}")
    return lists[name]


def _refuse_too_many(listed: Listed, asked: View) -> None:
    if why := export.too_many(listed, asked):
        raise CommandError(why)


def _of_hr(form: str, asked: View, options: dict[str, Any]) -> str | bytes:
    found, by_department = Report(asked), options["by"] is not None
    if form == "json":
        told = _of_the_period(found, by_department) | for_programs.sheet(found)
        return json.dumps(told, indent=2, ensure_ascii=False)
    sheets, charts = export.chosen(found, table=options["table"] or "", of=options["list"] or "")
    if by_department and (alone := _each_by_itself(found.parts, asked)).rows:
        return "\n".join([report.table(asked, sheets), printed(as_text(alone))])
    return report.taken(form, asked, sheets, charts)


def _of_the_period(found: Report, by_department: bool) -> Figures:
    asked = found.asked
    total = found.counted.counts[0]
    told = figures.of_period(asked.period, total, found.by_hiring_year[None], asked.service)
    told["notes"] += [each for each in (asked.formerly, asked.of_any_type, of_days(asked)) if each]
    if by_department:
        own = found.parts.own
        told["departments"] = figures.by_department(total, own, survival.curves(asked.period.last, own))
    return {"of": asked.of, "narrowed": dict(asked.narrowed)} | told | in_tours.sheet(found)


def _read_view(listed: Listed | None, options: dict[str, Any], now: datetime) -> View:
    today = timezone.localdate(now)
    departments, name = Departments(), options["department"]
    named, formerly = by_todays_name({"department": name or ""}, departments)
    department = departments.called_today(named["department"]) if name else None
    if name and department is None:
        raise CommandError(_("There is no department called “%s”.") % name)
    _known("--service", SERVICES, options["service"] or None)
    service = options["service"]
    return View(
        department=department,
        departments=departments,
        service=SERVICES[service][1] if service else Service(),
        alone=options["alone"],
        followed=(options["table"] or "").startswith("staying"),
        formerly=formerly,
        **_when(listed, options, now, today),
    )


def _when(listed: Listed | None, options: dict[str, Any], now: datetime, today: date) -> dict[str, Any]:
    _known("--type", Tour.Type.values, options["type"] or None)
    return {
        "period": _read_period(options["from"], options["to"], today),
        "type": options["type"] or "",
        "now": now,
        "today": today,
        "kept": {},
        "of_today": bool(listed and listed.of_today),
    }


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
