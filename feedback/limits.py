"""The numbers that are nobody's to choose; HR's are in `tours.models.Policy`."""

#: What both want next is to be said so many days after the window for it opens …
NEXT_TOUR_DUE_DAYS = 30
#: … but so many before the end where the tour is short.
NEXT_TOUR_SPARE_DAYS = 7
#: A close-out opens so many days before the last day; after an early end it is due so many days later.
CLOSE_OUT_DAYS = 14
#: It lapses when neither side's grace, in days after that, was used.
CLOSE_OUT_GRACE_DAYS = 30
#: Where a regular one is due on the day of a career check-in, that comes so many days later, so that one talk
#: leads to the other.
CAREER_DAYS_AFTER = 7
#: What one side asks for now is due in so many days.
ASKED_DUE_DAYS = 7
#: Absences that ended longer ago no longer decide about days: whatever they moved is past.
ABSENCE_DAYS = 100
#: So many years ahead public holidays are looked up.
HOLIDAY_YEARS = 12
#: How far ahead an open-ended tour's check-ins are planned.
MONTHS_AHEAD = 12
#: From this difference on a scale of 1 to 5 the two views are called apart.
WIDE_GAP = 2
#: Characters in one written answer, or in the reason of a skip.
TEXT_LIMIT = 4000
#: Characters in one action, and how many can be open at a time in a tour.
ACTION_LIMIT = 500
MOST_OPEN_ACTIONS = 20
#: An action stands on the front page of whoever owes it from so many days before its day on.
ACTION_SOON_DAYS = 7
#: So many days after the day it is due, a side that has not handed in is reminded once more.
REMIND_AGAIN_DAYS_AFTER = 3
#: For so many days a check-in that has lapsed is news; what an outage keeps longer is history.
LAPSED_IS_NEWS_FOR_DAYS = 30
#: A manager who owes an answer to an expected role is reminded so many days before the day, on the day
#: after it, and again so many days after that.
EXPECTATION_SOON_DAYS = 3
EXPECTATION_AGAIN_DAYS = 7
#: An answer is looked at again so many days later, unless it says otherwise or the role is expected before;
#: once the day by which it is expected is there, at the latest.
EXPECTATION_REVIEW_DAYS = 180
#: What could not be mailed for so many days, through whatever outage, is history.
NEWS_FOR_DAYS = 30
#: A mark that falls by so many from one check-in to the next is a signal.
FELL_BY = 2
#: And so is one of these questions that has sunk as far below the best of so many check-ins before: the bored
#: seldom fall at once. The sentence of the signal says how many.
GROWTH = ("stretch", "learning")
LOOKED_BACK = 4
#: The question whether one still learns; up to this mark, twice in a row, the answer is no.
LEARNING = "learning"
LITTLE_LEARNT = 2
#: A close-out that lapsed is a signal for so many days, for there is none after it.
LAST_LAPSE_DAYS = 90
