"""What a side says about one promise, each on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from people.clicks import clicked
from people.days import today_for
from people.requests import SignedInRequest, form_page, require_hr
from people.teams import named
from tours import access, policy, services
from tours.forms.ledger import SayForm, SeenForm, drop_form, verdict_form
from tours.ledger import LedgerAct, Line, ledger
from tours.measures.promises import overdue_by_department
from tours.models import Promise, Side, Tour
from tours.views.along import along_page
from tours.views.doors import is_done, known_tour
from tours.views.reading import tour_page


@require_safe
def promises(request: SignedInRequest) -> HttpResponse:
    """For HR: where promises are long overdue, by team."""
    require_hr(request)
    teams = overdue_by_department(today_for(request.user))
    context = named(teams) | {"days": policy.PROMISE_LONG_OVERDUE_DAYS}
    return render(request, "tours/promises.html", context)


TITLES = {
    LedgerAct.JUDGE: gettext_lazy("Judge this promise"),
    LedgerAct.SAY_DONE: gettext_lazy("Say that it is done"),
    LedgerAct.ASK_TO_DROP: gettext_lazy("Ask to drop this promise"),
    LedgerAct.ANSWER: gettext_lazy("Answer the wish to drop it"),
}


@dataclass(frozen=True)
class Place:
    """The promise that a page is about, for a side that may speak of it in that way."""

    request: SignedInRequest
    promise: Promise
    side: Side
    act: LedgerAct

    @property
    def tour(self) -> Tour:
        return self.promise.terms.tour

    @cached_property
    def standing(self) -> tuple[Tour, Line, bool]:
        """The tour as it is told to the person, how the promise stands, as far as they may read it, and
        whether the act is possible now. Not read before it is shown: what is said and done needs it no
        more."""
        person, key = self.request.user, self.promise.key
        tour, _seen = known_tour(self.request, self.tour.pk)
        today = today_for(person)
        lines = ledger(tour, today, access.reader(person, tour, today))
        line = next((line for line in lines if line.promise.key == key), None)
        sends = self.request.method == "POST"
        if line is None or not (line.concerned if sends else line.concerns)(self.act, self.side):
            raise Http404
        return tour, line, self.act in line.acts(access.ledger_side(person, tour, today))

    def newest(self) -> int:
        return self.standing[1].newest

    @property
    def other(self) -> str:
        return self.tour.party(self.side.other).name


def promise_judge(request: SignedInRequest, pk: int) -> HttpResponse:
    place = _place(request, pk, LedgerAct.JUDGE)
    due_on = place.promise.due_on
    early = services.too_early(due_on) if today_for(request.user) <= due_on else ""
    form = verdict_form(request.POST or None, place.newest, too_early=early)
    return _page(place, form, services.judge, _("Your judgement is in the ledger."))


def promise_done(request: SignedInRequest, pk: int) -> HttpResponse:
    place = _place(request, pk, LedgerAct.SAY_DONE)
    form = SayForm(
        request.POST or None,
        seen=place.newest,
        label=_("What is done, and where to see it"),
        help_text=_("%(name)s then judges whether the promise is kept.") % {"name": place.other},
    )
    said = _("Noted. %(name)s is asked to judge it.") % {"name": place.other}
    return _page(place, form, services.say_done, said)


def promise_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    place = _place(request, pk, LedgerAct.ASK_TO_DROP)
    form = SayForm(
        request.POST or None,
        seen=place.newest,
        label=_("Why it should be dropped"),
        help_text=_("It stays owed until %(name)s agrees.") % {"name": place.other},
    )
    said = _("Asked. %(name)s answers, and until then you can take it back.") % {"name": place.other}
    return _page(place, form, services.ask_to_drop, said)


def promise_drop_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    place = _place(request, pk, LedgerAct.ANSWER)
    form = drop_form(request.POST or None, place.newest)
    return _page(place, form, services.answer_drop, _("Answered."))


@clicked
def promise_drop_take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    promise, _side = _promise(request, pk, LedgerAct.TAKE_BACK)
    try:
        services.take_back_drop(promise, actor=request.user, now=timezone.now())
    except services.Refused as refusal:
        return _refused(request, promise.terms.tour, str(refusal))
    messages.success(request, _("Taken back. The promise stays as it was."))
    return redirect(_ledger_of(promise))


def _refused(request: SignedInRequest, tour: Tour, why: str) -> HttpResponse:
    """On the page that says how the promise stands; what nobody has signed has one alone."""
    return (along_page if tour.in_force_id else tour_page)(request, tour.pk, refused=why)


def _place(request: SignedInRequest, pk: int, act: LedgerAct) -> Place:
    promise, side = _promise(request, pk, act)
    return Place(request, promise, side, act)


def _promise(request: SignedInRequest, pk: int, act: LedgerAct) -> tuple[Promise, Side]:
    """404 for everybody whose word it could never be; who handed the tour over is told so as they send it."""
    promises = Promise.objects.select_related("terms__tour__employee", "terms__tour__manager")
    promise = get_object_or_404(promises, pk=pk, terms__proposed_at__isnull=False)
    side = promise.terms.tour.side_of(request.user)
    if side is None and request.method == "POST":
        side = promise.terms.side_of(request.user)
    if side is None or not act.is_for(side, promise):
        raise Http404
    return promise, side


def _page(place: Place, form: SeenForm, verb: Callable[..., None], said: str) -> HttpResponse:
    request = place.request

    def say() -> None:
        verb(place.promise, *form.said, seen=form.brought("seen"), actor=request.user, now=timezone.now())

    if is_done(request, form, say):
        messages.success(request, said, extra_tags=request.path)
        return redirect(_ledger_of(place.promise))
    tour, line, possible = place.standing
    if not possible and request.method != "POST":
        return _refused(request, place.tour, services.why_not(line, place.act))
    context = {"tour": tour, "line": line, "form": form, "title": TITLES[place.act]}
    context |= {"who_sees": access.who_sees(access.What.TERMS), "keep": request.path}
    return form_page(request, "tours/promise.html", context, form)


def _ledger_of(promise: Promise) -> str:
    return f"{promise.terms.tour.along_url}#promise-{promise.pk}"
