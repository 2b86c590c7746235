"""`{% person_link person %}`: a name, and a link where the reader may open the page."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from people.models import Person
from people.requests import visible_people

register = template.Library()


@register.simple_tag(takes_context=True)
def person_link(context: RequestContext, person: Person) -> SafeString:
    """No query per name: what the reader may see is asked for once a request."""
    if person not in visible_people(context["request"]):
        return format_html("{}", person.name)
    return format_html('<a href="{}">{}</a>', person.get_absolute_url(), person.name)
