"""The pages of the questions, for HR alone: what is asked, since when, how it reads, and how it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.access.questions import who_sees_questions, writes_questions
from feedback.comparing import compare_sets
from feedback.forms.questions import MOST, BasisForm, PreviewForm, QuestionFormSet
from feedback.models import Kind, Question, QuestionSet
from feedback.questions import SHIPPED, latest_set, latest_sets
from feedback.services.questions import publish
from people.days import today_for
from people.requests import INVALID, SignedInRequest
from tours.models import Side
from tours.services import Refused


@require_safe
def questions(request: SignedInRequest) -> HttpResponse:
    _require_writer(request)
    asked = [questions.pk for questions in latest_sets(SHIPPED, now=timezone.now()).values()]
    found = QuestionSet.objects.select_related("made_by").prefetch_related("questions").in_bulk(asked)
    return render(request, "feedback/questions.html", {"sets": [found[pk] for pk in asked]})


@require_safe
def question_set(request: SignedInRequest, kind: str, number: int) -> HttpResponse:
    """One version as it is, how it reads for either side, and what it changed."""
    _require_writer(request)
    versions = QuestionSet.objects.published().filter(kind=kind, number__in=[number - 1, number, number + 1])
    found = {row.number: row for row in versions.select_related("made_by").prefetch_related("questions")}
    if number not in found:
        raise Http404
    shown, before = found[number], found.get(number - 1)
    asked = list(shown.questions.all())
    context = {
        "set": shown,
        "before": before,
        "after": found.get(number + 1),
        "parts": compare_sets(list(before.questions.all()), asked) if before else [],
        "previews": [_preview(request, asked, side) for side in Side],
        "who_sees": who_sees_questions(),
    }
    return render(request, "feedback/question_set.html", context)


def questions_edit(request: SignedInRequest, kind: str) -> HttpResponse:
    _require_writer(request)
    if kind not in SHIPPED:
        raise Http404
    writing = Writing(request, Kind(kind))
    if request.method != "POST":
        return writing.page()
    if not writing.is_valid():
        return writing.page(INVALID)
    if "publish" not in request.POST:
        return writing.again() if "write" in request.POST else writing.preview()
    try:
        made = writing.publish()
    except Refused as refusal:
        return writing.page(INVALID, refused=str(refusal), meanwhile=writing.meanwhile())
    said = _("Published. Check-ins that have not opened yet ask these questions.")
    messages.success(request, said, extra_tags=request.path)
    return redirect(made)


class Writing:
    """What is typed on the page of the next version of one kind."""

    def __init__(self, request: SignedInRequest, kind: Kind) -> None:
        self.request, self.kind = request, kind
        self.newest = latest_set(kind, now=timezone.now())
        data = request.POST if request.method == "POST" else None
        every = Question.objects.filter(question_set__kind=kind, question_set__published_at__isnull=False)
        # In the newest version that has it: whoever was slower may bring back what somebody left out.
        self.known = {
            question.key: question for question in every.order_by("question_set__number", "position")
        }
        self.asked = [q for q in self.known.values() if q.question_set_id == self.newest.pk]
        self.basis = BasisForm(data, initial={"based_on": self.newest.number})
        self.rows = QuestionFormSet(data, known=self.known, questions=self.asked)

    def is_valid(self) -> bool:
        return all([self.basis.is_valid(), self.rows.is_valid()])

    def publish(self) -> QuestionSet:
        return publish(
            self.kind,
            self.rows.questions(),
            based_on=self.basis.cleaned_data["based_on"],
            actor=self.request.user,
            now=timezone.now(),
        )

    def again(self) -> HttpResponse:
        """As it would be published, with room for one more question."""
        self.rows = QuestionFormSet(None, known=self.known, questions=self.rows.questions())
        return self.page()

    def preview(self) -> HttpResponse:
        """How it would read for either side, and what would change; the page carries what was typed."""
        written = self.rows.questions()
        self.rows = QuestionFormSet(None, known=self.known, questions=written)
        return self.page(
            template="feedback/questions_preview.html",
            previews=[_preview(self.request, written, side) for side in Side],
            parts=compare_sets(self.asked, written),
        )

    def meanwhile(self) -> list[Any]:
        """What somebody else published; what was typed stays, and a second click from here then counts."""
        base = Question.objects.filter(
            question_set__kind=self.kind, question_set__number=self.basis.cleaned_data["based_on"]
        )
        self.basis.move_to(self.newest.number)
        return compare_sets(list(base), self.asked)

    def page(
        self, status: int = 200, template: str = "feedback/questions_edit.html", **more: Any
    ) -> HttpResponse:
        context = {
            "kind": self.kind,
            "keep": self.request.path,
            "newest": self.newest,
            "basis": self.basis,
            "rows": self.rows,
            "most": MOST,
            "who_sees": who_sees_questions(),
        }
        return render(self.request, template, context | more, status=status)


def _preview(request: SignedInRequest, asked: Sequence[Question], side: Side) -> PreviewForm:
    return PreviewForm(asked, side=side, today=today_for(request.user))


def _require_writer(request: SignedInRequest) -> None:
    if not writes_questions(request.user):
        raise Http404
