"""What exactly was agreed, as one plain text, and its fingerprint.

The text is the same in every language, and whoever has it can check it without Alliance: the fingerprint
is what `sha256sum` says of the file. `FORMAT` counts the ways of writing it; texts already written stay.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

from django.utils.translation import override

from tours.models import Seal, Side, Terms

FORMAT = 1
INDENT = "    "
LINE_END = re.compile(r"\r\n|\r|\n")


def seal(pk: int) -> Seal:
    """Keeps what that version says today, with today's names; once, under the lock of its tour."""
    return seal_all([pk])[0]


def seal_all(pks: Sequence[int]) -> list[Seal]:
    """As `seal`, in three statements for any number of versions."""
    versions = Terms.objects.select_related("tour", "employee", "manager", "policy")
    found = versions.prefetch_related("promises").filter(pk__in=pks)
    return Seal.objects.bulk_create(drawn_up(terms) for terms in found)


def seal_of(terms: Terms) -> Seal:
    """As it was kept; of a version proposed before seals were, or not proposed yet, as it would be."""
    try:
        return terms.seal
    except Seal.DoesNotExist:
        return drawn_up(terms)


def drawn_up(terms: Terms) -> Seal:
    """A seal, not saved, of what the version says today."""
    text = canonical_text(terms)
    names = {"employee_name": terms.employee.name, "manager_name": terms.manager.name}
    return Seal(terms_id=terms.pk, text=text, fingerprint=fingerprint(text), **names)


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def grouped(digest: str) -> str:
    """In blocks of four, to compare by eye or aloud."""
    return " ".join(re.findall(".{1,4}", digest))


def file_name(terms: Terms, kind: str) -> str:
    return f"alliance-{terms.tour_id}-version-{terms.number}.{kind}"


def canonical_text(terms: Terms) -> str:
    """Labels begin a line, what people wrote is indented, so no words can pass for another part."""
    return "".join(f"{line}\n" for line in _lines(terms))


def _lines(terms: Terms) -> Iterator[str]:
    yield f"Statement of alliance, format {FORMAT}"
    yield f"Tour: {terms.tour_id}"
    yield f"Version: {terms.number}"
    yield f"Type: {terms.tour.type}"
    yield from _part("Employee", terms.employee.name)
    yield from _part("For the company", terms.manager.name)
    yield from _part("Mission", terms.mission)
    yield from _part("The company gains", terms.company_gain)
    yield from _part("The employee gains", terms.employee_gain)
    yield from _part("Values of both", terms.values)
    yield f"From: {terms.starts_on.isoformat()}"
    if terms.ends_on:
        yield f"To: {terms.ends_on.isoformat()}"
    if terms.review_on:
        yield f"Review: {terms.review_on.isoformat()}"
    yield f"Months between check-ins: {terms.rhythm}"
    yield from _promises(terms)
    yield from _part("Reason for this version", terms.reason)
    with override("en"):
        wordings = terms.wordings
    for wording in wordings:
        yield from _part("Wording", wording)


def _promises(terms: Terms) -> Iterator[str]:
    owing = {Side.EMPLOYEE.value: "the employee", Side.MANAGER.value: "the company"}
    for promise in terms.promises.all():
        yield from _part(
            f"Promise of {owing[promise.owed_by]}, by {promise.due_on.isoformat()}", promise.what
        )
        yield from _part("Known by", promise.known_by)


def _part(label: str, words: str) -> Iterator[str]:
    """Lines end in one way, whichever browser they were typed in; nothing else about them changes."""
    if words:
        yield f"{label}:"
        yield from (f"{INDENT}{line}" for line in LINE_END.split(words))
