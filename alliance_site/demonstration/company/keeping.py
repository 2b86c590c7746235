"""What became of the promises: said by those to whom they were owed, some days after they were due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from alliance_site.demonstration.accounts import ACCOUNTS
from alliance_site.demonstration.company.calendar import Clock, working_day
from alliance_site.demonstration.company.facts import EMPLOYEE, MANAGER, Member, Owed, Told, Tour

#: Of a hundred promises that came due, how many each side kept, by the mood of the tour.
KEPT = {
    "fading": {MANAGER: 55, EMPLOYEE: 95},
    "star": {MANAGER: 55, EMPLOYEE: 98},
    "heir": {MANAGER: 70, EMPLOYEE: 95},
}
USUALLY = {MANAGER: 86, EMPLOYEE: 89}
UNSAID = 15  #: of a hundred that came due lately, how many nobody has judged yet
LATELY, A_WEEK = timedelta(days=80), timedelta(days=7)

THANKS = {
    EMPLOYEE: (
        "",
        "On time, and without my having to ask twice.",
        "Later than I had hoped, but all of it. Thank you.",
        "It opened a door that I could not have opened alone.",
    ),
    MANAGER: (
        "",
        "Done, and better than we had put it on paper.",
        "Done. The others use it already.",
        "On the day, as promised.",
    ),
}
LACKING = {
    EMPLOYEE: (
        "It was in the plan twice and was moved twice. By now it would come too late to help me.",
        "There was no budget when it came to it, and nobody told me until I asked.",
        "Half of it happened. The half that mattered to me did not.",
    ),
    MANAGER: (
        "Two thirds are done; the rest was put off for the customer's project.",
        "The day passed without a word. Next time I should like to hear of it before.",
    ),
}


class Keeping:
    """What both said about the promises of one tour."""

    def __init__(self, rng: Random, members: dict[str, Member], tour: Tour, today: date) -> None:
        self.rng, self.tour, self.today = rng, tour, today
        self.clock = Clock(rng, today)
        self.diligent = bool({tour.employee, tour.manager} & {account.key for account in ACCOUNTS})
        left = [members[key].spells[-1].left_on for key in (tour.employee, tour.manager)]
        self.until = min([day for day in left if day] + [today - A_WEEK])

    def write(self) -> list[Told]:
        running = self.tour.last_day is None or self.tour.last_day >= self.today
        if self.tour.employee == "ines" and running:
            return list(self._of_ines())
        return [told for owed in self.tour.terms.promises for told in self._judged(owed)]

    def _judged(self, owed: Owed) -> Iterator[Told]:
        day = self._day_after(owed, 6)
        late = self.tour.early is not None and owed.due_on > self.tour.early.on
        unsaid = not self.diligent and owed.due_on > self.today - LATELY and self.rng.random() * 100 < UNSAID
        if late or unsaid or day > self.until:
            return
        judge = EMPLOYEE if owed.by == MANAGER else MANAGER
        kept = self.rng.random() * 100 < KEPT.get(self.tour.mood, USUALLY)[owed.by]
        words = self.rng.choice((THANKS if kept else LACKING)[judge])
        yield Told(owed, "kept" if kept else "not_kept", judge, words, self.clock.at(day))

    def _of_ines(self) -> Iterator[Told]:
        """Two kept; one that Tomas owes and is late with; one judged twice; one that she asks to drop."""
        companys = [owed for owed in self.tour.terms.promises if owed.by == MANAGER]
        measured, nights = (owed for owed in self.tour.terms.promises if owed.by == EMPLOYEE)
        for owed, words in zip(companys[:2], THANKS[EMPLOYEE][1:], strict=False):
            yield Told(owed, "kept", EMPLOYEE, words, self._at(owed))
        first = self._at(measured)
        yield Told(measured, "not_kept", MANAGER, "A chart, yes, but without the spread.", first)
        again = self.clock.after(first + timedelta(days=9), 3)
        yield Told(measured, "kept", MANAGER, "The spread is in it now, and it changed the order.", again)
        why = "The fleet has doubled since. Thirty nights in a row now measure the parks, not the run."
        yield Told(nights, "asked", EMPLOYEE, why, self.clock.at(self.today - timedelta(days=5)))

    def _at(self, owed: Owed) -> datetime:
        return self.clock.at(self._day_after(owed, 4))

    def _day_after(self, owed: Owed, days: int) -> date:
        """Not before the first terms that hold it were signed."""
        held = (v.signed_at for v in self.tour.versions if v.signed_at and owed in v.promises)
        return working_day(max(owed.due_on, next(held).date()) + timedelta(days=self.rng.randint(1, days)))
