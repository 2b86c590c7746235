"""What HR chooses for the whole company."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from people.days import today_for
from people.models import Person
from tours import access
from tours.models import Policy
from tours.services.locking import Refused


def set_policy(policy: Policy, *, based_on: int, actor: Person, now: datetime) -> None:
    """Keeps what `policy` holds as the next row, unless somebody added one after number `based_on`.

    What was planned for an earlier day is put off by that: until the new one's day, what held before goes
    on. Two at once would both take the next number, of which the database lets only one have it.
    """
    if not access.can_set_policy(actor):
        raise Refused(_("The policy is HR's to change."))
    refused = Refused(_("Somebody else changed the policy since you opened this page."))
    newest = Policy.objects.newest()
    if based_on != newest.number:
        raise refused
    rows = [*_until_then(newest, policy.holds_from, today_for(actor, now)), policy]
    try:
        with transaction.atomic():
            for number, row in enumerate(rows, start=based_on + 1):
                row.number, row.made_by, row.made_at = number, actor, now
                row.save(force_insert=True)
    except IntegrityError:
        raise refused from None


def _until_then(planned: Policy, day: date, today: date) -> Iterator[Policy]:
    """What holds before a policy that is put off to that day: a row of its own, for the planned one, which
    nobody can take away, would hold in between."""
    if planned.pk and today < planned.holds_from < day:
        goes_on = Policy.objects.on(planned.holds_from - timedelta(days=1))
        goes_on.pk, goes_on.holds_from = None, planned.holds_from
        yield goes_on
