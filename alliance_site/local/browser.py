"""Where this machine keeps a Chromium for the browser tests, and how to get one where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess

#: The same without windows, which no test looks at; it takes half the time.
DEBIANS = "chromium-headless-shell"
NAMES = (DEBIANS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str | None:
    """The path that CHROMIUM names, else the first one on PATH."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def install() -> None:
    """Debian's package, by whoever may install one, unless another is named. Without it any other will do."""
    there = os.environ.get("CHROMIUM") or shutil.which(DEBIANS)
    if there or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("Installing Debian's Chromium without windows …", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive", **os.environ}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", DEBIANS]):
        subprocess.run(["apt-get", *command], stdout=subprocess.DEVNULL, env=quiet, check=False)  # noqa: S607
