"""What both wrote down once a check-in was revealed: a summary, and who does what until when."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from alliance_site.demonstration.company import afterwards
from alliance_site.demonstration.company.calendar import Clock, working_day
from alliance_site.demonstration.company.facts import EMPLOYEE, MANAGER, Agreed, CheckIn

DONE, DROPPED = 0.75, 0.1  #: of those that have come due; the others are open for a while longer
SETTLED_WITHIN = timedelta(days=45)


class Talk:
    """`share` is how many of the revealed check-ins were talked about so that something was written down."""

    def __init__(self, rng: Random, today: date, share: float) -> None:
        self.rng, self.today, self.share = rng, today, share
        self.clock = Clock(rng, today)

    def after(self, checkin: CheckIn) -> None:
        if checkin.revealed_at is None or self.rng.random() > self.share:
            return
        at = self.clock.after(checkin.revealed_at, 5)
        side, other = self.rng.sample((EMPLOYEE, MANAGER), 2)
        checkin.summary = (side, self.rng.choice(afterwards.SUMMARIES), at)
        for owner in (side, other)[: self.rng.randint(0, 2)]:
            what, due = (
                self.rng.choice(afterwards.ACTIONS[owner]),
                working_day(at.date() + timedelta(days=28)),
            )
            checkin.actions.append(self._came_to(Agreed(owner, what, due, side, at)))

    def _came_to(self, action: Agreed) -> Agreed:
        chance, settled = self.rng.random(), self.clock.after(action.at, 24)
        if action.due_on > self.today or (
            chance > DONE + DROPPED and action.due_on > self.today - SETTLED_WITHIN
        ):
            return action
        done = chance < DONE
        outcome, why = ("done", "") if done else ("dropped", self.rng.choice(afterwards.DROPPED))
        return Agreed(
            action.owner,
            action.what,
            action.due_on,
            action.side,
            action.at,
            outcome,
            why,
            (action.owner, settled),
        )
