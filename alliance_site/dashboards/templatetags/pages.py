"""`{% once as menu %}…{% endonce %}`: what a page shows in two places, put together once; and
`{% kept hr=user.is_hr %}…{% endkept %}`: what many pages show, put together once for a process."""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


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
