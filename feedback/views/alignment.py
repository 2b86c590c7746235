"""The alignment exercise: one's own page, kept while one types, and what was shared with the manager."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance_site.forms import kept_as
from feedback.access.alignment import who_sees_draft, who_sees_shared
from feedback.forms.alignment import AlignmentForm, OverlapForm, ShareForm
from feedback.models import Alignment
from feedback.models.alignment import QUALITIES
from feedback.services import alignment as services
from feedback.services.alignment import Said, Stale
from feedback.views.checkins import not_saved_yet, saved_at
from people.days import today_for
from people.requests import CONFLICT, INVALID, SignedInRequest, form_page, from_script
from tours.diff import line_diff
from tours.models import Policy
from tours.services import Refused


def alignment(request: SignedInRequest) -> HttpResponse:
    policy = Policy.objects.on(_today_at_work(request))
    row = services.latest(request.user)
    form = AlignmentForm(request.POST or None, row=row, values=policy.value_list)
    if form.is_valid():
        try:
            return _save(request, form)
        except Stale as stale:
            return _conflict(request, policy, form, stale.row)
    if form.errors and from_script(request):
        return not_saved_yet(form)
    return _page(request, policy, form, row, INVALID if form.errors else 200)


def _today_at_work(request: SignedInRequest) -> date:
    today = today_for(request.user)
    if not request.user.is_employed(today):
        raise Http404
    return today


def _save(request: SignedInRequest, form: AlignmentForm) -> HttpResponse:
    row = services.save_alignment(request.user, form.said, basis=form.version, now=timezone.now())
    said = saved_at(row.saved_at)
    if from_script(request):
        return JsonResponse({"said": said, "set": {"basis": row.version}})
    messages.success(request, said)
    return redirect("alignment_share" if "share" in request.POST else "alignment")


def _conflict(request: SignedInRequest, policy: Policy, form: AlignmentForm, row: Alignment) -> HttpResponse:
    said = _("You saved something else from another window since you opened this one.")
    if from_script(request):
        return JsonResponse({"said": _("Not saved. %(why)s") % {"why": said}}, status=CONFLICT)
    form.move_to(row.version)
    parts = [(_("What differs"), line_diff(_lines(services.said(row)), _lines(form.said)))]
    return _page(request, policy, form, row, CONFLICT, conflict=said, parts=parts)


def _lines(said: Said) -> str:
    people = (
        f"{name}: " + "; ".join(said.qualities[n * QUALITIES : (n + 1) * QUALITIES])
        for n, name in enumerate(said.admired)
    )
    return "\n".join([*people, said.words]) + "\n"


def _page(
    request: SignedInRequest,
    policy: Policy,
    form: AlignmentForm,
    row: Alignment | None,
    status: int,
    **more: object,
) -> HttpResponse:
    context = {
        "form": form,
        "row": row if row and row.pk else None,
        "mission": policy.mission,
        "values": policy.value_list,
        "who_sees": who_sees_draft(),
        "manager": request.user.manager_on(today_for(request.user)),
        **more,
    }
    return render(request, "feedback/alignment.html", context, status=status)


def alignment_share(request: SignedInRequest) -> HttpResponse:
    """Shows what it will be, and says that it then stays so."""
    person, today = request.user, _today_at_work(request)
    row, manager = services.in_the_making(person), person.manager_on(today)
    form = ShareForm(request.POST or None)
    if form.is_valid():
        try:
            shared = services.share_alignment(person, **form.cleaned_data, now=timezone.now())
        except Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect("alignment")
        messages.success(request, _("Shared with %(name)s.") % {"name": shared.manager})
        return redirect("alignment_shared", shared.pk)
    if row is None or manager is None or not any(row.qualities):
        messages.warning(request, _("There is nothing to share yet, or nobody to share it with."))
        return redirect("alignment")
    row.values = Policy.objects.on(today).value_list
    context = {"alignment": row, "people": _people(row), "manager": manager, "form": form}
    return form_page(request, "feedback/alignment_share.html", context, form)


def alignment_shared(request: SignedInRequest, pk: int) -> HttpResponse:
    rows = Alignment.objects.visible_to(request.user).filter(shared_at__isnull=False)
    found = rows.select_related("employee", "manager").filter(pk=pk).first()
    if found is None:
        raise Http404
    asked = request.user.pk == found.manager_id
    may_answer = asked and request.user.is_employed(today_for(request.user))
    if request.method == "POST" and not may_answer:
        raise Http404
    line = who_sees_shared(request.user, found)
    form = OverlapForm(request.POST or None, who_sees=line) if may_answer else None
    if form and form.is_valid():
        words = form.cleaned_data["words"]
        said = services.answer_alignment(found, actor=request.user, words=words, now=timezone.now())
        found.refresh_from_db(fields=["answered_at", "manager_words"])
        if said or found.manager_words == words:
            messages.success(request, _("Noted. %(name)s can read it now.") % {"name": found.employee.name})
            return redirect("alignment_shared", pk)
        form.add_error(None, _("You have answered already. The first answer stands."))
    context = {
        "alignment": found,
        "people": _people(found),
        # What was typed in another window is shown again beside the answer that stands.
        "form": form if form and (form.errors or not found.answered_at) else None,
        "keep": kept_as("overlap", found.pk),
        "own": not asked,
        "who_sees": line,
    }
    status = INVALID if form and form.errors else 200
    return render(request, "feedback/alignment_shared.html", context, status=status)


def _people(row: Alignment) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each person with the qualities, and the value each meets; without what was left empty."""
    pairs = list(zip(row.qualities, row.meets, strict=True))
    found = []
    for n, name in enumerate(row.admired):
        said = [pair for pair in pairs[n * QUALITIES : (n + 1) * QUALITIES] if pair[0]]
        if name or said:
            found.append((name, said))
    return found
