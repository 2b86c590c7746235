"""Two versions of the terms, or of the policy, part by part, word against word."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tours.diff import Piece, line_diff, word_diff
from tours.models import Policy, Terms
from tours.models.policy import TYPES


def compare(old: Terms, new: Terms) -> list[tuple[str, list[Piece]]]:
    """Part by part, the words of two versions against each other."""
    pairs = zip(_parts(old), _parts(new), strict=True)
    words = [(label, word_diff(before, after)) for (label, before), (_label, after) in pairs]
    return [*words, (_("Promises"), line_diff(_promises(old), _promises(new)))]


def _parts(terms: Terms) -> list[tuple[str, str]]:
    end = terms.ends_on or terms.review_on
    return [
        (_("Mission"), terms.mission),
        (_("What the company gains"), terms.company_gain),
        (_("What %(name)s gains") % {"name": terms.employee.get_short_name()}, terms.employee_gain),
        (_("Values and aspirations you share"), terms.values),
        (_("From"), date_format(terms.starts_on)),
        (_("Reviewed on") if terms.review_on else _("To"), date_format(end) if end else "–"),
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
            if name.endswith(TYPES):
                label = f"{title} · {label}"
            if before != after and name == "values":
                changed.append((label, line_diff(f"{before}\n", f"{after}\n")))
            elif before != after:
                changed.append((label, word_diff(before, after)))
    return changed
