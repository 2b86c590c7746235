"""Where a page is: `address("tour", tour.pk)`, and in templates `{% url 'tour' tour.pk %}`.

THE `url` OF OUR TEMPLATES IS NOT DJANGO'S, but says the same: it stands here, and the settings put it before
Django's (`builtins`). Django looks for the pattern anew at each link, forty times for the page of a tour.
Here it is asked once for each name with so many whole numbers, and these are put where they belong. All else,
such as words, named arguments and `as`, goes to Django each time.
"""

from __future__ import annotations

from functools import cache

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as djangos_own
from django.urls import NoReverseMatch, URLResolver, get_resolver, get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape

register = template.Library()

STAND_IN = 987_654_321_000_000_000  #: a number that is part of no address


def address(name: str, *keys: object) -> str:
    """Raises `NoReverseMatch` where `reverse` would."""
    if all(type(key) is int and key >= 0 for key in keys):
        # The resolver and the prefix are others under another URL configuration, or below another path.
        pattern = _pattern(get_resolver(get_urlconf()), get_script_prefix(), name, len(keys))
        if pattern:
            return pattern.format(*keys)
    return reverse(name, args=keys)


@cache
def _pattern(_resolver: URLResolver, _prefix: str, name: str, many: int) -> str:
    """With `{}` for each number; empty where the page is not found by just any whole numbers."""
    stand_ins = [STAND_IN + place for place in range(many)]
    try:
        found = reverse(name, args=stand_ins)
    except NoReverseMatch:
        return ""
    for stand_in in stand_ins:
        found = found.replace(str(stand_in), "{}")
    return found


class Address(URLNode):
    def render(self, context: Context) -> str:
        name = self.view_name.resolve(context)
        if not isinstance(name, str) or ":" in name:
            return super().render(context)  # which asks the request as well
        found = address(name, *(arg.resolve(context) for arg in self.args))
        return conditional_escape(found) if context.autoescape else found


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    found = djangos_own(parser, token)
    if found.asvar or found.kwargs:
        return found
    return Address(found.view_name, found.args, found.kwargs, found.asvar)
