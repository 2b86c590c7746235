"""What is wrong with what came in: one sentence a problem, all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SHOWN = 20


@dataclass(frozen=True)
class Problem:
    reason: str
    line: int | None = None
    field: str = ""

    def __str__(self) -> str:
        place = [_("line %(line)d") % {"line": self.line}] if self.line else []
        place += [self.field] if self.field else []
        sentence = ", ".join(place) + (": " if place else "") + self.reason
        return sentence[0].upper() + sentence[1:]


class Unreadable(Exception):
    """Nothing was imported, and these are the reasons."""

    def __init__(self, problems: list[Problem] | Problem) -> None:
        self.problems = [problems] if isinstance(problems, Problem) else problems
        super().__init__(self.sentences())

    def sentences(self) -> str:
        ordered = sorted(self.problems, key=lambda problem: problem.line or 0)
        told = [str(problem) for problem in ordered[:SHOWN]]
        more = len(self.problems) - SHOWN
        if more > 0:
            told.append(
                ngettext("… and %(count)d more problem.", "… and %(count)d more problems.", more)
                % {"count": more}
            )
        return "\n".join(told)


def quoted(value: str) -> str:
    """The value as typed, short enough to read and without what would spoil a terminal."""
    shown = "".join(sign if sign.isprintable() else "�" for sign in value[:60])
    return f"“{shown}{'…' if len(value) > 60 else ''}”"
