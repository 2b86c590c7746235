"""`{% person_link person %}`: a name, linked where the reader may open the page; `{% looked_at look %}` the
same of what somebody looked at; `{% rows_of people %}`."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliance_site.addresses import address
from alliance_site.tags import filled
from people.looks import in_words
from people.models import Access, Person
from people.requests import visible_people

register = template.Library()

LINK = '<a href="{}">{}</a>'
ROW = """<tr>
        <th scope="row">{}</th>
        <td data-label="{}">{}</td>
        <td data-label="{}">{}</td>
        <td data-label="{}">{}</td>
      </tr>"""


@register.simple_tag(takes_context=True)
def person_link(context: RequestContext, person: Person) -> SafeString:
    """No query per name where the view has let `visible_people` look for all of them."""
    if person not in visible_people(context["request"]):
        return format_html("{}", person.name)
    return format_html(LINK, person.get_absolute_url(), person.name)


@register.simple_tag
def linked(pk: int, name: str, opens: Container[int]) -> SafeString:
    """The same without a query, where the view knows whose pages the reader `opens`."""
    return filled(LINK, address("person", pk), name) if pk in opens else filled("{}", name)


@register.simple_tag
def looked_at(look: Access) -> SafeString:
    told, page = in_words(look)
    return format_html(LINK, page, told) if page else format_html("{}", told)


@register.simple_tag
def rows_of(people: Iterable[Any]) -> SafeString:
    """Of those who came by `with_position`, and whom the reader may see, as they see who manages them.

    As a loop in the template, fifty rows took as long as all else on their page. What is the same in each,
    the columns' names, is asked for once.
    """
    title, department, manager = _("Job title"), _("Department"), _("Manager")

    def link(pk: int | None, name: str) -> str:
        return format_html(LINK, address("person", pk), name) if pk else "–"

    return format_html_join(
        "",
        ROW,
        (
            (
                link(one.pk, one.name),
                *(title, one.title or "–"),
                *(department, one.department or "–"),
                *(manager, link(one.manager_id, one.manager_name)),
            )
            for one in people
        ),
    )
