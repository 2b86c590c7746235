"""Doors for mail programs and mail providers: neither of them signs in."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from alliance_site.outbox.declining import read
from alliance_site.outbox.doubts import Event, Told, heard
from alliance_site.outbox.letters import as_said
from alliance_site.outbox.occasions import occasions, recipients

INVALID = 400


@csrf_exempt  # a mail program posts this, and has no cookie of ours
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def letters_declined(request: HttpRequest, token: str) -> HttpResponse:
    """One click in a letter. Who only looks, as programs do that follow every link, changes nothing."""
    declined = read(token)
    if declined is None:
        raise Http404
    person = get_object_or_404(get_user_model(), pk=declined.person_id)
    known = [occasions()[key] for key in declined.occasions if key in occasions()]
    if request.method == "POST":
        decline = import_string(settings.OUTBOX_DECLINE)
        known = [occasion for occasion in known if decline(person, occasion.key)]
    language = recipients([person.pk], timezone.now())[person.pk].language
    with translation.override(language):
        request.LANGUAGE_CODE = language
        context = {"titles": [occasion.title for occasion in known], "done": request.method == "POST"}
        return render(request, "outbox/declined.html", context)


@csrf_exempt  # a provider's program, known by the secret
@login_not_required
@require_POST
def events(request: HttpRequest) -> HttpResponse:
    """What became of letters, as the mail provider tells: one event, or a list of them.

    Each has `event`, which is delivered or bounced, `message_id`, and maybe a `reason` and the `recipient`'s
    address: without it, one that comes when the letter has gone to another address since leaves doubt.
    """
    secret, said = settings.OUTBOX_EVENTS_SECRET, request.headers.get("Authorization", "")
    if not secret or not constant_time_compare(said, f"Bearer {secret}"):
        raise Http404
    try:
        told = json.loads(request.body)
        rows = [_event(row) for row in (told if isinstance(told, list) else [told])]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return HttpResponse("This is no event.\n", status=INVALID, content_type="text/plain")
    settled = sum(heard(row, timezone.now()) for row in rows)
    return HttpResponse(f"{settled}\n", content_type="text/plain")


def _event(row: Any) -> Told:
    words = as_said(str(row.get("reason") or row["event"]))
    return Told(Event(row["event"]), str(row["message_id"]), words, str(row.get("recipient") or ""))
