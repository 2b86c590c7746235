"""Languages and time zones as files call them: by code or by name. None is guessed."""

from __future__ import annotations

import re
from functools import lru_cache

from django.conf import settings
from django.utils.translation import get_language_info

from people.days import time_zones
from people.importing.mapping import fold

UTC = {"gmt": "UTC", "etc/utc": "UTC"}


def language(text: str) -> str | None:
    """Of “de”, “de-AT”, “German” or “Deutsch”; None where we have no such."""
    known = _languages()
    return known.get(fold(text)) or known.get(re.split(r"[-_ (]", fold(text))[0])


def time_zone(text: str) -> str | None:
    """Of “Europe/Berlin”, however it is capitalised; None where there is no such, or not as one."""
    return _zones().get(fold(text).replace(" ", "_"))


@lru_cache
def _languages() -> dict[str, str]:
    infos = [get_language_info(code) for code, _name in settings.LANGUAGES]
    return {fold(info[name]): info["code"] for info in infos for name in ("code", "name", "name_local")}


@lru_cache
def _zones() -> dict[str, str]:
    return {**UTC, **{name.casefold(): name for name, _shown in time_zones()}}
