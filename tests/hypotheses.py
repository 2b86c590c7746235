"""How random companies are tried: the same ones every time, and not for long.

ALLIANCE_COMPANIES=500 tries as many, each time others."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, Phase, settings

COMPANIES = int(os.environ.get("ALLIANCE_COMPANIES", "0"))


#: Decorates a test that is to be tried with others each time: a machine may be busy, which is no failure.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def quietly(given_: Any, examples: int = 25) -> Any:
    """A decorator of tests; each example rolls back what it wrote."""

    def decorate(test: Any) -> Any:
        return given_(
            settings(
                max_examples=COMPANIES or examples,
                deadline=None,
                derandomize=not COMPANIES,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
            )(test)
        )

    return decorate
