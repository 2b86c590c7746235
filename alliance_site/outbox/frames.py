"""The templates of letters, each put into its frame once.

To extend a frame anew for each of many letters takes a quarter of the time that it takes to write them.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import lru_cache
from typing import Any

from django.template import Context, Template
from django.template.base import NodeList
from django.template.defaulttags import AutoEscapeControlNode
from django.template.loader import get_template
from django.template.loader_tags import BlockNode, ExtendsNode

MOST = 500  # templates kept; while they are worked on, each is another one every time


def render(name: str, context: Mapping[str, Any]) -> str:
    """The same as `render_to_string` does."""
    letter: Template = get_template(name).template  # type: ignore[attr-defined]  # of Django's own engine
    return _framed(letter).render(Context(dict(context)))


@lru_cache(MOST)
def _framed(letter: Template) -> Template:
    """What it extends, with its blocks in their places; as it is, where that is less simple."""
    for node in letter.nodelist:
        if isinstance(node, ExtendsNode):
            framed = copy(get_template(_extended(node)).template)  # type: ignore[attr-defined]
            framed.nodelist = _filled(framed.nodelist, node.blocks)
            return letter if framed.nodelist.get_nodes_by_type(BlockNode) else framed
    return letter


def _extended(node: ExtendsNode) -> str:
    return str(getattr(node.parent_name, "var"))  # noqa: B009  # a name in quotes


def _filled(nodes: NodeList, blocks: Mapping[str, BlockNode]) -> NodeList:
    filled = NodeList()
    for node in nodes:
        if isinstance(node, BlockNode):
            filled.extend(blocks.get(node.name, node).nodelist)
        elif isinstance(node, AutoEscapeControlNode):
            filled.append(AutoEscapeControlNode(node.setting, _filled(node.nodelist, blocks)))
        else:
            filled.append(node)
    return filled
