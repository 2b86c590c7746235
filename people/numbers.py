"""How numbers are written: with their thousands apart, and with the signs of the reader's language."""

from __future__ import annotations

from functools import cache

from django.utils.formats import get_format
from django.utils.translation import get_language, get_language_bidi, gettext, ngettext

DASH = "–"
MINUS = "\u2212"
FROM_LEFT = "\u200e"  #: is not seen, and says that what follows is read from the left


class Grouped(int):
    """Says itself with its thousands apart, and can still be asked which plural it takes."""

    def __str__(self) -> str:
        return number(int(self))


def number(value: float | None) -> str:
    """With a decimal where it is not whole."""
    if value is None:
        return DASH
    return _rounded(value, 0 if float(value).is_integer() else 1)


def percent(fraction: float | None, decimals: int = 1) -> str:
    if fraction is None:
        return DASH
    marks, per_cent = _spelling(get_language())
    return per_cent % {"number": _told(fraction * 100, decimals, marks)}


@cache
def _spelling(language: str | None) -> tuple[dict[int, str], str]:
    """How that language, the reader's, writes what Python writes with commas and a point; and a share.
    To ask Django for each of hundreds of numbers takes several times as long as to write them."""
    comma = get_format("THOUSAND_SEPARATOR") if get_format("NUMBER_GROUPING") else ""
    return str.maketrans({",": comma, ".": get_format("DECIMAL_SEPARATOR")}), gettext("%(number)s%%")


def _rounded(value: float, decimals: int) -> str:
    marks, _per_cent = _spelling(get_language())
    return _told(value, decimals, marks)


def _told(value: float, decimals: int, marks: dict[int, str]) -> str:
    """The sign stands before, in a line from the right as well."""
    told = f"{round(value, decimals):,.{decimals}f}".translate(marks)
    if not told.startswith("-"):
        return told
    return f"{FROM_LEFT if get_language_bidi() else ''}{MINUS}{told[1:]}"


def years(days: int) -> str:
    """Days in years of 365, or in days below two years."""
    if days < 730:
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": number(days)}
    return gettext("%(count)s years") % {"count": _rounded(days / 365, 1)}
