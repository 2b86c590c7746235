"""What pages of other rooms show of this one: they bring a row along, and know nothing of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance_site.addresses import address
from alliance_site.tags import each_filled, filled
from feedback import access, agreed
from feedback.access.notes import can_note
from feedback.models import CheckIn, Kind
from people.days import far, written
from people.models import Person
from tours.models import Tour

register = template.Library()

ROW = """<li><span>{}{} <span class="quiet">{}{}</span></span>
        <span class="tag {}">{}</span></li>"""
FOLDED = """<details class="earlier"><summary>{}</summary>
        <ul class="todo">{}</ul></details>
"""
DOT = " · "
NEWEST = 3  #: of what was had or skipped, so many stand open; the others are folded away before them
OVER = (CheckIn.State.COMPLETE, CheckIn.State.SKIPPED)
TAGS = {CheckIn.State.OPEN: "tag-wait", CheckIn.State.LAPSED: "tag-bad"}


@register.simple_tag
def rows_of_checkins(checkins: Iterable[tuple[CheckIn, CheckIn.State]], today: date) -> SafeString:
    """Of a tour, by their days; they come by `visible_to`. Of years of them, what is to come and the newest
    are read at once.

    As a loop in the template a dozen of them took a quarter of the page's time.
    """
    listed = list(checkins)
    over = [pair for pair in listed if pair[1] in OVER]
    folded = over[:-NEWEST] if len(over) > 2 * NEWEST else []
    shown = filled('<ul class="todo">{}</ul>', _rows([pair for pair in listed if pair not in folded], today))
    if not folded:
        return shown
    earlier = ngettext("%(count)s earlier check-in", "%(count)s earlier check-ins", len(folded))
    return SafeString(filled(FOLDED, earlier % {"count": len(folded)}, _rows(folded, today)) + shown)


def _rows(checkins: Iterable[tuple[CheckIn, CheckIn.State]], today: date) -> SafeString:
    return each_filled(
        "\n",
        ROW,
        (
            (
                _linked(checkin),
                _kind(checkin),
                far(checkin.due_on, today),
                _arranged(checkin),
                TAGS.get(state, "tag-done"),
                state.label,
            )
            for checkin, state in checkins
        ),
    )


def _linked(checkin: CheckIn) -> str:
    day = written(checkin.due_on)
    opens = vars(checkin)["may_open"]
    return filled('<a href="{}">{}</a>', checkin.get_absolute_url(), day) if opens else day


def _kind(checkin: CheckIn) -> str:
    return "" if checkin.kind == Kind.REGULAR else f"{DOT}{Kind(checkin.kind).label}"


def _arranged(checkin: CheckIn) -> str:
    if checkin.moved_from:
        return DOT + _("moved from %(day)s") % {"day": written(checkin.moved_from)}
    return DOT + _("asked for") if checkin.asked_by else ""


@register.inclusion_tag("feedback/_actions_of_tour.html", takes_context=True)
def open_actions(context: Any, tour: Tour, checkins: Iterable[tuple[CheckIn, str]]) -> dict[str, object]:
    """Of a tour that came by `with_standing`, from check-ins that came by `with_open_actions`."""
    reader: Person = context["user"]
    today: date = context["today"]
    side = tour.side_of(reader)
    here = {"employee": tour.employee_here, "manager": tour.manager_here}.get(side or "", False)
    actions = [action for checkin, _state in checkins for action in checkin.open_actions]
    actions.sort(key=lambda action: (action.due_on or date.max, action.pk))
    return {
        "rows": agreed.lines(actions, reader, today, writes=here, tour=tour),
        "tour": tour,
        "side": side,
        "may_promise": access.can_promise(reader, tour, today),
        "who_sees_actions": access.who_sees_actions(),
        "today": today,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("feedback/_note.html", takes_context=True)
def private_note(context: Any, tour: Tour) -> dict[str, object]:
    """Of a tour that came by `with_note_of`."""
    may = can_note(context["user"], tour, context["today"])
    return {"may_note": may, "note": tour.note, "note_url": address("tour_note", tour.pk)}
