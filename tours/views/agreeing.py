"""The way from a proposal to two signatures: sign, ask for a change, answer with one's own, end it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.clicks import clicked
from people.days import today_for
from people.requests import SignedInRequest, form_page
from tours import access, services
from tours.access import Act
from tours.forms import WordsForm
from tours.forms.changing import RemarkForm
from tours.models import Terms, Tour
from tours.views.doors import is_done, known_tour, numbered, partys_terms
from tours.views.reading import tour_page


@clicked
def terms_sign(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    terms = partys_terms(request, pk, number)
    try:
        tour = services.sign(terms, actor=request.user, now=timezone.now())
    except services.Refused as refusal:
        return tour_page(request, pk, refused=str(refusal), read=terms)
    if tour.in_force_id == terms.pk:
        messages.success(request, _signed_by_both(tour, today_for(request.user)))
    else:
        messages.success(request, _("You have signed. The other signature is still to come."))
    return redirect(tour)


def _signed_by_both(tour: Tour, today: date) -> str:
    assert tour.in_force  # it was signed just now
    start = tour.in_force.starts_on
    if today < start:
        return _("Signed by both of you. It begins on %(day)s.") % {"day": date_format(start)}
    return _("Signed by both of you. Version %d is in force.") % tour.in_force.number


@clicked
def terms_revise(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    terms = partys_terms(request, pk, number)
    try:
        services.revise(terms, actor=request.user, now=timezone.now())
    except services.Refused as refusal:
        return tour_page(request, pk, refused=str(refusal))
    return redirect("terms_edit", pk)


def terms_comment(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """A remark on one part of what is on the table; nothing changes by it."""
    terms = partys_terms(request, pk, number)
    name = terms.other_than(request.user.pk).name
    help_text = _("%(name)s hears of it, and can answer or write a new version.") % {"name": name}
    form = _remark_form(request, _("What you would like to say"), help_text)
    said = _("Noted. %(name)s hears of it.") % {"name": name}
    title = _("Say something about it")
    return _words_page(request, terms, form, services.comment, title, said, to=terms.get_absolute_url())


def terms_ask_for_change(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    terms = partys_terms(request, pk, number)
    name = terms.other_than(request.user.pk).name
    help_text = _("%(name)s reads this, and then writes the next version.") % {"name": name}
    form = _remark_form(request, _("What you would change"), help_text)
    said = _("Sent. %(name)s writes the next version, and you get a letter when it is proposed.")
    said %= {"name": name}
    return _words_page(request, terms, form, services.ask_for_change, _("Ask for a change"), said)


def _remark_form(request: SignedInRequest, label: str, help_text: str) -> RemarkForm:
    part = {"part": request.GET.get("part", "")}
    return RemarkForm(request.POST or None, initial=part, label=label, help_text=help_text)


def tour_decline(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    terms = partys_terms(request, pk, number)
    form = WordsForm(
        request.POST or None,
        label=_("Why you decline"),
        help_text=_("This ends the proposal. To have it changed instead, ask for a change."),
    )
    said = _("Declined. %(name)s can read why.") % {"name": terms.other_than(request.user.pk).name}
    return _words_page(request, terms, form, services.decline, _("Decline this proposal"), said)


def tour_withdraw(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """Of a tour that never began, or of a change to one that runs."""
    tour, terms = _withdrawn(request, pk, number)
    if access.can_throw_away(request.user, tour, today_for(request.user)):
        return redirect("draft_throw_away", pk)
    if tour.in_force:
        title, help_text = _("Withdraw this change"), _("The terms in force stay as they are.")
    else:
        title = _("Withdraw this tour")
        help_text = _("This ends the tour before it began. What was proposed stays readable.")
    form = WordsForm(request.POST or None, label=_("Why you withdraw it"), help_text=help_text)
    said = _("Withdrawn. Nobody is asked to sign it any more.")
    return _words_page(request, terms, form, services.withdraw, title, said)


def _withdrawn(request: SignedInRequest, pk: int, number: int) -> tuple[Tour, Terms]:
    """What the person may withdraw; or, as they send it, a version that they perhaps could as they opened
    the page."""
    tour, _seen = known_tour(request, pk)
    may = Act.WITHDRAW in access.acts(request.user, tour, today_for(request.user))
    own = (t for t in tour.versions.all() if t.proposed_at or t.created_by_id == request.user.pk)
    terms = numbered(own, number)
    if terms.side_of(request.user) is None or not (may or request.method == "POST"):
        raise Http404
    return tour, terms


def _words_page(
    request: SignedInRequest,
    terms: Terms,
    form: WordsForm,
    verb: Callable[..., None],
    title: str,
    said: str,
    to: str = "",
) -> HttpResponse:
    """The verb takes the terms, what the form holds, who acts and when."""
    tour = terms.tour

    def say() -> None:
        verb(terms, **form.cleaned_data, actor=request.user, now=timezone.now())

    if is_done(request, form, say):
        messages.success(request, said, extra_tags=request.get_full_path())
        return redirect(to or tour)
    back = terms.get_absolute_url() if terms.proposed_at else tour.get_absolute_url()
    context = {"tour": tour, "form": form, "title": title, "back": back, "keep": request.get_full_path()}
    context["who_sees"] = access.who_sees(access.What.TERMS)
    return form_page(request, "tours/words.html", context, form)
