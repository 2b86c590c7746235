"""`make bench`: makes the company, measures it, and prints one table."""

from __future__ import annotations

import os

from tests.bench import company

PEOPLE = int(os.environ.get("PEOPLE", "10000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))


def main() -> None:
    company.settle(PEOPLE)
    took = company.make(PEOPLE)
    print("The company was there." if took is None else f"The company took {took:.0f} s to make.", flush=True)
    import django

    django.setup()
    measure()


def measure() -> None:
    from django.utils import timezone

    from tests.bench import dashboards, load, outbox, pages, site, table

    now = timezone.now()
    folder = company.folder(PEOPLE)
    plans = folder / "plans"
    plans.mkdir(exist_ok=True)
    people = site.cast(now.date())
    costs = [dashboards.cost(*each, plans) for each in pages.dashboards(people)]
    cookies = {name: site.cookie_of(people[name]) for name in ("hr", "manager", "employee")}
    asked = pages.asked(people, cookies)
    with site.running():
        load.measure(site.PORT, asked, ROUNDS)
    print(table.write(folder, asked, costs, outbox.planning(now)), flush=True)
    print(f"Kept in {folder}, with what the database plans for each dashboard.")


if __name__ == "__main__":
    main()
