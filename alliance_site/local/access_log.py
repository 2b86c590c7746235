"""What gunicorn notes of each request, without the links that are as good as a password."""

from __future__ import annotations

import re
from typing import Any

from gunicorn.glogging import Logger

TOKEN = re.compile(r"(/password/new/[^/\s]+/)[^/\s?]+")


class DiscreetLogger(Logger):  # type: ignore[misc]
    def atoms(self, *args: Any) -> dict[str, Any]:
        return {
            name: TOKEN.sub(r"\1…", value) if isinstance(value, str) else value
            for name, value in super().atoms(*args).items()
        }
