"""`{% voices_of rows checkin %}`, `{% gaps_of gaps %}` and `{% reviews_of reviews checkin %}`: what both
sides of a check-in said, side by side or compared.

As loops in a template they took a quarter of the page's time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliance_site.tags import each_filled, filled
from feedback.models import CheckIn, Outlook
from feedback.reading import TICKS, Compared, Reviewed, Row
from people.days import written

register = template.Library()

TICK = '<circle class="gap-tick" cx="{}" cy="17" r="2" />'
AXIS = '<line class="gap-axis" x1="20" y1="17" x2="260" y2="17" />' + "".join(map(TICK.format, TICKS))
BETWEEN = '<line class="gap-between" x1="{}" y1="17" x2="{}" y2="17" />'
GAP = """<li class="gap{wide}">
  <h3>{wording}</h3>
  <svg viewBox="0 0 280 34" aria-hidden="true" focusable="false">
    {axis}{between}
    <circle class="gap-employee" cx="{employee}" cy="17" r="{radius}" />
    <rect class="gap-manager" x="{manager}" y="10" width="14" height="14" rx="1" />
  </svg>
  <p class="scale-ends" aria-hidden="true"><span>{low}</span><span>{high}</span></p>
  <p class="gap-words">{sentence}</p>
</li>"""
REVIEW = """<div class="voice{}">
  <p class="voice-name">{}</p>
  <h3>{}</h3>
  <ul class="promises">{}</ul>
</div>"""
VOICES = '<div class="side-by-side">{}</div>'
VOICE = """
    <div class="voice{}">
      <p class="voice-name">{}</p>
      <h3>{}</h3>
      <p class="words" dir="auto">{}</p>
    </div>
"""
NOTHING = '<span class="quiet">{}</span>'
LINE = """<li><span dir="auto">{}</span> <span class="by">{} · <span class="tag {}">{}</span></span></li>"""
TAGS = {Outlook.ON_TRACK: "tag-active", Outlook.AT_RISK: "tag-wait", Outlook.NOT_KEPT: "tag-bad"}


@register.simple_tag
def voices_of(rows: Iterable[Row], checkin: CheckIn) -> SafeString:
    """What each said to one question."""
    employee = checkin.employee
    return filled(
        VOICES,
        each_filled(
            "",
            VOICE,
            (
                (
                    " voice-employee" if row.person == employee else "",
                    row.person.name,
                    row.wording,
                    linebreaksbr(row.said) if row.said else filled(NOTHING, _("Nothing written")),
                )
                for row in rows
            ),
        ),
    )


@register.simple_tag
def gaps_of(gaps: Iterable[Compared]) -> SafeString:
    return SafeString("".join(map(_gap, gaps)))


def _gap(item: Compared) -> SafeString:
    """The two marks on one line; where they are the same, one around the other."""
    apart = item.gap.size
    return filled(
        GAP,
        wide=" gap-wide" if item.gap.is_wide else "",
        wording=item.wording,
        axis=SafeString(AXIS),
        between=SafeString(BETWEEN.format(item.employee_x, item.manager_x) if apart else ""),
        employee=item.employee_x,
        radius=8 if apart else 12,
        manager=item.manager_x - 7,
        low=item.low,
        high=item.high,
        sentence=item.sentence,
    )


@register.simple_tag
def reviews_of(reviews: Iterable[Reviewed], checkin: CheckIn) -> SafeString:
    """How each side sees what the other owes it."""
    employee = checkin.employee
    return each_filled(
        "",
        REVIEW,
        (
            (
                " voice-employee" if item.person == employee else "",
                item.person.name,
                item.wording,
                each_filled("", LINE, _lines(item)),
            )
            for item in reviews
        ),
    )


def _lines(item: Reviewed) -> Iterator[tuple[object, ...]]:
    for promise, outlook in item.lines:
        due = _("by %(day)s") % {"day": written(promise.due_on)}
        yield promise.what, due, TAGS.get(outlook, "tag-done"), outlook.label
