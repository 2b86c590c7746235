"""`{% marks_of half %}` and `{% promises_of half %}`: one side of the promise ledger.

As loops in a template a handful of promises took a fifth of the page's time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import template
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance_site.addresses import address
from alliance_site.tags import each_filled, filled
from tours.balance import Half, Row
from tours.models import LedgerEntry, Terms

register = template.Library()

MARKS = """<svg class="marks" viewBox="0 0 {width} 20" width="{width}" height="20" aria-hidden="true" \
focusable="false">{marks}</svg>"""
MARK = '<g transform="translate({} 0)">{}</g>'
COUNT = """<li><svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true" \
focusable="false">{}</svg> {} {}</li>"""
ROW = """<li id="promise-{}">
  <span class="words" dir="auto">{}</span>
  <span class="by"><span class="tag {}">{}</span>
    · {}</span>
  {}{}{}{}{}{}
</li>"""
SAID = '<p class="said">{}{}</p>'
LEFT_OUT = '<p class="said">{} <a href="{}">{}</a></p>'
EARLIER = '<details class="earlier"><summary>{}</summary>{}</details>'
LINK = '<a href="{}">{}<span class="visually-hidden">: {}</span></a>'


@register.simple_tag
def marks_of(half: Half) -> SafeString:
    """One for each promise, by date, and their counts, which say the same."""
    marks = each_filled("", MARK, half.drawing)
    drawing = filled(MARKS, width=half.width, marks=marks) if half.rows else ""
    return filled('{}<ul class="counts">{}</ul>', drawing, each_filled("", COUNT, half.counts))


@register.simple_tag(takes_context=True)
def promises_of(context: RequestContext, half: Half) -> SafeString:
    rows = ((*_facts(row), *_said(row), *_acts(row, context)) for row in half.rows)
    return each_filled("\n", ROW, rows)


@register.simple_tag
def said(entry: LedgerEntry) -> SafeString:
    """One thing said about a promise."""
    words = filled(': <q class="words" dir="auto">{}</q>', entry.words) if entry.words else ""
    return filled(SAID, entry.sentence, words)


def _facts(row: Row) -> Iterable[object]:
    promise = row.line.promise
    known = _("Both will know by: %(how)s") % {"how": promise.known_by} if promise.known_by else ""
    yield from (promise.pk, promise.what, row.tag, row.line.state.label, row.due)
    yield filled('<span class="by"><bdi>{}</bdi></span>', known) if known else ""


def _said(row: Row) -> Iterable[str]:
    """And what became of it since."""
    yield _left_out(row.line.left_out_by) if row.line.left_out_by else ""
    newest_first = list(reversed(row.line.entries))
    yield said(newest_first[0]) if newest_first else ""
    yield _earlier(newest_first[1:]) if newest_first[1:] else ""


def _left_out(terms: Terms) -> SafeString:
    told = _("Version %(number)s, which both signed, leaves it out.") % {"number": terms.number}
    path = address("terms_changes", terms.tour_id, terms.number)
    return filled(LEFT_OUT, told, path, _("See what changed"))


def _earlier(entries: Sequence[LedgerEntry]) -> SafeString:
    number = len(entries)
    told = ngettext("One earlier word", "%(count)s earlier words", number) % {"count": number}
    return filled(EARLIER, told, each_filled("", "{}", ((said(entry),) for entry in entries)))


def _acts(row: Row, context: RequestContext) -> Iterable[str]:
    links = ((path, words, row.short) for path, words in row.links)
    yield filled('<p class="acts">{}</p>', each_filled("\n", LINK, links)) if row.can else ""
    take_back = "tours/_take_back.html"
    yield render_to_string(take_back, {"row": row}, context["request"]) if row.takes_back else ""
