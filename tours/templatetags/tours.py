"""`{% turn_in_list tour as turn %}`: whose turn it is, as far as the reader may know; `{% manager_named tour
as manager %}`: as whose the tour is told to the reader."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext

from people.days import today_for
from people.models import Person
from tours import access, turns
from tours.models import Tour

register = template.Library()


@register.simple_tag(takes_context=True)
def turn_in_list(context: RequestContext, tour: Tour) -> turns.Turn | None:
    reader = context["request"].user
    return turns.turn_in_list(tour, reader, today_for(reader))


@register.simple_tag(takes_context=True)
def manager_named(context: RequestContext, tour: Tour) -> Person:
    reader = context["request"].user
    return access.manager_named(reader, tour, today_for(reader))
