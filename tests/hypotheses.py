"""How random companies are tried: the same ones every time, and not for long."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, settings


def quietly(given_: Any, examples: int = 25) -> Any:
    """A decorator of tests; each example rolls back what it wrote."""

    def decorate(test: Any) -> Any:
        return given_(
            settings(
                max_examples=examples,
                deadline=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
            )(test)
        )

    return decorate
