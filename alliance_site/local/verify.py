"""`python -m alliance_site.local.verify`: everything that must hold before a change lands; `make test`.

The checks that only read run beside the tests, one after another; the tests are in parallel themselves. How a
check went is said as it ends, what a failed one said after the tests. The last two lines are the counts and,
in one sentence, how it went.

`make coverage` also measures which branches the tests take, which makes them half as slow again.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from alliance_site.local import browser, pytest_servers
from alliance_site.local.folder import BASE_DIR

#: The tests' processes: one more than two cores, for some tests wait for a browser or for other processes.
TESTING = 3
READING = 2  #: checks at a time, where there are no tests beside them
COVERED = 95.0  #: percent of our own branches that tests take, at least


@dataclass(frozen=True)
class Check:
    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)

    def run(self) -> tuple[Check, float, subprocess.CompletedProcess[str]]:
        started = time.monotonic()
        result = subprocess.run(
            [sys.executable, *self.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **self.environment},
            cwd=BASE_DIR,
            text=True,
            check=False,
        )
        return self, time.monotonic() - started, result


# As an installation behind HTTPS would have it; nothing of it is reached, it is only checked.
PRODUCTION = {
    "SECRET_KEY": "checked-as-in-production:" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "SITE_URL": "https://alliance.example.com",
    "ALLOWED_HOSTS": "alliance.example.com",
    "BEHIND_PROXY": "1",
    "EMAIL_URL": "submission://alliance:password@mail.example.com",
    "DEFAULT_FROM_EMAIL": "Alliance <alliance@example.com>",
}

CHECKS = [
    Check("types", ["-m", "mypy", "."]),
    Check("lint", ["-m", "ruff", "check", "."]),
    Check("format", ["-m", "ruff", "format", "--check", "."]),
    Check("import directions", ["-c", "from importlinter.cli import lint_imports_command as c; c()"]),
    Check("migrations", ["manage.py", "makemigrations", "--check", "--dry-run"]),
    Check("deployment", ["manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
]


def main() -> None:
    started = time.monotonic()
    pytest_servers.provide()
    reading = "--only-reading" in sys.argv
    failed: list[str] = []
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    remarks: list[str] = []
    with ThreadPoolExecutor(1) as beside:
        checks = beside.submit(run_checks, READING if reading else 1)
        if not reading:
            remarks = find_browser()
            measured = "--coverage" in sys.argv
            passed, counts = run_tests(measured)
            failed += [] if passed else ["tests"]
            if measured:
                total = branch_coverage()
                remarks.append(f"branch coverage {total} %")
                failed += [] if total >= COVERED else ["coverage"]
    finish([*tell(checks.result()), *failed], counts, remarks, time.monotonic() - started)


def run_checks(at_a_time: int) -> dict[str, str]:
    """Says of each how it went as it ends, and returns the names of those that failed with what they said."""
    failed = {}
    with ThreadPoolExecutor(at_a_time) as pool:
        for check, seconds, result in pool.map(Check.run, CHECKS):
            word = "FAILED" if result.returncode else "ok    "
            print(f"{word} {check.name} ({seconds:.0f} s)\n", end="", flush=True)
            if result.returncode:
                failed[check.name] = result.stdout
    return failed


def tell(failed: dict[str, str]) -> list[str]:
    """What they said, together: beside the tests it would be lost among their dots."""
    for name, said in failed.items():
        print(f"FAILED {name}:\n{said}", flush=True)
    return list(failed)


def find_browser() -> list[str]:
    browser.install()
    if path := browser.find():
        os.environ["CHROMIUM"] = path
        return []
    return ["WITHOUT THE BROWSER TESTS: there is no Chromium on this machine, and it could not be installed"]


def run_tests(measured: bool) -> tuple[bool, dict[str, int]]:
    command = [
        sys.executable, "-m", "pytest", "-q", f"-n{TESTING}", "--dist=loadfile", "--no-loadscope-reorder",
        *(["--cov", "--cov-branch", "--cov-report="] if measured else []),
        *(["--color=yes"] if sys.stdout.isatty() else []),
    ]  # fmt: skip
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=BASE_DIR, text=True) as tests:
        assert tests.stdout
        for line in tests.stdout:
            print(line, end="", flush=True)
            last = line if " in " in line and re.search(r"\d+ (passed|failed|error)", line) else last
    found = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error|skipped)", last)}
    counts = {
        "passed": found.get("passed", 0),
        "failed": found.get("failed", 0) + found.get("error", 0),
        "skipped": found.get("skipped", 0),
    }
    return tests.returncode == 0 and counts["passed"] > 0, counts


def branch_coverage() -> float:
    """Percent; none where nothing was measured."""
    command = [sys.executable, "-m", "coverage", "report", "--format=total", "--precision=1"]
    total = subprocess.run(command, capture_output=True, text=True, cwd=BASE_DIR, check=False).stdout.strip()
    return float(total) if total.replace(".", "").isdigit() else 0.0


def finish(failed: list[str], counts: dict[str, int], remarks: list[str], seconds: float) -> None:
    """Two closing lines: the plain counts that machines look for, and one that a person reads."""
    if "--only-reading" not in sys.argv:
        print(", ".join(f"{number} {word}" for word, number in counts.items()))
    remarks = [f"{counts['passed']} tests", *remarks] if counts["passed"] else remarks
    rest = ", ".join([f"{len(CHECKS)} checks", *remarks, f"{seconds:.0f} s"])
    if failed:
        print(f"NOT GOOD: {', '.join(failed)} failed; see above. ({rest})", flush=True)
        sys.exit(1)
    print(f"All good: {rest}.", flush=True)


if __name__ == "__main__":
    main()
