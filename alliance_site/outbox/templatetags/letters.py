"""`{{ message.reason|in_words }}`: why a letter has not gone, as its reader reads it."""

from __future__ import annotations

from django import template

from alliance_site.outbox.smtp import in_words

register = template.Library()
register.filter(in_words)
