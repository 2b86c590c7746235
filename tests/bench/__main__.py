"""`make bench`: makes the company, measures it, and prints one table."""

from __future__ import annotations

import os
import time

from tests.bench import company

PEOPLE = int(os.environ.get("PEOPLE", "10000"))
BEGUN = time.monotonic()
ROUNDS = int(os.environ.get("ROUNDS", "5"))


def main() -> None:
    company.settle(PEOPLE)
    took = company.make(PEOPLE)
    print("The company was there." if took is None else f"The company took {took:.0f} s to make.", flush=True)
    import django

    django.setup()
    from alliance_site.local import static_files, translations

    translations.compile_when_changed()
    static_files.collect_when_changed()
    measure()


def measure() -> None:
    from django.utils import timezone

    from alliance_site.garbage import look_past_what_is_loaded
    from tests.bench import dashboards, delivery, importing, load, outbox, pages, saving, site, table

    now = timezone.now()
    folder = company.folder(PEOPLE)
    plans = folder / "plans"
    plans.mkdir(exist_ok=True)
    people = site.cast(now.date())
    look_past_what_is_loaded()  # as a web process does
    say("dashboards")
    costs = [dashboards.cost(*each, plans) for each in pages.dashboards(people)]
    for each in pages.prepared(people):
        dashboards.keep_plans(*each, plans)
    say("dashboards again")
    again = [dashboards.again(*each) for each in pages.dashboards(people) if each[0] in table.TABS]
    say("saving")
    saved = saving.saving(now.date())
    cookies = {name: site.cookie_of(people[name]) for name in ("hr", "manager", "employee")}
    asked = pages.asked(people, cookies)
    say("pages under load")
    with site.running():
        load.measure(site.PORT, asked, ROUNDS)
    say("planning")
    planned = outbox.planning(now)
    say("delivery")
    delivered = delivery.delivering(now)
    say("import")
    imported = importing.importing(PEOPLE, folder)
    print(table.write(folder, asked, costs, again, saved, planned, delivered, imported), flush=True)
    print(f"Kept in {folder}, with what the database plans for each page.")


def say(stage: str) -> None:
    print(f"{time.monotonic() - BEGUN:5.0f} s  {stage} …", flush=True)


if __name__ == "__main__":
    main()
