"""What a file means for the departments: which are new, and which are above which.

They are known by name. One under a name that it had before is the same; whether a new name is another
department or a renamed one, a file cannot say, but HR can, by renaming it here first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from people.importing.company import Company
from people.importing.problems import Problem
from people.importing.reading import Row


@dataclass
class Departments:
    """What is to be written, and what somebody should look at."""

    new: list[str] = field(default_factory=list)
    placed: dict[str, str] = field(default_factory=dict)  #: below which they are from now on
    circles: list[Problem] = field(default_factory=list)

    unlike: list[str] = field(default_factory=list)  #: new where there were others before
    former: Counter[str] = field(default_factory=Counter)  #: former names, how often
    several: list[str] = field(default_factory=list)  #: below several, as the file has it
    moves: list[str] = field(default_factory=list)  #: what was above those that are placed, and is


def plan(rows: Iterable[Row], worked_in: set[str], company: Company, column: str) -> Departments:
    """`worked_in` are those in which somebody is from now on, as they are called today."""
    found, lines = Departments(), dict[str, int]()
    said: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        name, above = company.called(row.department), company.called(row.department_above)
        if name != row.department:  # where that one lay says nothing of where this one does
            found.former[f"{row.department} → {name}"] += 1
        elif name and above and name.casefold() != above.casefold():  # by itself: none is above
            said[name].add(above)
            lines.setdefault(name, row.line)
    for name, above_it in said.items():
        if len(above_it) > 1:
            found.several.append(f"{name} ({', '.join(sorted(above_it))})")
        elif company.departments.get(name) not in above_it:
            found.placed[name] = above_it.pop()
            found.moves.append(f"{name}: {company.departments.get(name) or '–'} → {found.placed[name]}")
    wanted = worked_in | found.placed.keys() | set(found.placed.values())
    found.moves.sort()
    found.new = sorted(wanted - company.departments.keys())
    found.unlike = found.new if company.departments else []
    found.circles = _circles(found.placed, company, lines, column)
    return found


def _circles(placed: dict[str, str], company: Company, lines: dict[str, int], column: str) -> list[Problem]:
    """None is above itself, with what is recorded here and the file does not speak of."""
    above = company.departments | placed
    problems, seen = [], set[str]()
    for name in placed:
        path = [name]
        while (upper := above.get(path[-1])) and upper not in path:
            path.append(upper)
        if upper == name and name not in seen:
            seen.update(path)
            reason = _("That would make a circle of departments: %(names)s.")
            problems.append(Problem(reason % {"names": " → ".join([*path, name])}, lines[name], column))
    return problems
