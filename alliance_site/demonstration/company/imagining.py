"""The demonstration company: first decided, then written. See `facts.py` for what is decided."""

from __future__ import annotations

from datetime import date
from random import Random

from alliance_site.demonstration.accounts import DOMAIN
from alliance_site.demonstration.company.calendar import month_start
from alliance_site.demonstration.company.checking import Diary
from alliance_site.demonstration.company.ending import Ending
from alliance_site.demonstration.company.facts import Company
from alliance_site.demonstration.company.keeping import Keeping
from alliance_site.demonstration.company.roster import DEPARTMENTS
from alliance_site.demonstration.company.seeding import Plan, Seeded
from alliance_site.demonstration.company.staff import hire_all
from alliance_site.demonstration.company.touring import tours_of_all

FOUNDED_MONTHS_AGO = 108
OTHERS, YEARS = 136, 4  #: so that 200 work there


def imagine(seed: int, today: date) -> Company:
    """The same company for the same seed and day, all of it in the past as seen from that day."""
    rng, ends = Random(seed), Random(-seed - 1)  # noqa: S311 - a story, not a secret
    said = Random(f"promises {seed}")  # noqa: S311
    members = hire_all(rng, today)
    tours = tours_of_all(rng, members, today)
    following = {id(tour.previous): tour.type for tour in tours if tour.state in {"agreed", "proposed"}}
    for tour in tours:
        if tour.has_force:
            tour.told = Keeping(said, members, tour, today).write()
            tour.checkins = Diary(rng, members, tour, today).write()
            ending = Ending(ends, members, tour, today)
            tour.checkins += ending.write()
            tour.outcomes = ending.agree(following.get(id(tour)))
    return Company(today, month_start(today, FOUNDED_MONTHS_AGO), DEPARTMENTS, members, tours)


def surround(company: Company, seed: int) -> Seeded:
    """The many others of a company in which the told ones work, made up under the same managing director."""
    names = [member.name for member in company.members.values()]
    plan = Plan(OTHERS, YEARS, seed, company.today, DOMAIN)
    return Seeded(plan, company.members["ceo"], names)
