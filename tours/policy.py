"""The company's choices about tours, until HR has a page to make them on."""

from django.utils.translation import gettext_lazy as _

#: Days before a tour's last day on which the conversation about the next one opens.
LEAD_TIME_DAYS = 180

#: Days before the last day on which both sides are reminded, the first being the opening itself.
TOUR_ENDS_STEPS = (LEAD_TIME_DAYS, 90, 60, 30, 7)

#: Days after a proposal on which whoever has not signed is reminded.
TERMS_WAITING_STEPS = (0, 7, 14)

#: What could not be said for so many days, through whatever outage, is history and not said any more.
REMIND_WITHIN_DAYS = 60

#: Stands at the foot of every statement of alliance.
NON_BINDING = _(
    "This statement is a promise between two people, made in good faith. It is not a contract of"
    " employment and changes none. It is not a prelude to a dismissal either: if something changes,"
    " both say so and agree anew."
)
