"""Two versions of the terms, or of the policy, part by part, word against word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tours.diff import Piece, is_same, line_diff, word_diff
from tours.models import Pledge, Policy, Promise, Revision, Side, Terms
from tours.models.policy import TYPES


def compare(old: Terms, new: Terms) -> list[tuple[str, list[Piece]]]:
    """Part by part, the words of two versions against each other; the promises as a list of lines."""
    return [*compare_words(old, new), (_("Promises"), line_diff(_promises(old), _promises(new)))]


def compare_words(old: Terms, new: Terms) -> list[tuple[str, list[Piece]]]:
    pairs = zip(_parts(old), _parts(new), strict=True)
    return [(label, word_diff(before, after)) for (label, before), (_label, after) in pairs]


Change = Literal["same", "added", "removed", "changed"]


@dataclass(frozen=True)
class PromiseChange:
    """One promise, known through the versions by its key: its words, and the line of who owes it by when."""

    change: Change
    what: list[Piece]
    line: list[Piece]


def compare_promises(old: Terms, new: Terms) -> list[PromiseChange]:
    """Those of the newer version in its order, then those that are gone."""
    before = {promise.key: promise for promise in old.promises.all()}
    found = []
    for promise in new.promises.all():
        was = before.pop(promise.key, None)
        what, line = _promise_words(promise)
        if was is None:
            found.append(PromiseChange("added", [Piece("added", what)], [Piece("added", line)]))
            continue
        pieces = [word_diff(*pair) for pair in zip(_promise_words(was), (what, line), strict=True)]
        found.append(PromiseChange("same" if all(map(is_same, pieces)) else "changed", *pieces))
    for promise in before.values():
        what, line = _promise_words(promise)
        found.append(PromiseChange("removed", [Piece("removed", what)], [Piece("removed", line)]))
    return found


def _promise_words(promise: Promise) -> tuple[str, str]:
    owed_by = _("The company") if promise.owed_by == Side.MANAGER else promise.terms.employee.name
    line = _("%(side)s, by %(day)s") % {"side": owed_by, "day": date_format(promise.due_on)}
    known = _("Both will know by: %(how)s") % {"how": promise.known_by} if promise.known_by else ""
    return promise.what, f"{line}. {known}" if known else line


def _parts(terms: Terms) -> list[tuple[str, str]]:
    last, review = (date_format(day) if day else "" for day in (terms.ends_on, terms.review_on))
    return [
        (_("Mission"), terms.mission),
        (_("What the company gains"), terms.company_gain),
        (_("What %(name)s gains") % {"name": terms.employee.get_short_name()}, terms.employee_gain),
        (_("Values and aspirations you share"), terms.values),
        (_("From"), date_format(terms.starts_on)),
        (_("To"), last),
        (_("Reviewed on"), review),
        (_("Check-ins"), str(Terms.Rhythm(terms.rhythm).label)),
    ]


def _promises(terms: Terms) -> str:
    return "".join(f"{promise}\n" for promise in terms.promises.all())


def compare_policies(old: Policy, new: Policy) -> list[tuple[str, list[Piece]]]:
    """The same for two policies, but only where they differ."""
    changed = []
    for title, names in Policy.GROUPS:
        for name in names:
            before, after = old.shown(name), new.shown(name)
            label = capfirst(Policy.label(name))
            if name.endswith(TYPES) or name.startswith("mail_"):
                label = f"{title} · {label}"
            if before != after and name == "values":
                changed.append((label, _lines_changed(before, after)))
            elif before != after:
                changed.append((label, word_diff(before, after)))
    return changed


def compare_revisions(
    old: Revision, old_pledges: Iterable[Pledge], new: Revision, new_pledges: Iterable[Pledge]
) -> list[tuple[str, list[Piece]]]:
    """The same of two revisions of a programme, with their placeholders."""
    pairs = zip(_revision_parts(old), _revision_parts(new), strict=True)
    words = [(label, word_diff(before, after)) for (label, before), (_label, after) in pairs]
    return [*words, (_("Promises"), line_diff(_pledges(old_pledges), _pledges(new_pledges)))]


def _revision_parts(revision: Revision) -> list[tuple[str, str]]:
    return [
        (_("Name"), revision.name),
        (_("Mission"), revision.mission),
        (_("What the company gains"), revision.company_gain),
        (_("What the employee gains"), revision.employee_gain),
        (_("Values and aspirations both share"), revision.values),
        (_("Length in months"), str(revision.months)),
        (_("Check-ins"), str(revision.get_rhythm_display())),
    ]


def _pledges(pledges: Iterable[Pledge]) -> str:
    return "".join(f"{pledge.in_words}\n" for pledge in pledges)


def _lines_changed(before: str, after: str) -> list[Piece]:
    """The last line ends like the others, so that it stays the same when one comes after it."""
    *pieces, last = line_diff(before and f"{before}\n", after and f"{after}\n")
    return [*pieces, Piece(last.change, last.text.rstrip("\n"))]
