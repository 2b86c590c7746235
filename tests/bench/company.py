"""The company that is measured: made once, and kept."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from alliance_site.local.folder import BASE_DIR

DOMAIN = "bench.example"
SECRET = "only-for-the-benchmark-" * 3  # nothing is reached from outside


def folder(people: int) -> Path:
    return BASE_DIR / ".bench" / str(people)


def settle(people: int) -> None:
    """What every process of the benchmark finds in its environment; its servers run from then on."""
    os.environ |= {
        "ENV_FILE": "",
        "DEMONSTRATION": "0",
        "SECRET_KEY": SECRET,
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "SITE_URL": "http://localhost",
        "BENCH_PORT": str(_free_port()),
        "DATA_DIR": str(folder(people)),
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
    }
    from alliance_site.local import servers

    servers.provide()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def make(people: int) -> float | None:
    """How many seconds it took, or None if it was there."""
    manage("migrate", "--verbosity", "0")  # a kept one may be of an earlier release
    done = folder(people) / "made"
    if done.exists():
        return None
    begun = time.monotonic()
    manage("seed_company", "--people", str(people), "--domain", DOMAIN)
    took = time.monotonic() - begun
    done.write_text(f"{took:.0f} s\n")
    return took


def manage(*words: str) -> None:
    subprocess.run([sys.executable, "manage.py", *words], cwd=BASE_DIR, check=True)
