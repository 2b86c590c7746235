"""`python -m tests.bench.growth 10000 100000`: what ten times the data cost, from the tables of two runs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from tests.bench import company

LEAST = "minimal page"
NOT_OURS = (LEAST, "minimal list")
SINGLE, DASHBOARD = 1.3, 1.2


def main() -> None:
    small, large = (_read(int(people)) for people in sys.argv[1:])
    for line in told(small, large):
        print(line)


def _read(people: int) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((company.folder(people) / "table.json").read_text())
    return table


def told(small: dict[str, Any], large: dict[str, Any]) -> Iterator[str]:
    for name, many in small["sizes"].items():
        yield f"{name:<24}{many:>12,} → {large['sizes'][name]:>9,}"
    yield from _singles(small, large)
    yield from _dashboards(small, large)


def _singles(small: dict[str, Any], large: dict[str, Any]) -> Iterator[str]:
    """Also by the least page of each run, for the machine may have had other things to do in one of them."""
    yield f"\n{'p95 ms':<24}{'small':>10}{'large':>10}{'growth':>10}{'by least':>10}{'bar':>10}"
    for kind in ("pages", "saving"):
        before, after = ({each["name"]: each["p95"] for each in table[kind]} for table in (small, large))
        least = after[LEAST] / before[LEAST]
        for name in before:
            if name not in NOT_OURS:
                growth = after[name] / before[name]
                times = f"{before[name] * 1000:>10.1f}{after[name] * 1000:>10.1f}"
                ratios = f"{growth:>10.2f}{growth / least:>10.2f}{f'≤ {SINGLE}':>10}"
                yield f"{name:<24}{times}{ratios}{_held(growth <= SINGLE):>10}"


def _dashboards(small: dict[str, Any], large: dict[str, Any]) -> Iterator[str]:
    """How much more the page grew than its own statements, run raw."""
    yield f"\n{'dashboard':<24}{'page':>10}{'raw':>10}{'page ÷ raw':>12}{'bar':>10}{'':>10}{'queries':>12}"
    before, after = ({each["name"]: each for each in table["dashboards"]} for table in (small, large))
    for name in before:
        page, raw = (after[name][kind] / before[name][kind] for kind in ("p95", "raw"))
        same = f"{before[name]['statements']} → {after[name]['statements']}"
        cells = f"{page:>10.2f}{raw:>10.2f}{page / raw:>12.2f}{f'≤ {DASHBOARD}':>10}"
        yield f"{name:<24}{cells}{_held(page / raw <= DASHBOARD):>10}{same:>12}"


def _held(held: bool) -> str:
    return "held" if held else "MISSED"


if __name__ == "__main__":
    main()
