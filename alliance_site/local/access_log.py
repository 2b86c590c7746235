"""What gunicorn notes of each request, and of what went wrong with one."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger

from alliance_site.logs import DiscreetFormatter, without_tokens


class DiscreetLogger(Logger):  # type: ignore[misc]
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(DiscreetFormatter(self.error_fmt, self.datefmt))

    def atoms(self, *args: Any) -> dict[str, Any]:
        return {
            name: without_tokens(value) if isinstance(value, str) else value
            for name, value in super().atoms(*args).items()
        }
