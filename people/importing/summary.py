"""What an import did, told so that somebody can act on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.importing.company import Member
from people.importing.departments import Departments
from people.importing.planning import Plan
from people.importing.problems import quoted
from people.importing.reading import Sheet
from people.models import Employment

LISTED = 20
NAMES = 5  #: beside a manager who is not found


@dataclass(frozen=True)
class Told:
    """`table` has a line for each kind of row: what it is, how many were created, changed and removed;
    `lists` what somebody may have to look at, each with its title."""

    table: list[tuple[str, int, int, int]]
    lists: list[tuple[str, list[str]]]
    columns: str
    outcome: str
    is_new: bool  #: whether anything was otherwise before
    unlike: bool = False  #: whether there is a department that may be another one renamed
    unsorted: bool = False  #: whether somebody left for what nobody sorted


def sum_up(sheet: Sheet, plan: Plan) -> Told:
    return Told(
        _table(plan),
        [each for each in (_endings(sheet), *_lists(plan), _unknown(sheet)) if each[1]],
        _columns(sheet),
        _outcome(sheet, plan),
        bool(plan.new_people or touched(plan) or plan.departments.placed),
        bool(plan.departments.unlike),
        bool(plan.unsorted),
    )


def in_words(told: Told, *, dry_run: bool) -> str:
    """As a terminal shows it."""
    lines = [*_laid_out(told.table)]
    for title, entries in told.lists:
        lines += ["", title, *(f"  {entry}" for entry in entries)]
    lines += ["", told.columns, told.outcome]
    if dry_run:
        lines.append(_("This was a dry run: nothing has been written."))
    return "\n".join(lines)


def _outcome(sheet: Sheet, plan: Plan) -> str:
    changed, people = touched(plan), len(sheet.rows)
    if not (plan.new_people or changed or plan.departments.placed):
        return ngettext(
            "Nothing changed: %(count)d person is as the file says.",
            "Nothing changed: %(count)d people are as the file says.",
            people,
        ) % {"count": people}
    counts = {"new": len(plan.new_people), "changed": changed}
    counts["same"] = people - counts["new"] - changed
    return _("People: %(new)d new, %(changed)d changed, %(same)d as before.") % counts


def touched(plan: Plan) -> int:
    """How many people known before are not as they were."""
    spells = {member for member, _spell in (*plan.new_spells, *plan.changed_spells)}
    members = {*plan.changed_people, *spells, *plan.positions.members, *plan.lines.members}
    return len(members - set(plan.new_people))


def _table(plan: Plan) -> list[tuple[str, int, int, int]]:
    positions, lines, departments = plan.positions, plan.lines, plan.departments
    return [
        (_("People"), len(plan.new_people), len(plan.changed_people), 0),
        (_("Employments"), len(plan.new_spells), len(plan.changed_spells), 0),
        (_("Departments"), len(departments.new), len(departments.placed.keys() - {*departments.new}), 0),
        (_("Positions"), len(positions.create), len(positions.update), len(positions.delete)),
        (_("Reporting lines"), len(lines.create), len(lines.update), len(lines.delete)),
    ]


def _laid_out(table: list[tuple[str, int, int, int]]) -> Iterator[str]:
    width = max(len(row[0]) for row in table)
    created, changed, removed = _("created"), _("changed"), _("removed")
    yield f"{'':{width}}  {created:>9}  {changed:>9}  {removed:>9}"
    for name, *counts in table:
        yield f"{name:{width}}  " + "  ".join(f"{count:>9}" for count in counts)


def _endings(sheet: Sheet) -> tuple[str, list[str]]:
    rows = (each for row in sheet.rows for each in (*row.earlier, row))
    left = Counter(row.ending for row in rows if row.left_on)
    named = [
        (Employment.Ending(ending).label if ending else _("not sorted"), count)
        for ending, count in left.most_common()
    ]
    title = _("In the file %(count)d have left:") % {"count": left.total()}
    return title, [f"{name}: {count}" for name, count in named]


def _lists(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    nothing = _("none given")
    yield _list(
        _(
            "E-mail addresses that pass to somebody else; those who had them have left, and can "
            "no longer sign in with them. If it is one person who came back, enter the new "
            "number on their page before the import:"
        ),
        plan.passed_on,
    )
    yield _list(
        _("Addresses that HR noted for people who have left, kept although the file has others:"),
        plan.own_addresses,
    )
    yield from _of_departments(plan.departments)
    yield _list(
        _("Reasons that are not sorted, recorded as “Other” unless HR has sorted them here:"),
        [f"{quoted(reason) if reason else nothing} ({n})" for reason, n in plan.unsorted.most_common()],
    )
    yield _list(
        _("Managers not found, so nobody was entered (people concerned):"), _whose(plan.unknown_managers)
    )
    yield _list(
        _("Managers whose name several people have, so nobody was entered (people concerned):"),
        _whose(plan.ambiguous_managers),
    )
    yield _list(
        _("Never employed on the same day as their manager, so nobody was entered (person / manager):"),
        plan.apart,
    )
    yield _list(_("Without a manager from now on, as the file names none:"), plan.unmanaged)
    yield _list(
        _(
            "With a manager whom no import brought, where the file names none; left as they are "
            "(person / manager):"
        ),
        plan.still_managed,
    )
    yield _list(_("Recorded here as leaving, but without a last day in the file; left so:"), plan.still_left)
    yield _list(
        _("With the first day of an earlier employment; department, title and manager left as they are:"),
        plan.returned,
    )
    yield _list(_("Employed here but not in the file; left as they are:"), plan.missing)


def _of_departments(departments: Departments) -> Iterator[tuple[str, list[str]]]:
    yield _list(
        _(
            "New departments. If one is only a new name for a department that is here already, "
            "rename that department under “Departments” before the import, so that its figures "
            "go on:"
        ),
        departments.unlike,
    )
    yield _list(_("Departments below another one from now on, as the file has it:"), departments.moves)
    former = [f"{name} ({count})" for name, count in departments.former.most_common()]
    yield _list(_("Departments under a former name, read as what they are called now:"), former)
    yield _list(
        _("Departments that the file puts below several others; left where they are:"), departments.several
    )


def _unknown(sheet: Sheet) -> tuple[str, list[str]]:
    """Of a person with several lines, as of all else about them, the latest counts."""
    people = {row.line for row in sheet.rows}
    counts = Counter({name: len(lines & people) for name, lines in sheet.unknown.items() if lines & people})
    return _list(_("Languages and time zones that Alliance does not know, ignored (people):"), _named(counts))


def _named(counts: Counter[str]) -> list[str]:
    return [f"{quoted(name)} ({count})" for name, count in counts.most_common()]


def _whose(people: Mapping[str, Mapping[Member, str]]) -> list[str]:
    """Those of whom most are concerned first, with the first few of these, for nothing names them later."""
    most = sorted(
        ((told, [*whose.values()]) for told, whose in people.items()), key=lambda each: -len(each[1])
    )
    return [
        f"{quoted(told)} ({len(whose)}): {', '.join(whose[:NAMES])}{', …' * (len(whose) > NAMES)}"
        for told, whose in most
    ]


def _list(title: str, entries: list[str]) -> tuple[str, list[str]]:
    more = len(entries) - LISTED
    told = [_("… and %(count)d more") % {"count": more}] if more > 0 else []
    return title, entries[:LISTED] + told


def _columns(sheet: Sheet) -> str:
    read = len(set(sheet.mapping.columns.values()))
    return _("Columns read: %(read)d of %(all)d; what is not mapped was left in the file.") % {
        "read": read,
        "all": sheet.columns,
    }
