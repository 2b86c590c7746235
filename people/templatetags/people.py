"""`{% person_link person %}`: a name, and a link where the reader may open the page."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from people.access import Visible
from people.days import today_for
from people.models import Person

register = template.Library()


@register.simple_tag(takes_context=True)
def person_link(context: RequestContext, person: Person) -> SafeString:
    """No query per name: what the reader may see is asked for once a request."""
    if person not in _visible(context):
        return format_html("{}", person.name)
    return format_html('<a href="{}">{}</a>', person.get_absolute_url(), person.name)


def _visible(context: RequestContext) -> Visible:
    request = context["request"]
    if not hasattr(request, "visible_people"):
        request.visible_people = Visible(request.user, today_for(request.user))
    visible: Visible = request.visible_people
    return visible
