"""Every version of one tour with its signatures, in two statements whose words are put together once.

What Django fetches along with a row it puts together anew each time, which takes it far longer than Postgres
needs to find the two or three versions.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Model, QuerySet

from people.prepared import prepared
from tours.models import Signature, Terms, Tour


def bring_versions(tour: Tour) -> list[Terms]:
    """To a tour that came without, as `with_versions` would have."""
    versions = {terms.pk: terms for terms in _versions(tour.pk)}
    signed: dict[int, list[Signature]] = {pk: [] for pk in versions}
    for signature in _signatures(tour.pk):
        if terms := versions.get(signature.terms_id):  # else it was proposed and signed just now
            signature.terms = terms
            signed[terms.pk].append(signature)
    for terms in versions.values():
        terms.tour = tour
        _keep(terms, "signatures", signed[terms.pk])
    _keep(tour, "versions", list(versions.values()))
    return list(versions.values())


@prepared
def _versions(tour: int) -> QuerySet[Terms]:
    return Terms.objects.whole().filter(tour=tour)


@prepared
def _signatures(tour: int) -> QuerySet[Signature]:
    return Signature.objects.filter(terms__tour=tour).select_related("signer")


def _keep(row: Model, name: str, found: Sequence[Model]) -> None:
    """As what is fetched along is kept, so that asking for all of them costs nothing."""
    rows = getattr(row, name).all()
    rows._result_cache, rows._prefetch_done = list(found), True
    vars(row).setdefault("_prefetched_objects_cache", {})[name] = rows
