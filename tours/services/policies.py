"""What HR chooses for the whole company."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from people.models import Person
from tours import access
from tours.models import Policy
from tours.services.locking import Refused


def set_policy(policy: Policy, *, based_on: int, actor: Person, now: datetime) -> None:
    """Keeps what `policy` holds as the next row, unless somebody added one after number `based_on`.

    Two at once would both take the next number, of which the database lets only one have it.
    """
    if not access.can_set_policy(actor):
        raise Refused(_("The policy is HR's to change."))
    refused = Refused(_("Somebody else changed the policy since you opened this page."))
    if based_on != Policy.objects.newest().number:
        raise refused
    policy.number, policy.made_by, policy.made_at = based_on + 1, actor, now
    try:
        with transaction.atomic():
            policy.save(force_insert=True)
    except IntegrityError:
        raise refused from None
