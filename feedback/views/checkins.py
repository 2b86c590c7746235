"""The pages of check-ins: the list, one's own sheet, and the two views side by side."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, When
from django.forms import BaseForm
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance_site.forms import kept_as
from feedback import access, agreed, reading, services
from feedback.access.notes import can_note
from feedback.forms import SheetForm, SkipForm
from feedback.models import Action, Answer, CheckIn, Release, Summary
from feedback.models.checkins import CheckInQuerySet
from feedback.models.standing import both_here
from feedback.named_roles import stating
from feedback.waiting import LONG_PAST
from people.clicks import clicked
from people.days import today_for
from people.models import Person, all_but
from people.prepared import prepared, prepared_along
from people.requests import CONFLICT, INVALID, SignedInRequest, form_page, from_script
from people.services import note_access
from tours.models import Side, Terms

PLANNED_SHOWN = timedelta(days=190)  # half a year and a weekend: the longest rhythm
DONE_A_PAGE = 25


@require_safe
def checkins(request: SignedInRequest) -> HttpResponse:
    person, today = request.user, today_for(request.user)
    mine = CheckIn.objects.of(person).heard_by(person, person.gone_since(today))
    mine = mine.select_related("employee", "manager").with_hand_ins()
    near = _near(mine, today).order_by("due_on", "pk")
    page = Paginator(mine.settled().order_by("-due_on", "-pk"), DONE_A_PAGE).get_page(request.GET.get("page"))
    lines = [reading.line(row, person, today) for row in near]
    context = {
        "today": today,
        "open": [line for line in lines if line.state == CheckIn.State.OPEN],
        "lapsed": [line for line in reversed(lines) if line.state == CheckIn.State.LAPSED],
        "planned": [line for line in lines if line.state == CheckIn.State.PLANNED],
        "page": page,
        "done": [reading.line(row, person, today) for row in page],
        "any": bool(lines or page.object_list) or mine.exists(),
    }
    return render(request, "feedback/checkins.html", context)


def _near(mine: CheckInQuerySet, today: date) -> CheckInQuerySet:
    """What can still be had: not what has lapsed with one who has left, or long ago. Annotates `is_overdue`:
    past its day, and still asked for."""
    here = both_here(today).values()
    lapsed = Q(*here, lapses_on__lt=today, due_on__gte=today - LONG_PAST)
    near = mine.unsettled().filter(lapsed | Q(lapses_on__gte=today), opens_on__lte=today + PLANNED_SHOWN)
    asked = CheckIn.objects.asked(today).filter(*here, pk=OuterRef("pk"))
    overdue = Case(When(due_on__gte=today, then=False), When(Exists(asked), then=True), default=False)
    return near.annotate(is_overdue=overdue)


def checkin(request: SignedInRequest, pk: int) -> HttpResponse:
    found = readable_by(request.user, pk)
    if found.side_of(request.user) is None:
        return _released(request, found)
    if request.method != "POST":
        return _page(request, found)
    form = SheetForm(request.POST, checkin=found, person=request.user, on=today_for(request.user))
    if not form.is_valid():
        return _invalid(request, found, form)
    # Who has handed in already may say the same again: that is a double click, not a change.
    again = found.has_handed_in(found.own_side(request.user))
    if not again and not access.can_answer(request.user, found, today_for(request.user)):
        return _conflict(request, pk, form)
    try:
        return _hand_in(request, found, form) if form.hands_in else _save(request, found, form)
    except (services.Stale, services.Settled):
        return _conflict(request, pk, form)


def checkin_skip(request: SignedInRequest, pk: int) -> HttpResponse:
    found = open_to(request.user, pk)
    if not access.can_skip(request.user, found, today_for(request.user)):
        messages.warning(request, _("This check-in cannot be skipped any more."))
        return redirect(found)
    form = SkipForm(request.POST or None, checkin=found, person=request.user)
    if form.is_valid():
        skipped = services.skip(
            found, actor=request.user, reason=form.cleaned_data["reason"], now=timezone.now()
        )
        if skipped:
            messages.success(request, _("Skipped. Both of you can read why."))
        else:
            messages.warning(request, _("This check-in cannot be skipped any more."))
        return redirect(found)
    other = found.other_than(request.user.pk)
    context = {
        "checkin": found,
        "form": form,
        "title": reading.title(found, other),
        "keep": kept_as("skip", found.pk),
    }
    return form_page(request, "feedback/skip.html", context, form)


@clicked
def checkin_show(request: SignedInRequest, pk: int) -> HttpResponse:
    found = open_to(request.user, pk)
    now = timezone.now()
    shown = access.can_show(request.user, found, now) and services.show(found, actor=request.user, now=now)
    if shown:
        other = found.other_than(request.user.pk)
        messages.success(request, _("%(name)s can read your answers now.") % {"name": other.name})
    return redirect(found)


def opened_by(person: Person, pk: int) -> CheckIn:
    """Without those whom it was released to: what is not said on a page is not asked for."""
    today = today_for(person)
    found = next(iter(_checkins(pk, person, today, person.gone_since(today))), None)
    if found is None or not access.can_open(person, found):
        raise Http404
    return found


@prepared
def _checkins(pk: int, person: Person, today: date, gone: date | None) -> QuerySet[CheckIn]:
    sides = ("employee", "manager")
    left = [*all_but("name", "time_zone", of=sides), *(f"tour__in_force__{name}" for name in Terms.TEXTS)]
    checkins = CheckIn.objects.select_related(*sides, "tour__in_force").defer(*left)
    return checkins.heard_by(person, gone).read_by(person, today).with_next().filter(pk=pk)


def readable_by(person: Person, pk: int) -> CheckIn:
    found = opened_by(person, pk)
    if found.revealed_at:
        _fetch_releases([found])
    return found


_fetch_releases = prepared_along(
    CheckIn, Prefetch("releases", Release.objects.standing().select_related("reader"))
)


def open_to(person: Person, pk: int) -> CheckIn:
    """For its two sides alone."""
    found = readable_by(person, pk)
    if found.side_of(person) is None:
        raise Http404
    return found


def _released(request: SignedInRequest, found: CheckIn) -> HttpResponse:
    """To whom the employee released it: both sides' answers, and nothing to do."""
    if request.method not in ("GET", "HEAD"):
        raise Http404
    person = request.user
    note_access(person, found.employee, f"check-in {found.pk}", timezone.now())
    context = {
        "checkin": found,
        "state": found.state(today_for(person)),
        "title": reading.title(found, found.manager),
        "released": True,
        **said_by_both(found, person),
        **_agreed(found, person, today_for(person)),
        "may_note": can_note(person, found, today_for(person)),
    }
    return render(request, "feedback/released.html", context)


def _agreed(found: CheckIn, person: Person, today: date) -> dict[str, object]:
    """What follows from it: what stands in the summary, and the actions, of this one and from before."""
    actions = _actions(person, found.pk, found.due_on, found.tour_id, found.employee_id, found.manager_id)
    works = found.reader_is_employed
    rows = agreed.lines(actions, person, today, writes=works, tour=found.tour)
    context: dict[str, object] = {
        "today": today,
        "actions": [row for row in rows if row.action.checkin_id == found.pk],
        "carried": [row for row in rows if row.action.checkin_id != found.pk],
        "who_sees_actions": access.who_sees_actions(),
    }
    if found.revealed_at:
        context["summary"] = next(iter(_newest_summary(found, person)), None)
        context["can_agree"] = access.can_agree(person, found)
    return context


def said_by_both(found: CheckIn, person: Person) -> dict[str, object]:
    """Of a revealed one, for `feedback/_answers.html`."""
    answers = list(_visible_answers(found, person))
    return {**_answers(found, answers, person), "who_sees": access.who_sees_revealed(person, found)}


def _answers(found: CheckIn, answers: list[Answer], person: Person) -> dict[str, object]:
    """What both sides said, the reader's own first; and what the reader wrote for themselves."""
    side = found.side_of(person) or Side.EMPLOYEE
    shared = [answer for answer in answers if not answer.question.is_private]
    texts = [answer for answer in shared if answer.question.is_text]
    return {
        "chosen": reading.chosen(found, shared, person),
        "reviews": reading.reviews(found, shared, person),
        "gaps": reading.compared(found, shared, person),
        "words": reading.pairs(found, texts, side, side.other),
        **_private(found, answers, side),
    }


def _private(found: CheckIn, answers: list[Answer], side: Side) -> dict[str, object]:
    private = [answer for answer in answers if answer.question.is_private]
    return {
        "private_rows": reading.rows(found, private, side),
        "who_sees_private": access.who_sees_private(),
    }


def _page(
    request: SignedInRequest, found: CheckIn, form: SheetForm | None = None, status: int = 200, **more: object
) -> HttpResponse:
    person, today, side = request.user, today_for(request.user), found.own_side(request.user)
    answers = list(_visible_answers(found, person))
    own = next((answer.sheet for answer in answers if answer.sheet.side == side), None)
    if form is None and access.can_answer(person, found, today):
        given = services.gathered(answer for answer in answers if answer.sheet.side == side)
        form = SheetForm(checkin=found, person=person, on=today, given=given, sheet=own)
    context = {
        "checkin": found,
        "state": found.state(today),
        "today": today,
        "side": side,
        "other": found.party(side.other),
        "title": reading.title(found, found.party(side.other)),
        "other_in": found.has_handed_in(side.other),
        "own": own,
        "form": form,
        "keep": kept_as("check-in", found.pk),
        "can_skip": access.can_skip(person, found, today),
        "can_ask_anew": access.can_ask_anew(person, found, today),
        "can_move": access.can_move(person, found, today),
        "arranged": reading.arranged(found, person),
        "came_of": reading.came_of(found, person, today),
        "can_show": access.can_show(person, found, timezone.now()) and own and not own.shown_at,
        "skipper": found.party(Side(found.skipped_by)) if found.skipped_by else None,
        **_words(found, answers, person, side),
        **_agreed(found, person, today),
        **stating(found, answers, person, today),
        "may_note": can_note(person, found, today),
        **more,
    }
    return render(request, "feedback/checkin.html", context, status=status)


@prepared
def _actions(
    person: Person, checkin: int, due_on: date, tour: int, employee: int, manager: int
) -> QuerySet[Action]:
    return Action.objects.visible_to(person).standing_at(checkin, due_on, tour, employee, manager)


@prepared
def _visible_answers(found: CheckIn, person: Person) -> QuerySet[Answer]:
    return Answer.objects.visible_to(person).of(found)


@prepared
def _newest_summary(found: CheckIn, person: Person) -> QuerySet[Summary]:
    saved = Summary.objects.visible_to(person).filter(checkin=found).select_related("author")
    return saved.order_by("-number")[:1]


def _words(found: CheckIn, answers: list[Answer], person: Person, side: Side) -> dict[str, object]:
    """The answers that this side may read now, as the page lays them out."""
    if found.revealed_at:
        return {
            **_answers(found, answers, person),
            "who_sees": access.who_sees_revealed(person, found),
        }
    shared = [answer for answer in answers if not answer.question.is_private]
    return {
        "own_rows": reading.rows(found, shared, side),
        "their_rows": reading.rows(found, shared, side.other),
        **_private(found, answers, side),
        # Templates call them where they say it: seldom, for below the fields of a form stands its own.
        "who_sees": partial(access.who_sees_answers, person, found),
        "who_sees_shown": partial(access.who_sees_revealed, person, found),
        "who_sees_skip": partial(access.who_sees_skip, person, found),
    }


def _hand_in(request: SignedInRequest, found: CheckIn, form: SheetForm) -> HttpResponse:
    revealed = services.hand_in(
        found, actor=request.user, basis=form.version, answers=form.answers, now=timezone.now()
    )
    other = found.other_than(request.user.pk).name
    if revealed or found.revealed_at:
        messages.success(request, _("Handed in. Here is how each of you sees it."))
    else:
        words = _("Handed in. You will both read it once %(name)s has handed in too.") % {"name": other}
        messages.success(request, words)
    return redirect(found)


def _save(request: SignedInRequest, found: CheckIn, form: SheetForm) -> HttpResponse:
    sheet = services.save_draft(
        found, actor=request.user, basis=form.version, answers=form.answers, now=timezone.now()
    )
    said = saved_at(sheet.saved_at)
    if from_script(request):
        return JsonResponse({"said": said, "set": {"basis": sheet.version}})
    messages.success(request, said)
    return redirect(found)


def saved_at(moment: datetime) -> str:
    return _("Saved at %(time)s.") % {"time": time_format(timezone.localtime(moment))}


def not_saved_yet(form: BaseForm) -> JsonResponse:
    """For a page that saves by itself as one types."""
    said = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return JsonResponse({"said": _("Not saved yet. %(why)s") % {"why": said}}, status=INVALID)


def _invalid(request: SignedInRequest, found: CheckIn, form: SheetForm) -> HttpResponse:
    if from_script(request):
        return not_saved_yet(form)
    return _page(request, found, form, INVALID)


def _conflict(request: SignedInRequest, pk: int, form: SheetForm) -> HttpResponse:
    """Not saved, for what is saved has changed meanwhile: shows how, and keeps what was typed."""
    found = open_to(request.user, pk)
    sheet = found.sheets.filter(author=request.user).first()
    editable = access.can_answer(request.user, found, today_for(request.user))
    if editable:
        said = _("You saved something else from another window since you opened this one.")
    elif found.has_handed_in(found.own_side(request.user)):
        said = _("You have handed in already. What you typed here since was not kept.")
    else:
        said = _("This check-in cannot be answered now. What you typed here was not kept.")
    if from_script(request):
        return JsonResponse({"said": _("Not saved. %(why)s") % {"why": said}}, status=CONFLICT)
    saved = services.said(sheet) if sheet else {}
    parts = reading.differences(form.wordings, saved, form.answers)
    form.move_to(sheet.version if sheet else 0)
    return _page(request, found, form if editable else None, CONFLICT, conflict=said, parts=parts)
