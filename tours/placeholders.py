"""Words in braces that a programme's texts hold for what differs from person to person.

As in Python's own formats a doubled brace is one that is meant; nothing else of theirs is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: What may stand between braces, and what it becomes.
MEANING = {
    "employee": gettext_lazy("the employee's full name"),
    "employee_first_name": gettext_lazy("the employee's first name"),
    "manager": gettext_lazy("the manager's full name"),
    "start": gettext_lazy("the day of the start"),
    "end": gettext_lazy("the last day"),
    "department": gettext_lazy("the employee's department at the start"),
    "title": gettext_lazy("the employee's job title at the start"),
}

BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text for one person. Every placeholder must have its value: see `faults`."""

    def filled(found: re.Match[str]) -> str:
        return found[0][0] if found[1] is None else values[found[1]]

    return BRACES.sub(filled, text)


def used(text: str) -> set[str]:
    return {found[1] for found in BRACES.finditer(text) if found[1] is not None}


def faults(text: str) -> Iterator[str]:
    """What is wrong with the braces of a text, each as a sentence."""
    for name in sorted(used(text) - MEANING.keys()):
        yield _("There is no placeholder %(name)s. To write a brace itself, type it twice.") % {
            "name": f"{{{name}}}"
        }
    if any(found[0] in ("{", "}") for found in BRACES.finditer(text)):
        yield _("There is a brace without its partner. To write a brace itself, type it twice.")
