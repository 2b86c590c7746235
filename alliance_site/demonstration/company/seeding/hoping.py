"""Which role somebody expects next, and what their manager answered."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from alliance_site.demonstration.company.calendar import Clock
from alliance_site.demonstration.company.facts import Hope, Line, Member, Replied
from people.days import add_months

SHARE = 0.14  #: of those at work
ANSWER_WITHIN = timedelta(days=14)  #: as in every policy of such a company
REVIEWED_AFTER = (150, 240)  #: days
#: What became of it, how often in a hundred; who says nothing of it is waited for, not yet too long.
CAME_OF_IT = {"answered": 70, "waiting": 12, "overdue": 5, "withdrawn": 5, "gone": 8}
RANKS = {"Senior", "Graduate", "Apprentice", "Junior"}  #: in a title, before what is done
VERDICTS = {"backed": 40, "possible": 38, "not_planned": 22}

WHY = (
    "I do most of it already, without anybody calling it so.",
    "It is what I came here for, and I would like to know whether it can come about.",
    "I would rather hear now that it will not be than find out in two years.",
    "Others ask me first by now. I would like to have the name and the time for it.",
)
WORDS = {
    "backed": ("I have put it into the plan for next year, and say so to whoever decides.",
               "Yes. You take over the first part of it this spring."),
    "possible": ("Then you are my first choice. I cannot promise that it comes.",
                 "I want it too, and say what it hangs on so that you need not guess."),
    "not_planned": ("There is no such place in the next two years. I would rather help you to another.",
                    "Not in this team. Shall we talk to those who have one?"),
}  # fmt: skip
CONDITIONS = ("The second site is decided.", "The team grows to ten.", "The post is approved for next year.")
GONE = "The post went to somebody who has led such a team before. I should have told you sooner how it stood."


def hope_of(rng: Random, member: Member, lines: list[Line], until: date) -> Hope | None:
    """Of somebody at work, told to whoever managed them then."""
    if rng.random() >= SHARE or not lines:
        return None
    came_of_it = rng.choices(list(CAME_OF_IT), list(CAME_OF_IT.values()))[0]
    stated = until - timedelta(days=_days_ago(rng, came_of_it))
    line = next((line for line in lines if line.since <= stated <= (line.until or date.max)), None)
    if line is None:
        return None
    clock = Clock(rng, until)
    at = clock.at(stated)
    hope = Hope(member.key, line.manager, _role(rng, member), add_months(stated, rng.choice((12, 18, 24))),
                rng.choice(WHY), at, stated + ANSWER_WITHIN)  # fmt: skip
    _comes_about(rng, clock, hope, came_of_it, line.until or until)
    return hope


def _days_ago(rng: Random, came_of_it: str) -> int:
    if came_of_it == "waiting":
        return rng.randint(3, 12)
    return rng.randint(18, 40) if came_of_it == "overdue" else rng.randint(20, 145)


def _role(rng: Random, member: Member) -> str:
    """A step beyond what they do now."""
    title = member.posts[-1].title
    if title.startswith(("Head of", "Managing")):
        return "A seat on the board"
    if title.startswith("Team Lead"):
        return f"Head of {member.posts[-1].department}"
    rank, _, rest = title.partition(" ")
    craft = rest if rank in RANKS else title
    return rng.choice((f"Team Lead, {member.posts[-1].department}", f"Lead {craft}"))


def _comes_about(rng: Random, clock: Clock, hope: Hope, came_of_it: str, together_until: date) -> None:
    """Nothing by a manager who is not theirs any more."""
    if came_of_it == "withdrawn":
        hope.withdrawn_at = clock.after(hope.stated_at, 12)
    if came_of_it not in {"answered", "gone"}:
        return
    at = clock.after(hope.stated_at, 11)
    if at.date() > together_until:
        return
    verdict = rng.choices(list(VERDICTS), list(VERDICTS.values()))[0]
    hope.due_on = at.date() + timedelta(days=rng.randint(*REVIEWED_AFTER))
    condition = rng.choice(CONDITIONS) if verdict == "possible" else ""
    hope.reply = Replied(verdict, condition, rng.choice(WORDS[verdict]), hope.due_on, at)
    gone = clock.after(at, 60)
    if came_of_it == "gone" and gone.date() <= together_until and gone.date() > at.date():
        hope.gone = (GONE, gone)
        hope.heard_at = clock.after(gone, 6) if rng.random() < 0.7 else None
