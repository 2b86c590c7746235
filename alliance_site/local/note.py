"""The launcher's note in the data folder: where its site is, and which children it has.

The next start after a kill -9 ends these children; other commands learn the site's address.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from alliance_site.local.folder import data_dir, writing


def read() -> dict[str, Any]:
    try:
        return dict(json.loads(_path().read_text()))
    except (OSError, ValueError):
        return {}


def write(site_url: str, children: list[dict[str, Any]]) -> None:
    new = _path().with_suffix(".new")
    with writing(new.parent):
        new.write_text(json.dumps({"pid": os.getpid(), "site_url": site_url, "children": children}))
        new.replace(_path())


def remove() -> None:
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return data_dir() / "run.json"
