"""Compiles locale/*/LC_MESSAGES/*.po where the compiled file is missing or older."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings


def compile_when_changed() -> int:
    """How many catalogues were compiled. Unfinished (fuzzy) texts are left out and appear in English."""
    catalogues = [po for folder in settings.LOCALE_PATHS for po in Path(folder).glob("*/LC_MESSAGES/*.po")]
    return sum(_compile(po) for po in catalogues)


def _compile(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
        return False
    with po.open("rb") as file:
        catalogue = read_po(file, locale=po.parents[1].name, domain=po.stem)
    new = mo.with_suffix(f".mo.{os.getpid()}")
    with new.open("wb") as file:
        write_mo(file, catalogue)
    new.replace(mo)
    return True
