"""`make test`: the checks run beside the tests, and whichever fails, the whole does."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from alliance_site.local import browser, pytest_servers, verify
from alliance_site.local.verify import Check

GOOD, BAD = Check("good", ["-c", "print('fine')"]), Check("bad", ["-c", "exit('the reason why')"])


@pytest.fixture
def verified(monkeypatch, capsys):
    """What it prints, and whether it fails, with such checks and such tests."""

    def run(*checks: Check, passed: bool = True) -> tuple[str, bool]:
        def tests(_measured: bool) -> tuple[bool, dict[str, int]]:
            sys.stdout.write("of the tests\n")
            return passed, {"passed": 7, "failed": int(not passed), "skipped": 0}

        monkeypatch.setattr("sys.argv", ["verify"])
        monkeypatch.setattr(pytest_servers, "provide", lambda: None)
        monkeypatch.setattr(verify, "find_browser", list)
        monkeypatch.setattr(verify, "CHECKS", checks)
        monkeypatch.setattr(verify, "run_tests", tests)
        failed = False
        try:
            verify.main()
        except SystemExit as end:
            failed = bool(end.code)
        return capsys.readouterr().out, failed

    return run


def test_all_is_good_where_checks_and_tests_are(verified):
    said, failed = verified(GOOD, GOOD)
    assert not failed
    assert said.count("ok     good") == 2
    assert "fine" not in said
    assert said.splitlines()[-1].startswith("All good: 2 checks, 7 tests")


def test_a_check_that_fails_beside_good_tests_fails_the_whole_and_is_named_at_the_end(verified):
    said, failed = verified(BAD, GOOD)
    assert failed
    assert "FAILED bad (" in said
    assert "ok     good" in said, "those after it run too"
    lines = said.splitlines()
    assert lines.index("of the tests") < lines.index("FAILED bad:") < lines.index("the reason why")
    assert lines[-1].startswith("NOT GOOD: bad failed; see above.")


def test_tests_that_fail_beside_good_checks_fail_the_whole(verified):
    said, failed = verified(GOOD, passed=False)
    assert failed
    assert said.splitlines()[-1].startswith("NOT GOOD: tests failed")


def test_what_failed_is_named_in_one_list(verified):
    said, _failed = verified(BAD, passed=False)
    assert said.splitlines()[-1].startswith("NOT GOOD: bad, tests failed")


def test_a_browser_without_windows_is_fetched_once_and_taken_before_another(monkeypatch, tmp_path):
    fetched = []

    def is_there(name: str) -> str:
        (tmp_path / name).touch(0o755)
        return str(tmp_path / name)

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(subprocess, "run", lambda command, **_how: fetched.append(command[-1]))
    chromium = is_there("chromium")
    is_there("apt-get")
    browser.install()
    assert fetched == ["-qq", browser.DEBIANS]
    assert browser.find() == chromium, "where nothing could be fetched"
    without_windows = is_there(browser.DEBIANS)
    browser.install()
    assert browser.find() == without_windows
    monkeypatch.setenv("CHROMIUM", chromium)
    browser.install()
    assert browser.find() == chromium
    assert len(fetched) == 2
