"""The pages of a first conversation, for the two people it is between. For all others there are none."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.access.conversations import who_sees_conversation
from feedback.forms.conversations import AnswerForm, AskForm
from feedback.models import FirstConversation
from feedback.services import conversations as services
from people.clicks import clicked
from people.days import today_for
from people.presence import here_on
from people.requests import INVALID, SignedInRequest, form_page
from tours.models import Policy
from tours.services import Refused


def first_conversation_new(request: SignedInRequest) -> HttpResponse:
    person, today = request.user, today_for(request.user)
    if not person.is_employed(today):
        raise Http404
    form = AskForm(request.POST or None, person=person, today=today)
    if form.is_valid():
        words = form.cleaned_data["words"]
        try:
            row = services.ask_for_conversation(person, form.chosen, words=words, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Asked. Nobody else learns of it."))
            return redirect(row)
    context = {"form": form, "days": Policy.objects.on(today).first_conversation_days}
    return form_page(request, "feedback/conversation_new.html", context, form)


def first_conversation(request: SignedInRequest, pk: UUID) -> HttpResponse:
    found, person = _found(request, pk), request.user
    chosen = person.pk == found.chosen_id
    may_answer = chosen and person.is_employed(today_for(person))
    if request.method == "POST" and not may_answer:
        raise Http404
    form = AnswerForm(request.POST or None, person=person, author=found.author) if may_answer else None
    if form and form.is_valid():
        given = {"answer": form.cleaned_data["answer"], "words": form.cleaned_data["words"]}
        if services.answer_conversation(found, actor=person, now=timezone.now(), **given):
            messages.success(request, _("Answered. %(name)s can read it now.") % {"name": found.author.name})
        else:
            messages.warning(request, _("You have answered already. The first answer stands."))
        return redirect(found)
    context = {
        "conversation": found,
        "today": today_for(person),
        "own": not chosen,
        "left": not vars(found)["chosen_here"],
        "form": form if found.answer is None else None,
        "who_sees": who_sees_conversation(person, found.author if chosen else found.chosen),
    }
    status = INVALID if form and form.errors else 200
    return render(request, "feedback/conversation.html", context, status=status)


@clicked
def first_conversation_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    if found.author_id != request.user.pk:
        raise Http404
    services.unask(found, actor=request.user)
    messages.success(request, _("Deleted. It is as if it had never been asked."))
    return redirect("ahead")


def _found(request: SignedInRequest, pk: UUID) -> FirstConversation:
    rows = FirstConversation.objects.visible_to(request.user).select_related("author", "chosen")
    rows = rows.annotate(chosen_here=here_on(today_for(request.user), "chosen"))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
