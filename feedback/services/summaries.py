"""Writing on what both sides keep of a check-in: merged with what the other wrote meanwhile, or told."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from feedback.limits import TEXT_LIMIT
from feedback.merging import merged
from feedback.models import CheckIn, Summary
from people.models import Person


class Crossed(Exception):
    """Both changed the same place, or both texts together are too long: nothing is saved."""

    def __init__(self, newest: Summary) -> None:
        super().__init__("both changed the same place")
        self.newest = newest


@transaction.atomic
def write_summary(checkin: CheckIn, words: str, *, actor: Person, basis: int, now: datetime) -> list[Summary]:
    """What was saved by it, the newest last: the words as typed over number `basis`, and, where that is not
    the newest any more, a row that puts both together. The same words once more save nothing.

    Raises Crossed where the two do not go together.
    """
    side = checkin.side_of(actor)
    if side is None or not checkin.revealed_at:
        raise PermissionDenied
    CheckIn.objects.select_for_update(no_key=True).get(pk=checkin.pk)
    newest, base = _newest_and(basis, checkin)
    new = Summary(checkin=checkin, side=side, author=actor, at=now, words=words, number=newest.number + 1)
    if words in (newest.words, base.words):
        return [newest] if newest.number else []
    if base.number == newest.number:
        new.based_on = newest.number or None
        return Summary.objects.bulk_create([new])
    both = merged(base.words, newest.words, words)
    if both is None or len(both) > TEXT_LIMIT:
        raise Crossed(newest)
    new.based_on = base.number or None
    together = Summary(
        checkin=checkin, side=side, author=actor, at=now, words=both, number=new.number + 1,
        based_on=newest.number, merges=new.number,
    )  # fmt: skip
    return Summary.objects.bulk_create([new, together])


def _newest_and(basis: int, checkin: CheckIn) -> tuple[Summary, Summary]:
    """Number nought is the empty sheet that everything begins from, and what is not there counts as that."""
    newer = Summary.objects.filter(checkin=OuterRef("checkin"), number__gt=OuterRef("number"))
    rows = Summary.objects.filter(~Exists(newer) | Q(number=basis), checkin=checkin).order_by("-number")
    found = list(rows.select_related("author"))
    nothing = Summary(checkin=checkin, number=0)
    newest = found[0] if found else nothing
    return newest, next((row for row in found if row.number == basis), nothing)
