"""What an import did, told so that somebody can act on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.importing.planning import Plan
from people.importing.problems import quoted
from people.importing.reading import Sheet
from people.models import Employment

LISTED = 20


def tell(sheet: Sheet, plan: Plan, new_departments: int, *, dry_run: bool) -> str:
    lines = [*_table(plan, new_departments), *_endings(sheet), *_lists(plan), "", *_columns(sheet)]
    changed = touched(plan)
    if not (plan.new_people or changed):
        people = len(sheet.rows)
        lines.append(
            ngettext(
                "Nothing changed: %(count)d person is as the file says.",
                "Nothing changed: %(count)d people are as the file says.",
                people,
            )
            % {"count": people}
        )
    else:
        counts = {
            "new": len(plan.new_people),
            "changed": changed,
            "same": len(sheet.rows) - len(plan.new_people) - changed,
        }
        lines.append(_("People: %(new)d new, %(changed)d changed, %(same)d as before.") % counts)
    if dry_run:
        lines.append(_("This was a dry run: nothing has been written."))
    return "\n".join(lines)


def touched(plan: Plan) -> int:
    """How many people known before are not as they were."""
    spells = {member for member, _spell in (*plan.new_spells, *plan.changed_spells)}
    members = {*plan.changed_people, *spells, *plan.positions.members, *plan.lines.members}
    return len(members - set(plan.new_people))


def _table(plan: Plan, new_departments: int) -> Iterator[str]:
    rows = [
        (_("People"), len(plan.new_people), len(plan.changed_people), 0),
        (_("Employments"), len(plan.new_spells), len(plan.changed_spells), 0),
        (_("Departments"), new_departments, 0, 0),
        (_("Positions"), len(plan.positions.create), len(plan.positions.update), len(plan.positions.delete)),
        (_("Reporting lines"), len(plan.lines.create), len(plan.lines.update), len(plan.lines.delete)),
    ]
    width = max(len(row[0]) for row in rows)
    created, changed, removed = _("created"), _("changed"), _("removed")
    yield f"{'':{width}}  {created:>9}  {changed:>9}  {removed:>9}"
    for name, *counts in rows:
        yield f"{name:{width}}  " + "  ".join(f"{count:>9}" for count in counts)


def _endings(sheet: Sheet) -> Iterator[str]:
    left = Counter(row.ending for row in sheet.rows if row.left_on)
    if left:
        yield ""
        yield _("In the file %(count)d have left:") % {"count": left.total()}
        for ending, count in left.most_common():
            name = Employment.Ending(ending).label if ending else _("not sorted")
            yield f"  {name}: {count}"


def _lists(plan: Plan) -> Iterator[str]:
    nothing = _("none given")
    yield from _list(
        _("Reasons not in the mapping, recorded as “Other” unless HR has sorted them here:"),
        [f"{quoted(reason) if reason else nothing} ({n})" for reason, n in plan.unsorted.most_common()],
    )
    yield from _list(
        _("Managers not found, so nobody was entered (people concerned):"), _named(plan.unknown_managers)
    )
    yield from _list(
        _("Managers whose name several people have, so nobody was entered (people concerned):"),
        _named(plan.ambiguous_managers),
    )
    yield from _list(
        _("Never employed on the same day as their manager, so nobody was entered (person / manager):"),
        plan.apart,
    )
    yield from _list(
        _("Recorded here as leaving, which the file does not know; left as they are:"), plan.still_left
    )
    yield from _list(_("Employed here but not in the file; left as they are:"), plan.missing)


def _named(counts: Counter[str]) -> list[str]:
    return [f"{quoted(name)} ({count})" for name, count in counts.most_common()]


def _list(title: str, entries: list[str]) -> Iterator[str]:
    if not entries:
        return
    yield ""
    yield title
    yield from (f"  {entry}" for entry in entries[:LISTED])
    if len(entries) > LISTED:
        yield "  " + _("… and %(count)d more") % {"count": len(entries) - LISTED}


def _columns(sheet: Sheet) -> Iterator[str]:
    read = len(set(sheet.mapping.columns.values()))
    yield _("Columns read: %(read)d of %(all)d; what is not mapped was left in the file.") % {
        "read": read,
        "all": sheet.columns,
    }
