"""The statement to take along, as a PDF and as the plain text that its fingerprint is of; and a draft as it
will look."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from people.days import today_for
from people.files import attached
from people.requests import SignedInRequest
from tours import access
from tours.access import Act
from tours.face import face
from tours.models import Policy
from tours.pdf import CannotBeSet, statement_pdf
from tours.statement import file_name, seal_of
from tours.views.doors import known_tour, readable_terms

log = logging.getLogger(__name__)


@require_safe
def terms_pdf(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    _tour, terms = readable_terms(request, pk, number)
    try:
        pdf = statement_pdf(terms)
    except CannotBeSet:
        log.exception("tour %s version %s could not be set as a PDF", pk, number)
        messages.warning(request, _("These words cannot be set as a PDF. Print this page instead."))
        return redirect(terms)
    return attached(pdf, file_name(terms, "pdf"))


@require_safe
def terms_text(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    _tour, terms = readable_terms(request, pk, number)
    return attached(seal_of(terms).text, file_name(terms, "txt"))


@require_safe
def terms_preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """For whoever writes it, or wrote it and can no more; with the wordings that hold today."""
    tour, _seen = known_tour(request, pk)
    terms, today = tour.draft, today_for(request.user)
    acts = access.acts(request.user, tour, today)
    can_edit = Act.EDIT in acts
    if terms is None or not (can_edit or access.left_unproposed(request.user, tour, today)):
        raise Http404
    prefetch_related_objects([terms], "promises")
    terms.policy = Policy.objects.on(today)
    context = {"tour": tour, "terms": terms, "face": face(terms)}
    context |= {"can_edit": can_edit, "can_go_on": Act.AMEND in acts}
    return render(request, "tours/preview.html", context)
