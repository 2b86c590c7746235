"""One row per occasion, step and person: what is to be said, and how far it got."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import occasions, private_keys


class MessageQuerySet(models.QuerySet["Message"]):
    def known_to_hr(self) -> MessageQuerySet:
        """All but the private ones: of those nobody but the recipient knows."""
        return self.exclude(occasion__in=private_keys())

    def notices(self, since: datetime) -> MessageQuerySet:
        """What can be read inside the application, too: where it leads somewhere."""
        hidden = [key for key, occasion in occasions().items() if not occasion.notice]
        return self.filter(created_at__gte=since).exclude(occasion__in=hidden).exclude(path="")


class Message(models.Model):
    """One e-mail to one person about one occasion.

    waiting → sending → sent, or silenced, failed, uncertain. `sending` holds a lease: when it runs
    out before `data_at` the message waits again; after `data_at` nobody can know whether the mail
    server took it, so it is `uncertain` and HR decides.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        SILENCED = "silenced", _("Silenced")
        FAILED = "failed", _("Failed")
        UNCERTAIN = "uncertain", _("Uncertain")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages")
    occasion = models.CharField(max_length=100)
    about = models.CharField(max_length=100)
    due_on = models.DateField()
    step = models.PositiveSmallIntegerField(default=0)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    language = models.CharField(max_length=10)
    path = models.CharField(max_length=300, default="", db_default="")  #: where the button leads
    #: When the recipient opened the notice, or it had ceased to be true: null while unread.
    read_at = models.DateTimeField(null=True)

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.TextField(blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    # The attempt that holds, or last held, the message. It outlives the lease, so that an answer
    # which comes late can still settle an uncertain message, and only its own.
    token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    data_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "occasion", "about", "due_on", "step"], name="message_once"
            ),
            models.CheckConstraint(
                condition=Q(state="sending", token__isnull=False, lease_until__isnull=False)
                | Q(~Q(state="sending"), lease_until__isnull=True),
                name="message_lease_while_sending",
            ),
        ]
        indexes = [
            models.Index(fields=["send_after"], condition=Q(state="waiting"), name="message_waiting"),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="message_leases"),
            models.Index(fields=["-created_at", "id"], name="message_newest"),
            models.Index(fields=["state", "-created_at", "id"], name="message_newest_in_state"),
            models.Index(
                fields=["recipient", "created_at"], condition=Q(read_at=None), name="message_unread"
            ),
            models.Index(fields=["occasion"], condition=Q(read_at=None), name="message_unread_of"),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} → {self.recipient_id}"


class Heartbeat(models.Model):
    """When planning and delivery last ran to their end, so that a silence shows."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at}"
