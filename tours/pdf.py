"""The statement of alliance as a PDF: tagged for those who hear it, with its fonts, fetching nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, get_language_bidi

from tours.face import Face, face
from tours.models import Terms
from tours.statement import file_name, seal_of

PROGRAM = Path(__file__).with_name("typesetting.py")
TEMPLATE = settings.BASE_DIR / "templates" / "tours" / "statement.typ"
FONTS = settings.BASE_DIR / "node_modules" / "@expo-google-fonts"
FACES = (
    "source-serif-4/400Regular",
    "source-serif-4/400Regular_Italic",
    "source-serif-4/600SemiBold",
    "amiri/400Regular",
    "amiri/700Bold",
    "noto-emoji/400Regular",
)
PATIENCE = 20  #: seconds


class CannotBeSet(Exception):
    """These words take more time or memory to set than a page may take."""


def statement_pdf(terms: Terms) -> bytes:
    """In the reader's language. The same statement gives the same bytes."""
    return typeset(TEMPLATE, _as_data(face(terms), terms), int(_last_change(terms)))


def typeset(template: Path, data: dict[str, Any], timestamp: int) -> bytes:
    """What `data` says, laid out by a template of ours, in a process of its own."""
    job = {
        "statement": data,
        "template": template.read_text(),
        "fonts": [str(FONTS / name) for name in FACES],
        "timestamp": timestamp,
    }
    try:
        done = subprocess.run(  # noqa: S603  # our own program, and its only input is data
            [sys.executable, "-I", str(PROGRAM)],
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=True,
            env={},
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise CannotBeSet from error
    return done.stdout


def _last_change(terms: Terms) -> float:
    moments = [signature.signed_at for signature in terms.known_signatures]
    return max([terms.proposed_at or terms.created_at, *moments]).timestamp()


def _as_data(shown: Face, terms: Terms) -> dict[str, Any]:
    seal = seal_of(terms)
    data = printable(asdict(shown))
    language = (get_language() or "en").split("-")[0]
    about = {
        "language": language,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "authors": printable([seal.employee_name, seal.manager_name]),
        "text": seal.text,
        "file_name": file_name(terms, "txt"),
    }
    return {**data, **about}


def printable(value: Any) -> Any:
    """Without what has no shape."""
    if isinstance(value, str):
        return "".join(char for char in value if char in "\n\t" or not _is_control(char))
    if isinstance(value, dict):
        return {key: printable(part) for key, part in value.items()}
    return [printable(part) for part in value] if isinstance(value, list | tuple) else value


def _is_control(char: str) -> bool:
    """What has no shape in any font: control characters, and what Unicode says is no character."""
    return unicodedata.category(char) in {"Cc", "Cs"} or ord(char) & 0xFFFE == 0xFFFE
