"""One table of it all, which a person reads in a minute."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.db import connection

from alliance_site.dashboards import kept
from alliance_site.outbox import pace
from tests.bench.dashboards import Again, Cost
from tests.bench.delivery import Delivered
from tests.bench.importing import Imported
from tests.bench.load import Asked
from tests.bench.outbox import Planned
from tests.bench.saving import Saved

#: Each page with the page that it is compared with, and the share of its rate that is to be reached.
BARS = {
    "people": ("minimal list", 0.5),
    "home of a manager": ("minimal list", 0.5),
    "person": ("minimal page", 0.35),
    "tour": ("minimal page", 0.35),
    "tour, along the way": ("minimal page", 0.35),
    "check-in, open": ("minimal page", 0.35),
    "check-in, revealed": ("minimal page", 0.35),
}
#: What HR's dashboard consists of; the lists behind its numbers are not, and have no bar of this kind.
TABS = ("overview", "departments", "staying-by-type", "staying-by-year", "staying-by-department", "tours")
DASHBOARD, SNAPSHOT, SAVING, PLANNING, STATEMENTS, DELIVERY = 1.5, 4, 5, 10, 5, 400
#: Seconds for 100,000 people, at first and again, and bytes.
IMPORT, AGAIN, MEMORY = 120, 40, 500_000_000


def machine() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0]
    return {
        "processors": os.cpu_count(),
        "load": [round(each, 1) for each in os.getloadavg()],
        "system": platform.platform(),
        "python": platform.python_version(),
        "django": version("django"),
        "postgres": postgres,
        "revision": _revision(),
    }


def _revision() -> str:
    """Of the code that is measured; with a plus where it was changed since."""
    asked = ["git", "describe", "--always", "--exclude=*", "--dirty=+"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def sizes() -> dict[str, int]:
    from feedback.models import CheckIn
    from people.models import Department, Person
    from tours.models import Tour

    return {model.__name__: model.objects.count() for model in (Person, Department, Tour, CheckIn)}


def write(
    folder: Path,
    pages: Sequence[Asked],
    costs: Sequence[Cost],
    again: Sequence[Again],
    saved: Sequence[Saved],
    planned: Planned,
    delivered: Delivered,
    imported: Sequence[Imported],
) -> str:
    about, many = machine(), sizes()
    parts = (
        _about(about, many),
        _pages(pages),
        _costs(costs),
        _again(again, saved[0]),
        _saved(saved),
        _posted(planned, delivered),
        _imported(*imported),
    )
    text = "\n".join(line for part in parts for line in (*part, ""))
    (folder / "table.txt").write_text(text)
    told = {
        "machine": about,
        "sizes": many,
        "pages": [
            {"name": p.name, "rate": p.rate, "spread": p.spread, "p50": p.p50, "p95": p.p95, "bytes": p.bytes}
            for p in pages
        ],
        "dashboards": [asdict(cost) | {"ratio": cost.ratio} for cost in costs],
        "dashboards again": [asdict(each) for each in again],
        "saving": [
            {"name": each.name, "p50": each.p50, "p95": each.p95, "statements": each.statements}
            for each in saved
        ],
        "planning": asdict(planned),
        "delivery": asdict(delivered),
        "import": [asdict(each) for each in imported],
    }
    (folder / "table.json").write_text(json.dumps(told, indent=2))
    return text


def _about(about: dict[str, Any], many: dict[str, int]) -> Iterator[str]:
    yield ", ".join(f"{name} {value}" for name, value in about.items())
    yield ", ".join(f"{number:,} of {name}" for name, number in many.items())


def _pages(pages: Sequence[Asked]) -> Iterator[str]:
    """Requests a second of 8 clients, with the spread of the rounds; times of one client alone."""
    by_name = {page.name: page for page in pages}
    heads = ("requests/s", "spread", "p50 ms", "p95 ms", "kB", "of minimal", "bar", "")
    yield f"{'page':<24}" + "".join(f"{head:>14}" for head in heads)
    for page in pages:
        low, high = page.spread
        cells = [
            f"{page.rate:.0f}",
            f"{low:.0f}–{high:.0f}",
            f"{page.p50 * 1000:.1f}",
            f"{page.p95 * 1000:.1f}",
        ]
        cells.append(f"{page.bytes / 1000:.1f}")
        if page.name in BARS:
            other, bar = BARS[page.name]
            share = page.rate / by_name[other].rate
            cells += [f"{share:.0%}", f"≥ {bar:.0%}", _held(share >= bar)]
        yield f"{page.name:<24}" + "".join(f"{cell:>14}" for cell in cells)


def _costs(costs: Sequence[Cost]) -> Iterator[str]:
    """Afresh, against the sum of the page's own statements run raw in the same process."""
    heads = ("p50 ms", "p95 ms", "raw ms", "p95 ÷ raw", "bar", "", "queries", "kB")
    yield f"{'dashboard':<24}" + "".join(f"{head:>14}" for head in heads)
    tabs = [each for each in costs if each.name in TABS]
    p50, p95, raw = (sum(getattr(each, kind) for each in tabs) for kind in ("p50", "p95", "raw"))
    statements, size = sum(each.statements for each in tabs), sum(each.bytes for each in tabs)
    whole = Cost("all of HR's pages", p50, p95, raw, statements, size)
    for each in (*costs, whole):
        cells = [f"{seconds * 1000:.0f}" for seconds in (each.p50, each.p95, each.raw)]
        judged = f"≤ {DASHBOARD}", _held(each.ratio <= DASHBOARD)
        cells += [f"{each.ratio:.2f}", *(("", "") if each.name.startswith("list-") else judged)]
        cells += [str(each.statements), f"{each.bytes / 1000:.1f}"]
        yield f"{each.name:<24}" + "".join(f"{cell:>14}" for cell in cells)


def _again(again: Sequence[Again], least: Saved) -> Iterator[str]:
    """Within the minutes for which figures that took long to count stand, against the least page.
    What takes so little time that it is counted anew each time takes as long again, and is no snapshot."""
    heads = ("p50 ms", "p95 ms", "of minimal", "bar", "", "counted ms")
    yield f"{'dashboard, again':<24}" + "".join(f"{head:>14}" for head in heads)
    for each in again:
        ratio = each.p95 / least.p95
        cells = [f"{each.p50 * 1000:.1f}", f"{each.p95 * 1000:.1f}", f"{ratio:.1f}"]
        is_kept = kept.is_worth_it(each.p50, can_ask=True) or each.p50 < each.counted / 2
        judged = f"≤ {SNAPSHOT}", _held(ratio <= SNAPSHOT)
        cells += [*(judged if is_kept else ("", "never kept")), f"{each.counted * 1000:.0f}"]
        yield f"{each.name:<24}" + "".join(f"{cell:>14}" for cell in cells)


def _saved(saved: Sequence[Saved]) -> Iterator[str]:
    """In one process and taken back each time, against the least page asked for in the same way."""
    least, *others = saved
    heads = ("p50 ms", "p95 ms", "of minimal", "bar", "", "statements")
    yield f"{'saving':<24}" + "".join(f"{head:>14}" for head in heads)
    for each in saved:
        cells = [f"{each.p50 * 1000:.1f}", f"{each.p95 * 1000:.1f}"]
        ratio = each.p95 / least.p95
        cells += [f"{ratio:.1f}", f"≤ {SAVING}", _held(ratio <= SAVING)] if each in others else [""] * 3
        yield f"{each.name:<24}" + "".join(f"{cell:>14}" for cell in [*cells, str(each.statements)])


def _posted(planned: Planned, delivered: Delivered) -> Iterator[str]:
    ratio = planned.seconds / planned.raw
    each = planned.statements / max(planned.messages / 1000, 1)
    yield (
        f"planning {planned.messages:,} messages: {planned.seconds:.1f} s, {ratio:.1f} × its raw queries "
        f"(≤ {PLANNING}: {_held(ratio <= PLANNING)}), {each:.1f} statements per 1,000 "
        f"(≤ {STATEMENTS}: {_held(each <= STATEMENTS)})"
    )
    rests = min(planned.idle * pace.TIMES_AS_LONG, pace.LONGEST) if planned.idle >= pace.NOTICEABLE else 0
    yield (
        f"a look that finds nothing new: {planned.idle:.1f} s in {planned.asked} statements, "
        f"the next one {max(rests, 60):.0f} s later"
    )
    rate = delivered.letters / delivered.seconds
    yield (
        f"delivering {delivered.letters:,} letters: {rate:.0f} a second by two processes in "
        f"{delivered.conversations} conversations (≥ {DELIVERY}: {_held(rate >= DELIVERY)})"
    )


def _imported(first: Imported, again: Imported) -> Iterator[str]:
    for each, said, bar in ((first, "importing", IMPORT), (again, "the same file again", AGAIN)):
        yield (
            f"{said}, {each.people:,} people: {each.seconds:.1f} s (≤ {bar}: {_held(each.seconds <= bar)}), "
            f"{each.peak / 1e6:.0f} MB at most (≤ {MEMORY / 1e6:.0f}: {_held(each.peak <= MEMORY)})"
        )


def _held(held: bool) -> str:
    return "held" if held else "MISSED"
