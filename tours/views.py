"""The pages of a tour, from the first draft to both signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q, prefetch_related_objects
from django.forms import BaseInlineFormSet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people.days import today_for
from people.models import Person
from people.requests import SignedInRequest
from people.services import note_access
from tours import access, services
from tours.access import Act
from tours.diff import Piece, line_diff, word_diff
from tours.forms import NewTourForm, PromiseForm, PromiseFormSet, TermsForm, WordsForm
from tours.models import Comment, Promise, Side, Signature, Terms, Tour
from tours.policy import NON_BINDING

INVALID = 400

Context = dict[str, Any]
Promises: TypeAlias = "BaseInlineFormSet[Promise, Terms, PromiseForm]"


#: What came to nothing has no date to sort by, and would stand first.
_given_up = ExpressionWrapper(
    Q(state__in=[Tour.State.DECLINED, Tour.State.WITHDRAWN]), output_field=BooleanField()
)


@require_safe
def tours(request: SignedInRequest) -> HttpResponse:
    today = today_for(request.user)
    known = Tour.objects.known_to(request.user, today)
    if request.GET.get("show") == "ending":
        known = known.ending_with_nothing_agreed(today)
    known = known.select_related("employee", "manager", "in_force").order_by(
        _given_up, "-in_force__starts_on", "-pk"
    )
    page = Paginator(known, 50).get_page(request.GET.get("page"))
    can_draft = Person.objects.reports_of(request.user, today).employed(today).exists()
    context = {"page": page, "rows": [(tour, tour.status(today)) for tour in page], "can_draft": can_draft}
    return render(request, "tours/list.html", context)


def tour_new(request: SignedInRequest) -> HttpResponse:
    today = today_for(request.user)
    reports = Person.objects.reports_of(request.user, today).employed(today).order_by("name")
    if not reports.exists():
        raise Http404
    initial = {"employee": request.GET.get("employee"), "type": Tour.Type.TRANSFORMATIONAL}
    form = NewTourForm(request.POST or None, reports=reports, initial=initial)
    if request.method == "POST" and form.is_valid():
        employee, type_ = form.cleaned_data["employee"], form.cleaned_data["type"]
        try:
            tour = services.draft_tour(employee, type_, actor=request.user, now=timezone.now())
        except services.Refused as refusal:
            form.add_error("employee", str(refusal))
        else:
            return redirect("terms_edit", tour.pk)
    return render(request, "tours/new.html", {"form": form}, status=INVALID if form.errors else 200)


def terms_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    tour, _seen = _known_tour(request, pk)
    terms = tour.draft
    if terms is None or Act.EDIT not in access.acts(request.user, tour, today_for(request.user)):
        raise Http404
    proposing = "propose" in request.POST
    form = TermsForm(request.POST or None, instance=terms, today=today_for(request.user), whole=proposing)
    promises = PromiseFormSet(request.POST or None, instance=terms, prefix="promise")
    context: Context = {"tour": tour, "terms": terms, "form": form, "promises": promises}
    if request.method == "POST" and form.is_valid() and promises.is_valid():
        try:
            return _save_draft(request, tour, form, promises)
        except services.Refused as refusal:
            context |= {"refused": str(refusal), "meanwhile": _meanwhile(form)}
    context |= {"who_sees": access.who_sees(access.What.TERMS), "asked": _asked(tour)}
    return render(request, "tours/edit.html", context, status=INVALID if form.is_bound else 200)


@transaction.atomic
def _save_draft(
    request: SignedInRequest,
    tour: Tour,
    form: TermsForm,
    promises: Promises,
) -> HttpResponse:
    now, revision = timezone.now(), form.cleaned_data["revision"]
    terms = services.save_draft(form.instance, revision=revision, actor=request.user, now=now)
    promises.save()
    if "propose" in request.POST:
        services.propose(terms, actor=request.user, now=now)
        messages.success(request, _("Proposed. Now both of you read it and sign."))
        return redirect(tour)
    messages.success(request, _("The draft is saved. Nobody else can see it yet."))
    return redirect("terms_edit", tour.pk)


def _meanwhile(form: TermsForm) -> list[tuple[str, list[Piece]]]:
    """What another window saved, against what was typed here; a second save from here then counts."""
    saved = Terms.objects.get(pk=form.instance.pk)
    form.move_to(saved.revision)
    return _compare(saved, form.instance)


def _asked(tour: Tour) -> list[Comment]:
    """The changes asked for in the newest proposal: what the draft should answer."""
    if tour.on_table is None:
        return []
    return [comment for comment in tour.on_table.comments.all() if comment.kind == Comment.Kind.CHANGE]


@require_safe
def tour(request: SignedInRequest, pk: int) -> HttpResponse:
    return _tour_page(request, pk)


@require_safe
def terms_version(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    return _tour_page(request, pk, number)


@require_safe
def terms_changes(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    tour, seen = _known_tour(request, pk)
    old, new = tour.proposed_version(number - 1), tour.proposed_version(number)
    if old is None or new is None or access.What.TERMS not in seen:
        raise Http404
    _note_look(request, tour)
    context = {"tour": tour, "old": old, "new": new, "parts": _compare(old, new)}
    return render(request, "tours/changes.html", context)


@require_POST
def terms_sign(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    terms = _partys_terms(request, pk, number, *Side)
    try:
        tour = services.sign(terms, actor=request.user, now=timezone.now())
    except services.Refused as refusal:
        return _tour_page(request, pk, refused=str(refusal))
    if tour.state == Tour.State.AGREED:
        messages.success(request, _("Signed by both of you. The tour is agreed."))
    else:
        messages.success(request, _("You have signed. The other signature is still to come."))
    return redirect(tour)


@require_POST
def terms_revise(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    terms = _partys_terms(request, pk, number, Side.MANAGER)
    try:
        services.revise(terms, actor=request.user, now=timezone.now())
    except services.Refused as refusal:
        return _tour_page(request, pk, refused=str(refusal))
    return redirect("terms_edit", pk)


def terms_ask_for_change(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    terms = _partys_terms(request, pk, number, Side.EMPLOYEE)
    form = WordsForm(
        request.POST or None,
        label=_("What you would change"),
        help_text=_("%(name)s reads this, and then writes the next version.") % {"name": terms.manager.name},
    )
    said = _("Sent. %(name)s writes the next version, and you get a letter when it is proposed.")
    said %= {"name": terms.manager.name}
    return _words_page(request, terms, form, services.ask_for_change, _("Ask for a change"), said)


def tour_decline(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    terms = _partys_terms(request, pk, number, Side.EMPLOYEE)
    form = WordsForm(
        request.POST or None,
        label=_("Why you decline"),
        help_text=_("This ends the proposal. To have it changed instead, ask for a change."),
    )
    said = _("Declined. %(name)s can read why.") % {"name": terms.manager.name}
    return _words_page(request, terms, form, services.decline, _("Decline this tour"), said)


def tour_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    tour, _seen = _known_tour(request, pk)
    if tour.side_of(request.user) is not Side.MANAGER:
        raise Http404
    form = WordsForm(
        request.POST or None,
        label=_("Why you withdraw it"),
        help_text=_("This ends the tour before it began. What was proposed stays readable."),
    )
    title, said = _("Withdraw this tour"), _("Withdrawn. Nobody is asked to sign it any more.")
    return _words_page(request, tour.latest, form, services.withdraw, title, said)


class Verb(Protocol):
    def __call__(self, terms: Terms, words: str, *, actor: Person, now: datetime) -> None: ...


def _words_page(
    request: SignedInRequest, terms: Terms, form: WordsForm, verb: Verb, title: str, said: str
) -> HttpResponse:
    tour = terms.tour
    if request.method == "POST" and form.is_valid():
        try:
            verb(terms, form.cleaned_data["words"], actor=request.user, now=timezone.now())
        except services.Refused as refusal:
            return _tour_page(request, tour.pk, refused=str(refusal))
        messages.success(request, said)
        return redirect(tour)
    context = {"tour": tour, "terms": terms, "form": form, "title": title}
    context["who_sees"] = access.who_sees(access.What.TERMS)
    return render(request, "tours/words.html", context, status=INVALID if form.errors else 200)


def _known_tour(request: SignedInRequest, pk: int) -> tuple[Tour, set[access.What]]:
    """The tour, and what of it the person may see."""
    tour = get_object_or_404(Tour.objects.with_versions(), pk=pk)
    seen = access.sees(request.user, tour, today_for(request.user))
    if not seen:
        raise Http404
    # The same row once more would come without what was fetched along with the versions.
    tour.in_force = next((terms for terms in tour.versions.all() if terms.pk == tour.in_force_id), None)
    return tour, seen


def _partys_terms(request: SignedInRequest, pk: int, number: int, *sides: Side) -> Terms:
    """A proposed version, for whoever is on one of these sides."""
    proposed = Terms.objects.proposed().select_related("tour__employee", "tour__manager", "manager")
    terms = get_object_or_404(proposed, tour=pk, number=number)
    if terms.tour.side_of(request.user) not in sides:
        raise Http404
    return terms


def _note_look(request: SignedInRequest, tour: Tour) -> None:
    if tour.side_of(request.user) is None:
        note_access(request.user, tour.employee, f"tour {tour.pk}", timezone.now())


def _tour_page(
    request: SignedInRequest, pk: int, number: int | None = None, refused: str = ""
) -> HttpResponse:
    """With the version of that number, or the one that counts now."""
    tour, seen = _known_tour(request, pk)
    today, person = today_for(request.user), request.user
    reads = access.What.TERMS in seen
    shown: Terms | None = tour.in_force or tour.on_table or tour.latest
    if number is not None:
        shown = tour.proposed_version(number) if reads else None
    if shown is None:
        raise Http404
    if reads:
        prefetch_related_objects([shown], "promises")
        _note_look(request, tour)
    acts = access.acts(person, tour, today)
    context = {
        "tour": tour,
        "terms": shown,
        "status": tour.status(today),
        "reads": reads,
        "refused": refused,
        "side": tour.side_of(person),
        "turn": tour.whose_turn(),
        "can": dict.fromkeys(acts, True) if shown == (tour.on_table or tour.latest) else {},
        "can_edit": Act.EDIT in acts,
        "asked": _asked(tour) if reads and tour.state == Tour.State.DRAFT else [],
        "comments": Comment.objects.filter(terms__tour=tour).select_related("author", "terms")
        if reads
        else [],
        "sides": _sides(shown),
        "versions": sorted((t for t in tour.versions.all() if t.proposed_at), key=lambda t: t.number),
        "checkins": [(c, c.state(today)) for c in tour.checkins.visible_to(person)] if tour.in_force else [],
        "who_sees": access.who_sees(access.What.TERMS if tour.on_table else access.What.DRAFT),
        "non_binding": NON_BINDING,
        "today": today,
        "can_follow_up": access.can_follow_up(person, tour, today),
    }
    return render(request, "tours/tour.html", context, status=INVALID if refused else 200)


@dataclass(frozen=True)
class SignatureLine:
    label: str
    person: Person
    signature: Signature | None


def _sides(terms: Terms) -> list[SignatureLine]:
    """The foot of the statement: the employee first, whose work it is."""
    labels = {Side.EMPLOYEE: _("the employee"), Side.MANAGER: _("for the company")}
    return [SignatureLine(labels[side], terms.party(side), terms.signature_of(side)) for side in Side]


def _compare(old: Terms, new: Terms) -> list[tuple[str, list[Piece]]]:
    """Part by part, the words of two versions against each other."""
    pairs = zip(_parts(old), _parts(new), strict=True)
    words = [(label, word_diff(before, after)) for (label, before), (_label, after) in pairs]
    return [*words, (_("Promises"), line_diff(_promises(old), _promises(new)))]


def _parts(terms: Terms) -> list[tuple[str, str]]:
    end = terms.ends_on or terms.review_on
    return [
        (_("Mission"), terms.mission),
        (_("What the company gains"), terms.company_gain),
        (_("What %(name)s gains") % {"name": terms.employee.get_short_name()}, terms.employee_gain),
        (_("From"), date_format(terms.starts_on)),
        (_("Reviewed on") if terms.review_on else _("To"), date_format(end) if end else "–"),
        (_("Check-ins"), str(Terms.Rhythm(terms.rhythm).label)),
    ]


def _promises(terms: Terms) -> str:
    return "".join(f"{promise}\n" for promise in terms.promises.all())
