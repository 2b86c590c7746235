"""Private calendar addresses, and what their entries are known by."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Person


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def of_token(self, token: str) -> CalendarFeedQuerySet:
        return self.filter(token_hash=hashed(token), person__is_active=True)


class CalendarFeed(models.Model):
    """That a person's dates can be read under a secret address. The secret itself is not kept."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("private calendar address")

    def __str__(self) -> str:
        return f"{self.person_id}"


def new_origin() -> str:
    """As no other installation has it."""
    return f"{uuid4()}.alliance"


class CalendarOriginQuerySet(models.QuerySet["CalendarOrigin"]):
    def ours(self) -> CalendarOrigin:
        """Made when first asked for."""
        return self.get_or_create(pk=1)[0]


class CalendarOrigin(models.Model):
    """The one row of what is behind the @ in the identity of every calendar entry. Never another, wherever
    the site moves to, or every entry would come twice. Where entries had gone out already when this was made,
    it is the host that these had."""

    name = models.CharField(max_length=255, default=new_origin)

    objects = CalendarOriginQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="calendar_origin_is_one")]
        triggers = [
            pgtrigger.Protect(name="calendar_origin_stays", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.name


def hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def make_feed(person: Person, now: datetime) -> str:
    """A new secret for the person's address; the one before stops working. 256 bits, told this once."""
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        person=person, defaults={"token_hash": hashed(token), "made_at": now, "read_at": None}
    )
    return token
