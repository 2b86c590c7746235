"""How numbers are written: with their thousands apart, and with the signs of the reader's language."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import get_language_bidi, gettext, ngettext

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
    return gettext("%(number)s%%") % {"number": _rounded(fraction * 100, decimals)}


def _rounded(value: float, decimals: int) -> str:
    """Django's own formatting cuts decimals off. The sign stands before, in a line from the right as well."""
    told = number_format(round(value, decimals), decimals, force_grouping=True)
    if not told.startswith("-"):
        return told
    return f"{FROM_LEFT if get_language_bidi() else ''}{MINUS}{told[1:]}"


def years(days: int) -> str:
    """Days in years of 365, or in days below two years."""
    if days < 730:
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": number(days)}
    return gettext("%(count)s years") % {"count": _rounded(days / 365, 1)}
