"""The page of a person's tours from the first to the next, made to be read and to be printed."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people.days import today_for
from people.models import Person
from people.requests import SignedInRequest
from people.services import note_access
from tours import access
from tours.models import Tour
from tours.models.states import ON_THE_WAY
from tours.story import chapters
from tours.timeline import timeline


@require_safe
def story(request: SignedInRequest, pk: int) -> HttpResponse:
    """For the person, whoever manages them now, and HR, whose look is noted."""
    person, today = get_object_or_404(Person, pk=pk), today_for(request.user)
    if not access.can_read_story(request.user, person, today):
        raise Http404
    known = Tour.objects.filter(employee=person).known_to(request.user, today)
    every = list(
        known.with_versions().with_standing(today).prefetch_related("partings__author").order_by("pk")
    )
    for tour in every:
        tour.find_in_force()
    told = [tour for tour in every if tour.in_force]
    if told and person != request.user:
        note_access(request.user, person, "story", timezone.now())
    context = {
        "person": person,
        "today": today,
        "own": person == request.user,
        "chapters": chapters(told, request.user, today),
        "timeline": timeline(sorted(told, key=lambda tour: (tour.starts_on, tour.pk)), today),
        "coming": [tour for tour in every if tour.state in ON_THE_WAY],
        "spells": person.employments.order_by("hired_on"),
        "who_sees": access.who_sees_story(),
    }
    return render(request, "tours/story.html", context)
