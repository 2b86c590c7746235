"""HR brings people in by the browser: a file, a look at what it would do, and one click. For nobody else.

A look is the import itself, undone at its end: what is promised cannot differ from what is done.
"""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from people.days import today_for
from people.import_forms import ColumnsForm, UploadForm
from people.importing import reading, uploads
from people.importing.guessing import guess
from people.importing.problems import Unreadable
from people.importing.run import import_sheet
from people.importing.summary import Told
from people.importing.uploads import Upload
from people.models import Import, Person
from people.requests import INVALID, SignedInRequest, form_page, require_hr

log = logging.getLogger(__name__)

LISTED = 100  #: problems on the page
SHOWN = 3  #: people as they are read


def import_people(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            key = uploads.keep(request.user, form.cleaned_data["file"].name, form.cleaned_data["table"])
            return redirect("import_look", key)
        except RedisError:
            form.add_error("file", _("The file cannot be kept just now. Try again in a minute."))
    context = {"form": form, "last": Import.objects.first()}
    return form_page(request, "people/import.html", context, form)


def import_look(request: SignedInRequest, key: str) -> HttpResponse:
    require_hr(request)
    try:
        return _shown_or_done(request, key)
    except RedisError as error:  # even if it was imported by then: once more it changes nothing
        log.warning("an upload cannot be looked at: %s", error)
        messages.warning(request, _("The file cannot be kept just now. Try again in a minute."))
        return redirect("import_people")


def _shown_or_done(request: SignedInRequest, key: str) -> HttpResponse:
    upload = uploads.find(request.user, key)
    if upload is None:
        messages.info(request, _("The file is no longer here: it is kept for an hour. Choose it again."))
        return redirect("import_people")
    if upload.told:
        return render(request, "people/import_done.html", {"upload": upload, "told": upload.told})
    form = _form(request, upload)
    if request.method == "POST" and form.is_valid():
        return _import(request, key, upload, form)
    return _look(request, upload, form)


def _form(request: SignedInRequest, upload: Upload) -> ColumnsForm:
    """As chosen in the address, or else as guessed."""
    asked = request.POST or request.GET
    guessed = guess(upload.table) | {"as_of": today_for(request.user).isoformat()}
    return ColumnsForm(asked or guessed, upload.table)


def _import(request: SignedInRequest, key: str, upload: Upload, form: ColumnsForm) -> HttpResponse:
    if not uploads.claim(request.user, key):
        messages.info(request, _("This file is being imported already. Look again in a moment."))
        return redirect("import_look", key)
    told = None
    try:
        told = _read(request.user, upload, form, dry_run=False)
    except Unreadable as failure:
        return _look(request, upload, form, failure)
    finally:
        if told is None:  # whatever it was, nothing was written
            uploads.release(request.user, key)
    uploads.settle(request.user, key, upload.name, told)
    return redirect("import_look", key)


def _look(
    request: SignedInRequest, upload: Upload, form: ColumnsForm, failure: Unreadable | None = None
) -> HttpResponse:
    """With what would be done, or what is wrong."""
    told = None
    if form.is_valid() and not failure:
        try:
            told = _read(request.user, upload, form, dry_run=True)
        except Unreadable as refused:
            failure = refused
    problems = sorted(failure.problems, key=lambda each: each.line or 0) if failure else []
    context: dict[str, Any] = {"upload": upload, "form": form, "told": told, "read": _first(upload, form)}
    context |= {"problems": problems[:LISTED], "more": max(0, len(problems) - LISTED)}
    status = INVALID if request.method == "POST" else 200
    return render(request, "people/import_look.html", context, status=status)


def _read(actor: Person, upload: Upload, form: ColumnsForm, *, dry_run: bool) -> Told:
    def read() -> reading.Sheet:
        return reading.read_table(upload.name, upload.table, form.mapping)

    now = timezone.now()
    return import_sheet(upload.name, read, as_of=form.starts_from, now=now, actor=actor, dry_run=dry_run)


def _first(upload: Upload, form: ColumnsForm) -> list[reading.Row]:
    """The first people as they are read, by which a wrong column shows best."""
    if not form.is_valid():
        return []
    try:
        return reading.read_table(upload.name, upload.table[: SHOWN + 1], form.mapping).rows
    except Unreadable:
        return []
