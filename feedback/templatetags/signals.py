"""`{% signals_of_tour as told %}`: on a page of a tour, what both its sides are told about it."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext

from feedback.access import who_sees_signals
from feedback.signals import Signal, of_tour
from people.days import today_for
from tours.models import Tour

register = template.Library()


@register.simple_tag(takes_context=True)
def signals_of_tour(context: RequestContext) -> list[Signal]:
    """No query of its own: the page has its check-ins and its promises already."""
    reader = context["request"].user
    checkins = [checkin for checkin, _state in context["checkins"]]
    lines = [row.line for half in context.get("balance") or () for row in half.rows]
    return of_tour(context["tour"], reader, today_for(reader), checkins, lines)


@register.simple_tag(takes_context=True)
def signals_seen_by(context: RequestContext, tour: Tour) -> str:
    return who_sees_signals(context["request"].user, tour)
