"""For how long people stay, and how they go: the shapes that turnover has in most companies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from alliance_site.demonstration.company.facts import Spell
from people.days import add_months

#: Up to how many months of service which share leaves each month: a few at once, the most around two years.
LEAVING = ((3, 0.018), (12, 0.010), (18, 0.009), (28, 0.0155), (60, 0.0095), (10_000, 0.0065))

#: How often in a hundred.
ENDINGS = {
    "resignation": 68,
    "dismissal": 8,
    "redundancy": 5,
    "end_of_contract": 9,
    "retirement": 6,
    "death": 1,
    "other": 3,
}
REGRETTED = 0.42  #: of those who resign
UNSAID = 0.12  #: of those who leave: HR has not said
RENEWED = 0.07  #: of those who stay for longer than a first contract of a year
A_CAREER, A_CONTRACT = 60, 30  #: months: retires after more, comes to the end of a contract after fewer

NOTES = {
    "resignation": ("Pay", "Work nearer to home", "A lead role elsewhere", "Nothing new to learn here",
                    "Family moved", "A start-up of old friends", "Shift work", "A larger team abroad"),
    "dismissal": ("Repeated breaches of the safety rules", "Targets missed for a second year",
                  "Differences that could not be settled"),
    "redundancy": ("Department closed", "Fewer sites to serve"),
    "end_of_contract": ("Fixed term, not renewed", "Season contract"),
    "retirement": ("Retired", "Early retirement"),
    "death": ("",),
    "other": ("Moved to a partner company with the contract",),
}  # fmt: skip
WHY_REGRETTED = (
    "Had asked for a new mission twice, and was put off twice.",
    "The promise that mattered most came up after the notice.",
    "Said in the check-ins that the work had stopped being new; we kept the same mission.",
    "The talk about the next tour was put off until it was too late.",
    "Knew the customers like nobody else. We were ready to offer a lead role in spring.",
    "Would have stayed for two days a week at home. Nobody asked.",
)


def stays(rng: Random, served: int = 0) -> int:
    """For how many more months somebody stays who has been here for `served` months; at least one."""
    left, month = rng.expovariate(1), served
    for until, hazard in LEAVING:
        if month < until:
            need = (until - month) * hazard
            if left <= need:
                return max(1, month - served + int(left / hazard))
            left -= need
            month = until
    return 10_000


def recorded(rng: Random, spell: Spell, last: date) -> Spell:
    """Of some the first contract was of a year; of some HR has not said whether it is a loss."""
    renewed = add_months(spell.hired_on, 12)
    if renewed < last and rng.random() < RENEWED:
        spell = replace(spell, renewed_on=renewed)
    if spell.left_on and rng.random() < UNSAID:
        spell = replace(spell, regretted=None, regretted_reason="")
    return spell


def ended(rng: Random, spell: Spell, left_on: date, ending: str = "") -> Spell:
    """The spell with its end, how it came, and whether HR regrets it."""
    served = (left_on - spell.hired_on).days / 30.4
    ending = ending or rng.choices(list(ENDINGS), list(ENDINGS.values()))[0]
    if (ending == "retirement" and served < A_CAREER) or (
        ending == "end_of_contract" and served > A_CONTRACT
    ):
        ending = "resignation"
    regretted = rng.random() < (REGRETTED if ending == "resignation" else 0.03)
    why = rng.choice(WHY_REGRETTED) if regretted and ending == "resignation" else ""
    if regretted and not why:
        why = "Much missed." if ending == "death" else "We should have found another place in time."
    return Spell(spell.hired_on, left_on, ending, rng.choice(NOTES[ending]), regretted, why)
