"""`python typesetting.py < job > statement.pdf`: sets one statement, in a process of its own.

Words can be chosen so that setting them takes long, or much memory: then this process ends, and none
that serves pages. It imports nothing of Alliance and reads nothing but its job, its template and fonts.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

import typst

MEMORY = 2 * 1024**3  #: bytes; ordinary statements take a fiftieth of it
SECONDS = 10  #: of the processor; ordinary statements take a hundredth of it


def main() -> None:
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_CPU, SECONDS)
    sys.stdout.buffer.write(set_type(json.load(sys.stdin.buffer)))


def _limit(what: int, most: int) -> None:
    _soft, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, hard))


def set_type(job: dict[str, Any]) -> bytes:
    """PDF/UA wants a glyph for every character. Where our fonts have none those of the machine may;
    and what no font has is shown as an empty box, in a PDF that has all its tags but does not claim it."""
    for from_system, standards in ((False, ["ua-1"]), (True, ["ua-1"])):
        try:
            return _compile(job, from_system, standards)
        except typst.TypstError as error:
            if "could not be displayed" not in error.message:
                raise
    return _compile(job, True, [])


def _compile(job: dict[str, Any], from_system: bool, standards: list[Any]) -> bytes:
    fonts = typst.Fonts(
        include_system_fonts=from_system, include_embedded_fonts=False, font_paths=job["fonts"]
    )
    compiler = typst.Compiler(font_paths=fonts, sys_inputs={"statement": json.dumps(job["statement"])})
    pdf = compiler.compile(
        job["template"].encode(), format="pdf", pdf_standards=standards, timestamp=job["timestamp"]
    )
    assert isinstance(pdf, bytes)
    return pdf


if __name__ == "__main__":
    main()
