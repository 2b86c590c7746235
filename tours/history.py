"""How a tour came about, as a list of what happened, oldest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tours.models import Comment, Parting, Side, Terms, Tour


@dataclass(frozen=True)
class Event:
    """`what` names the sentence that `_story.html` says of it."""

    at: datetime
    what: str
    terms: Terms
    name: str = ""
    words: str = ""
    part: str = ""


def history(tour: Tour, versions: Sequence[Terms], partings: Sequence[Parting] = ()) -> list[Event]:
    """Of the versions given, which come with their comments and signatures, and of an early end."""
    found = [event for terms in versions for event in _of_version(terms, tour, versions)]
    found += [
        Event(parting.at, "ended", tour.in_force, parting.author.name)
        for parting in partings
        if tour.in_force and parting.side == tour.ended_by
    ]
    return sorted(found, key=lambda event: event.at)  # what happened at one moment stays in its order


def _of_version(terms: Terms, tour: Tour, versions: Sequence[Terms]) -> Iterator[Event]:
    assert terms.proposed_at
    assert terms.proposed_by
    before = [each for each in versions if each.number < terms.number and each.is_signed]
    what = "amendment" if before else "proposed"
    yield Event(terms.proposed_at, what, terms, terms.proposed_by.name, terms.reason)
    for comment in terms.comments.all():
        part = str(Comment.Part(comment.part).label) if comment.part else ""
        yield Event(comment.at, comment.kind, terms, comment.author.name, comment.words, part)
    signatures = [terms.signature_of(side) for side in Side]
    for signature in sorted(filter(None, signatures), key=lambda signature: signature.signed_at):
        yield Event(signature.signed_at, "signed", terms, signature.signer.name)
    if terms.is_signed:
        last = max(signature.signed_at for signature in signatures if signature)
        handed_over = before and before[-1].manager_id != terms.manager_id
        yield Event(last, "handed_over" if handed_over else "in_force", terms, terms.manager.name)
