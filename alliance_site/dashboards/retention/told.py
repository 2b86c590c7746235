"""Rates as a table, each with what it divides and what it is."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from alliance_site.dashboards.retention.sheets import Cell, Head, Sheet, words
from alliance_site.dashboards.words import Words

Told = tuple[Words, Cell, Cell, Cell]  #: what it is, its value, and the two of which it is made


def sheet(rates: Sequence[Told], note: str = "") -> Sheet:
    """Why one has no value stands in the last column, with what it is."""
    heads = [_("Value"), _("Numerator"), _("Denominator")]
    return Sheet(
        "tours",
        _("How tours go"),
        [Head(_("Figure"), numbers=False), *map(Head, heads), Head(_("What it is"), numbers=False)],
        [
            [
                words(told.name),
                Cell(cell.value),
                *made_of,
                words(" ".join(map(str, (told.means, told.beware, cell.why))).strip()),
            ]
            for told, cell, *made_of in rates
        ],
        note,
        aside=[f"{told.name}: {cell.why}" for told, cell, *_made_of in rates if cell.why],
    )
