"""To ask somebody of one's choice for a first conversation, to answer, and to make it unsaid."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from alliance_site.outbox.services import forget, nudge
from feedback.models import FirstConversation
from feedback.reminders.conversations import conversation_answered, conversation_asked
from people.days import today_for
from people.models import Person
from tours.models import Policy
from tours.services import Refused


@transaction.atomic
def ask_for_conversation(author: Person, chosen: Person, *, words: str, now: datetime) -> FirstConversation:
    """Of anybody at work. Who was asked and has not answered is not asked twice."""
    today = today_for(author, now)
    if author == chosen or not (author.is_employed(today) and chosen.is_employed(today)):
        raise Refused(_("Choose somebody else who works here."))
    days = Policy.objects.on(today).first_conversation_days
    row, new = FirstConversation.objects.get_or_create(
        author=author,
        chosen=chosen,
        answer=None,
        defaults={"words": words, "asked_at": now, "answer_by": today + timedelta(days=days)},
    )
    if not new and row.words != words:
        said = _("You have asked %(name)s already, and there is no answer yet.")
        raise Refused(said % {"name": chosen.name})
    nudge()
    return row


def answer_conversation(
    conversation: FirstConversation, *, actor: Person, answer: str, words: str, now: datetime
) -> bool:
    """Once and for all. False if it was answered before, or is not there any more."""
    open_ = FirstConversation.objects.filter(pk=conversation.pk, chosen=actor, answer__isnull=True)
    done = open_.update(answer=answer, answer_words=words, answered_at=now)
    nudge()
    return bool(done)


@transaction.atomic
def unask(conversation: FirstConversation, *, actor: Person) -> None:
    """The author takes it back: the row goes, and every letter about it. No history has held it."""
    FirstConversation.objects.filter(pk=conversation.pk, author=actor).delete()
    forget(conversation_asked, conversation_answered, about=conversation.pk)
