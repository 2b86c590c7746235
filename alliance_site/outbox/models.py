"""One row per occasion, step, person and channel: what is to be said, and how far it got."""

from __future__ import annotations

import uuid
from datetime import datetime
from urllib.parse import urlsplit

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import occasions, private_keys


class MessageQuerySet(models.QuerySet["Message"]):
    def known_to_hr(self) -> MessageQuerySet:
        """All but the private ones: of those nobody but the recipient knows."""
        return self.exclude(occasion__in=private_keys())

    def due(self, now: datetime) -> MessageQuerySet:
        """What the next sender would take."""
        return self.filter(state=Message.State.WAITING, send_after__lte=now)

    def notices(self, since: datetime) -> MessageQuerySet:
        """What can be read inside the application, too: where it leads somewhere."""
        hidden = [key for key, occasion in occasions().items() if not occasion.notice]
        shown = self.filter(created_at__gte=since, channel__isnull=True)
        return shown.exclude(occasion__in=hidden).exclude(path="")


@pghistory.track(exclude=["url"])
class Hook(models.Model):
    """A channel of the company's chat that hears titles of these occasions. Ended, never deleted.

    Whoever knows the address can write there, so it is as good as a password and in no history.
    """

    class Kind(models.TextChoices):
        SLACK = "slack", _("Slack, Mattermost or another that takes the same")
        TEAMS = "teams", _("Microsoft Teams")

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SLACK)
    url = models.URLField(_("address"), max_length=500)
    occasions = ArrayField(models.CharField(max_length=100), verbose_name=_("occasions"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("chat channel")
        constraints = [
            models.CheckConstraint(condition=Q(url__startswith="https://"), name="hook_by_https"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="hook_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """All of the address that a page may show."""
        return urlsplit(self.url).hostname or ""


class Message(models.Model):
    """One e-mail, or one line in a chat, to one person about one occasion.

    waiting → sending → sent, or silenced, failed, uncertain. `sending` holds a lease: when it runs
    out before `data_at` the message waits again; after `data_at` nobody can know whether the mail
    server took it, so it is `uncertain` and HR decides. HR can hold what waits.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        HELD = "held", _("Held")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        SILENCED = "silenced", _("Silenced")
        FAILED = "failed", _("Failed")
        UNCERTAIN = "uncertain", _("Uncertain")

    # What is planned has a number made of what makes it unique, see `numbers.py`.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The keys have no index of their own: the first is found by the unique one, the others are mostly null.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages", db_index=False
    )
    occasion = models.CharField(max_length=100)
    about = models.CharField(max_length=100)
    due_on = models.DateField()
    step = models.PositiveSmallIntegerField(default=0)
    channel = models.ForeignKey(  #: null: by mail
        Hook, models.PROTECT, null=True, related_name="messages", db_index=False
    )
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    language = models.CharField(max_length=10)
    path = models.CharField(max_length=500, blank=True, default="", db_default="")  #: where it leads
    #: When the recipient opened the notice, or it had ceased to be true: null while unread.
    read_at = models.DateTimeField(null=True)

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.TextField(blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    # The attempt that holds, or last held, the message; before the first, the planning that put it there. It
    # outlives the lease, so that an answer which comes late can still settle an uncertain message, and only
    # its own.
    token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    data_at = models.DateTimeField(null=True)
    # One letter can bring several messages; then it has the number of the first among them.
    letter = models.UUIDField(null=True)
    #: The addresses that it was handed over for, the latest last. What a provider tells is of one of them.
    went_to = ArrayField(models.CharField(max_length=320), default=list, db_default=[])
    # Planned late, after an outage: whatever waits for that person goes as one.
    late = models.BooleanField(default=False, db_default=False)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "occasion", "about", "due_on", "step", "channel"],
                name="message_once_a_channel",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state="sending", token__isnull=False, lease_until__isnull=False)
                | Q(~Q(state="sending"), lease_until__isnull=True),
                name="message_lease_while_sending",
            ),
        ]
        indexes = [
            # A whole morning's letters become due in the same moment: the next are found without sorting all.
            models.Index(
                fields=["send_after", "recipient"], condition=Q(state="waiting"), name="message_in_turn"
            ),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="message_leases"),
            models.Index(fields=["-created_at", "id"], name="message_newest"),
            models.Index(fields=["state", "-created_at", "id"], name="message_newest_in_state"),
            models.Index(
                fields=["recipient", "created_at"], condition=Q(read_at=None), name="message_unread"
            ),
            models.Index(fields=["occasion"], condition=Q(read_at=None), name="message_unread_of"),
            models.Index(fields=["letter"], condition=Q(letter__isnull=False), name="message_letter"),
            models.Index(fields=["channel"], condition=Q(channel__isnull=False), name="message_channel"),
            models.Index(
                fields=["settled_by"], condition=Q(settled_by__isnull=False), name="message_settled_by"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} → {self.recipient_id}"


class Heartbeat(models.Model):
    """When planning and delivery last ran to their end, so that a silence shows; and when planning was last
    tried, though an occasion may have failed."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at}"


@pghistory.track()
class Gate(models.Model):
    """The one row that every sender asks before each batch; what HR said about sending is in its history.

    `place` is the database that letters last left from (`gate.py`). What is uncertain for
    `doubt_minutes` is settled by itself; null: never, a person does it.
    """

    class Doubt(models.TextChoices):
        ARRIVED = "arrived", _("as arrived: nobody gets it twice")
        AGAIN = "again", _("by sending again: nobody misses it")

    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    because = models.TextField(blank=True, default="")
    place = models.CharField(max_length=100, blank=True, default="")
    doubt_minutes = models.PositiveIntegerField(null=True)
    doubt_verdict = models.CharField(max_length=10, choices=Doubt, default=Doubt.ARRIVED)

    class Meta:
        verbose_name = _("gate")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="gate_is_one")]

    def __str__(self) -> str:
        return "held" if self.held_at else "open"


class Pace(models.Model):
    """How many letters may leave just now, where a minute has a limit; it fills as time goes by."""

    allowance = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="pace_is_one")]

    def __str__(self) -> str:
        return f"{self.allowance} {self.at}"


class Bounce(models.Model):
    """That a mail server knows no such mailbox. It counts while the person still has that address, and until
    that takes a letter."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bounce")
    address = models.CharField(max_length=320)
    words = models.TextField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("returned letter")

    def __str__(self) -> str:
        return f"{self.person_id} {self.at}"
