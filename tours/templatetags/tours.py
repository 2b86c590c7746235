"""`{% turn_in_list tour as turn %}`: whose turn it is, as far as the reader may know."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext

from people.days import today_for
from tours import turns
from tours.models import Tour

register = template.Library()


@register.simple_tag(takes_context=True)
def turn_in_list(context: RequestContext, tour: Tour) -> turns.Turn | None:
    reader = context["request"].user
    return turns.turn_in_list(tour, reader, today_for(reader))
