"""Where this machine keeps a Chromium for the browser tests, and how to get one where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str | None:
    """The path that CHROMIUM names, else the first one on PATH."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def install() -> str | None:
    """Debian's package, by whoever may install one; None where that is not possible."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print("There is no Chromium on this machine; installing Debian's …", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive", **os.environ}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", *command], stdout=subprocess.DEVNULL, env=quiet, check=False)  # noqa: S607
    return find()
