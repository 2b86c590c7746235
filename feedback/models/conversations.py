"""That somebody asked somebody for a first conversation: known to these two, and to no page, list, count,
history or export besides. Deleted when its author says so, without a trace."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliance_site.addresses import address
from people.models import Person


class FirstConversationQuerySet(models.QuerySet["FirstConversation"]):
    def visible_to(self, person: Person) -> FirstConversationQuerySet:
        return self.filter(Q(author=person) | Q(chosen=person))


class FirstConversation(models.Model):
    """Tracked by no history. Its key tells nothing about how many there are."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("Yes, let us talk")
        DECLINED = "declined", _("I cannot")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(Person, models.CASCADE, related_name="+")
    chosen = models.ForeignKey(Person, models.CASCADE, related_name="+")
    words = models.TextField(blank=True, default="")
    asked_at = models.DateTimeField()
    answer_by = models.DateField()
    answer = models.CharField(max_length=10, choices=Answer, null=True)
    answer_words = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    objects = FirstConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("first conversation")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(author=F("chosen")), name="first_conversation_two_people"),
            models.UniqueConstraint(
                fields=["author", "chosen"],
                condition=Q(answer__isnull=True),
                name="first_conversation_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(answer__isnull=True, answered_at__isnull=True, answer_words="")
                | Q(answer="accepted", answered_at__isnull=False) & ~Q(answer_words__regex=r"^\s*$")
                | Q(answer="declined", answered_at__isnull=False),
                name="first_conversation_answer_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return address("first_conversation", self.pk)
