"""What stands before HR has chosen anything else, and the steps in which reminders come."""

from django.utils.translation import gettext_lazy as _

#: Days before a tour's last day, or the day of review, on which the next-tour window opens.
LEAD_DAYS = 180

#: Days before the last day on which both sides are reminded again, inside the window.
TOUR_ENDS_STEPS = (90, 60, 30, 7)

#: Whose employment ends at most so many days after the review of an open-ended tour is not asked to hold it.
LEAVING_DAYS = 180

#: Days after the review of an open-ended tour on which both are reminded once more; then HR sees it.
REVIEW_OVERDUE_STEPS = (7, 14)

#: HR hears of it so many days after the review whatever both agreed on, as long as nothing of it is signed.
REVIEW_UNSIGNED_DAYS = 60

#: HR hears, by count, of tours that ended within so many days with nothing agreed beyond, and of those
#: of which no version has been put on the table for so long, a week after the last letter about it.
ENDED_UNDECIDED_DAYS = 90
UNSIGNED_DAYS = 21

#: Days after a proposal on which whoever has not signed is reminded.
TERMS_WAITING_STEPS = (0, 7, 14)

#: Days after both agreed on what comes after an open-ended tour on which they hear that it is unsigned.
OUTCOME_UNSIGNED_STEPS = (7, 21, 42)

#: Days before a tour's first day on which both are told; what was signed later than that is news to nobody.
TOUR_STARTS_STEPS = (7, 0)
#: For so many days after the first one, it is still news.
TOUR_STARTED_IS_NEWS_FOR_DAYS = 7

#: Days after one side has ended a tour on which the other is told, and asked for its words once more.
EARLY_END_STEPS = (0, 7)

#: A tour to be taken over is said to both at once, half-way, on the day, and so many days after it.
HANDOVER_OVERDUE_STEPS = (7, 14, 21)

#: What could not be said for so many days, through whatever outage, is history and not said any more.
REMIND_WITHIN_DAYS = 60

#: A promise is due soon so many days ahead: time enough to still do something about it.
PROMISE_DUE_DAYS = 14

#: Days after a promise was due on which whoever owes it is reminded; and then whoever may judge it.
PROMISE_DUE_STEPS = (0, 7, 21)
PROMISE_TO_JUDGE_AFTER_DAYS = 7

#: What one side said of a promise is news to the other for so many days; on the page it stands for ever.
PROMISE_WORD_DAYS = 14

#: HR hears, by count, of promises overdue for longer than this.
PROMISE_LONG_OVERDUE_DAYS = 14

#: Promises can be settled while a tour runs, and for so many days after: some are due on its last day.
SETTLE_WITHIN_DAYS = 90

#: A group figure from answers needs so many people, unless HR chooses otherwise; and never fewer than this.
FIGURE_PEOPLE = 5
FIGURE_FLOOR = 3

#: An end that has come about already is told at most so long after; further back, promises would end with it.
EARLY_END_BACK_DAYS = 14

#: An end that both can foresee is told at most so long ahead; for later ones there are new terms.
EARLY_END_AHEAD_DAYS = 180

#: So many promises fit into one version of the terms.
MOST_PROMISES = 20
KNOWN_BY_LIMIT = 500  #: characters of how both will know that a promise is kept

#: Stand at the foot of every statement of alliance, unless HR has put it in the company's own words.
NON_BINDING = _(
    "This statement is a promise between two people, made in good faith. It is not a contract of"
    " employment and changes none."
)
NO_DISMISSAL = _(
    "It is not a prelude to a dismissal either: if something changes, both say so and agree anew."
)
