"""`{% lines_of todo today %}`: what needs the reader today, a line each.

As a loop in the template they took a seventh of the page's time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliance_site.dashboards.todo import Todo
from alliance_site.tags import each_filled, filled
from people.days import far, written

register = template.Library()

LINE = """
      <li><a href="{}">{}</a>
        {}</li>
    """
WHEN = '<span class="when">{} · {}</span>'
OVERDUE = '<span class="when overdue">{} · {} · {}</span>'


@register.simple_tag
def lines_of(todo: Iterable[Todo], today: date) -> SafeString:
    return each_filled("", LINE, ((item.url, item.sentence, _when(item, today)) for item in todo))


def _when(item: Todo, today: date) -> str:
    if item.when is None:
        return ""
    said = written(item.when), far(item.when, today)
    return filled(OVERDUE, _("overdue"), *said) if item.overdue else filled(WHEN, *said)
