"""`{% bars_of timeline %}`: a person's tours along the years, drawn. The table below says the same in words.

As loops in a template they took a seventh of the front page's time.
"""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliance_site.tags import each_filled, filled
from tours.timeline import Bar, Timeline

register = template.Library()

TIMELINE = """<div class="timeline" aria-hidden="true">
    <svg width="100%" height="{below}">
      {years}
      {bars}
      <line class="today" x1="{today}%" x2="{today}%" y1="18" y2="{height}"
        stroke-dasharray="{dashes}" stroke-dashoffset="{begun}" />
      <text class="today-word" x="{today}%" y="{word}" text-anchor="{anchor}">{said}</text>
    </svg>
  </div>"""
YEAR = '<line class="tick" x1="{0}%" x2="{0}%" y1="18" y2="{1}" /><text x="{0}%" y="12" dx="3">{2}</text>'
BAR = """
        <rect class="bar bar-{status}{open}" x="{x}%" y="{y}" width="{width}%" height="12" rx="3" />
        <text class="bar-name" {begins} y="{y}" dy="28">{name}</text>
        <text class="bar-name-narrow" y="{y}" dy="28">{name}</text>
      """
AT_END = SafeString('x="100%" text-anchor="end"')


@register.simple_tag
def bars_of(timeline: Timeline) -> SafeString:
    return filled(
        TIMELINE,
        below=timeline.height + 18,
        years=each_filled("", YEAR, ((x, timeline.height, year) for year, x in timeline.years)),
        today=timeline.today,
        height=timeline.height,
        dashes=timeline.dashes,
        begun=timeline.begun,
        bars=SafeString("".join(map(_bar, timeline.bars))),
        word=timeline.height + 14,
        anchor="end" if timeline.today > 50 else "start",
        said=_("today"),
    )


def _bar(bar: Bar) -> SafeString:
    about = {"type": bar.tour.get_type_display(), "name": bar.tour.manager.name}
    return filled(
        BAR,
        status=bar.status,
        open=" bar-open" if bar.open_ended else "",
        x=bar.x,
        y=bar.y,
        width=bar.width,
        begins=AT_END if bar.label_at_end else filled('x="{}%"', bar.x),
        name=_("%(type)s, with %(name)s") % about,
    )
