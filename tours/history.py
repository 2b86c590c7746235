"""How a tour came about, as a list of what happened, oldest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.days import written
from tours.models import Comment, Parting, Side, Terms, Tour

SENTENCES = {
    "proposed": _("%(name)s proposed version %(number)s"),
    "amendment": _("%(name)s proposed a change of the terms, as version %(number)s"),
    "comment": _("%(name)s about version %(number)s"),
    "change": _("%(name)s asked for a change of version %(number)s"),
    "declined": _("%(name)s declined version %(number)s"),
    "withdrawn": _("%(name)s withdrew version %(number)s"),
    "signed": _("%(name)s signed version %(number)s"),
    "in_force": _("Version %(number)s was agreed"),
    "handed_over": _("%(name)s took over, with version %(number)s"),
    "ended": _("%(name)s ended the tour early, with %(day)s as its last day"),
}
OF_ONE_PART = {
    "comment": _("%(name)s about “%(part)s”"),
    "change": _("%(name)s asked for a change of “%(part)s”"),
}


@dataclass(frozen=True)
class Event:
    """`what` names the sentence that is said of it."""

    at: datetime
    what: str
    terms: Terms
    name: str = ""
    words: str = ""
    part: str = ""
    last_day: date | None = None

    @property
    def sentence(self) -> str:
        about = OF_ONE_PART if self.part else {}
        facts = {"name": self.name, "number": self.terms.number, "part": self.part}
        if self.last_day:
            facts["day"] = written(self.last_day)
        return str(about.get(self.what, SENTENCES[self.what]) % facts)

    @property
    def is_proposal(self) -> bool:
        return self.what in ("proposed", "amendment")

    @property
    def is_turn(self) -> bool:
        """From then on other terms counted."""
        return self.what in ("in_force", "handed_over", "ended")

    @property
    def on(self) -> str:
        return written(timezone.localtime(self.at).date())


def history(tour: Tour, versions: Sequence[Terms], partings: Sequence[Parting] = ()) -> list[Event]:
    """Of the versions given, which come with their comments and signatures, and of an early end."""
    found = [event for terms in versions for event in _of_version(terms, versions)]
    found += [
        Event(parting.at, "ended", tour.in_force, parting.author.name, last_day=tour.ended_on)
        for parting in partings
        if tour.in_force and parting.side == tour.ended_by
    ]
    return sorted(found, key=lambda event: event.at)  # what happened at one moment stays in its order


def _of_version(terms: Terms, versions: Sequence[Terms]) -> Iterator[Event]:
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
        yield Event(signature.signed_at, "signed", terms, terms.party(Side(signature.side)).name)
    if terms.is_signed:
        last = max(signature.signed_at for signature in signatures if signature)
        handed_over = before and before[-1].manager_id != terms.manager_id
        yield Event(last, "handed_over" if handed_over else "in_force", terms, terms.manager.name)
