"""Good ones, to write one's own by: concrete, with a result and a day by which it can be seen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tours.models import Side, Tour
from tours.models.policy import Words

ANY = "any"  #: whatever kind of tour it is

EXAMPLES: dict[str, dict[str, list[Words]]] = {
    "mission": {
        Tour.Type.TRANSFORMATIONAL: [
            _(
                "Open the Lisbon office: eight people hired, the first customer served from there by"
                " March, and handed over to a lead of its own by the end."
            ),
            _("Replace the booking engine while it runs, and switch the old one off before the summer peak."),
        ],
        Tour.Type.ROTATIONAL: [
            _(
                "Learn how we sell, serve and bill: six months in each of the three teams, with one"
                " customer problem solved in each."
            ),
            _("Work through the analyst programme, and choose by month ten the team to stay in."),
        ],
        Tour.Type.FOUNDATIONAL: [
            _("Keep our standard of care: review every serious incident, and teach two others to do so."),
            _("Hold the engineering culture together through the merger, and say openly where it slips."),
        ],
    },
    "company_gain": {
        Tour.Type.TRANSFORMATIONAL: [
            _("A team in the time zone of our largest customer; answers within two hours instead of ten."),
            _("One platform to run instead of two, and releases every week instead of every quarter."),
        ],
        Tour.Type.ROTATIONAL: [
            _("Somebody who knows three teams, and can start in the one that fits without a new search."),
            _("Two posts of the service team filled at any time, by people who know the product."),
        ],
        Tour.Type.FOUNDATIONAL: [
            _("Decisions that hold: new managers learn from one person why we do what we do."),
            _("Our twenty oldest customers keep the person whom they trust."),
        ],
    },
    "employee_gain": {
        Tour.Type.TRANSFORMATIONAL: [
            _("Has hired and led a team of eight by June, and runs a budget of their own from then on."),
            _("Has led a migration end to end, and presents it at a conference in the second year."),
        ],
        Tour.Type.ROTATIONAL: [
            _("Can price an offer, answer a complaint and close a month alone, each attested by that team."),
            _("Knows after a year which of the three crafts is theirs, and has a place in it."),
        ],
        Tour.Type.FOUNDATIONAL: [
            _("Decides on the standard alone, and has one day a week for a book on it, out by next year."),
            _("Works four days from May on, with a say in every appointment to the leading team."),
        ],
    },
    "values": {
        ANY: [
            _("Both of us would rather tell a customer bad news early than good news late."),
            _("Alice wants to run a firm of her own one day; the company wants more people who think so."),
        ]
    },
    "reason": {
        ANY: [
            _("The customer for whom the office was meant has gone; the team is to serve two others instead.")
        ]
    },
    Side.MANAGER: {
        ANY: [
            _("A seat in the monthly pricing round; both know it by the minutes."),
            _("Twenty days of Portuguese lessons in working hours; both know it by the certificate."),
        ]
    },
    Side.EMPLOYEE: {
        ANY: [
            _("The hiring plan, agreed with finance; both know it by the signed budget."),
            _("A successor who runs the weekly release alone; both know it by three releases in a row."),
        ]
    },
}


def examples(of: str, type_: str) -> list[Words]:
    """Of a field of the terms, or of what a side promises."""
    by_type = EXAMPLES.get(of, {})
    return by_type.get(type_) or by_type.get(ANY, [])
