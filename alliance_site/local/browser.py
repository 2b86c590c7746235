"""Where this machine keeps a Chromium for the browser tests, and how to get one where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess

#: The same without windows, which no test looks at; it takes half the time.
DEBIANS = "chromium-headless-shell"
NAMES = (DEBIANS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: Each server is asked once and waited for this long, in seconds: there may be no network.
ASKING = ("-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=10")


def find() -> str | None:
    """The path that CHROMIUM names, else the first one on PATH."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def install() -> None:
    """Debian's package without windows, else the one with them, by whoever may install one: where there is
    no Chromium, and on a machine that only runs the tests also where there is a slower one."""
    if os.environ.get("CHROMIUM") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    only_tests = os.environ.get("CI", "").lower() == "true"
    if shutil.which(DEBIANS) or (find() and not only_tests):
        return
    print("Installing Debian's Chromium …", flush=True)
    _apt("update", "-qq")
    for package in (DEBIANS, "chromium"):
        _apt("install", "-y", "-qq", "--no-install-recommends", package)
        if find():
            return


def _apt(*command: str) -> None:
    quiet = {"DEBIAN_FRONTEND": "noninteractive", **os.environ}
    subprocess.run(["apt-get", *ASKING, *command], stdout=subprocess.DEVNULL, env=quiet, check=False)  # noqa: S607
