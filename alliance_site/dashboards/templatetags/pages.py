"""`{% once as menu %}…{% endonce %}`: what a page shows in two places, put together once; and
`{% kept hr=user.is_hr %}…{% endkept %}`: what many pages show, put together once for a process."""

from __future__ import annotations

from typing import NamedTuple

from django import template
from django.http import HttpRequest
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

#: In which room of the menu an address is, by how it begins.
ROOMS = {
    "": "home",
    "tours": "tours",
    "programmes": "tours",
    "givings": "tours",
    "signals": "tours",
    "promises": "tours",
    "check-ins": "checkins",
    "actions": "checkins",
    "notes": "checkins",
    "over-time": "checkins",
    "ahead": "ahead",
    "expectations": "ahead",
    "alignment": "ahead",
    "a-word": "ahead",
    "people": "people",
    "team": "people",
    "retention": "retention",
    "opinions": "retention",
    "messages": "messages",
    "occasions": "messages",
    "policy": "policy",
    "questions": "policy",
    "notices": "notices",
    "my": "my_settings",
}


class Room(NamedTuple):
    """Where one is by the menu: `mark` says whether on its own page or on another below it."""

    name: str
    mark: str


@register.filter
def room(request: HttpRequest) -> Room:
    name = ROOMS.get(request.path_info.split("/")[1], "")
    match = request.resolver_match
    return Room(name, "page" if match and match.url_name == name else "true")


@register.simple_block_tag
def once(content: SafeString) -> SafeString:
    return content


class Kept(template.Node):
    """Anew for each language, and for each of the values that it is told, of which there must be few. It
    knows nothing else, not even who asks: so nothing of one reader's can stand on the page of another."""

    def __init__(self, content: NodeList, told: dict[str, FilterExpression]) -> None:
        self.nodelist, self.told = content, told
        self.known: dict[tuple[object, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        told = {name: value.resolve(context) for name, value in self.told.items()}
        key = (get_language(), get_script_prefix(), *told.values())
        if key not in self.known:
            alone = Context(told)
            alone.template = context.template
            self.known[key] = self.nodelist.render(alone)
        return self.known[key]


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    _kept, *said = token.split_contents()
    told = token_kwargs(said, parser)
    if said:
        raise template.TemplateSyntaxError(f"kept is told names and values, not {said[0]}")
    content = parser.parse(["endkept"])
    parser.delete_first_token()
    return Kept(content, told)
