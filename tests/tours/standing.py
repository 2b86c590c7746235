"""A tour as its page takes it: with its versions, and how it stands on a day."""

from __future__ import annotations

from datetime import date

from people.prepared import prepared
from tours.models import Tour

#: Put together once, as the page does: that takes longer than what most tests ask of it.
_standing = prepared(lambda pk, on: Tour.objects.filter(pk=pk).with_versions().with_standing(on))


def tour_on(pk: int, on: date) -> Tour:
    [found] = _standing(pk, on)
    return found
