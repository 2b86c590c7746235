"""`make test`: the checks run beside the tests, and whichever fails, the whole does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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


class Bare:
    """A machine with nothing on it but what is put there; what apt-get can have, and was asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked = folder, list[str]()
        self.packages: set[str] = set()

    def put(self, name: str) -> str:
        (self.folder / name).touch(0o755)
        return str(self.folder / name)

    def apt(self, command: list[str], **_how: object) -> None:
        assert {"Acquire::Retries=0", "Acquire::http::Timeout=10"} <= set(command), "without end"
        self.asked.append(command[-1])
        if command[-1] in self.packages:
            self.put(command[-1])


@pytest.fixture
def bare(monkeypatch, tmp_path):
    machine = Bare(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("CHROMIUM", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(subprocess, "run", machine.apt)
    machine.put("apt-get")
    return machine


@pytest.mark.parametrize("continuous", ["", "true"])
def test_where_there_is_no_browser_the_one_without_windows_is_fetched_once(bare, monkeypatch, continuous):
    monkeypatch.setenv("CI", continuous)
    bare.packages = {browser.DEBIANS, "chromium"}
    for _time in range(2):
        browser.install()
        assert bare.asked == ["-qq", browser.DEBIANS]
    assert browser.find() == str(bare.folder / browser.DEBIANS)


def test_where_only_the_one_with_windows_can_be_had_it_is_fetched(bare):
    bare.packages = {"chromium"}
    browser.install()
    assert browser.find() == str(bare.folder / "chromium")


def test_nothing_is_asked_where_a_browser_is_there_or_named(bare, monkeypatch):
    chromium = bare.put("chromium")
    browser.install()
    assert browser.find() == chromium
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("CHROMIUM", chromium)
    browser.install()
    assert bare.asked == []


def test_a_machine_that_only_tests_fetches_the_faster_one_and_takes_the_other_where_it_cannot(
    bare, monkeypatch
):
    chromium = bare.put("chromium")
    monkeypatch.setenv("CI", "true")
    browser.install()
    assert browser.find() == chromium
    bare.packages = {browser.DEBIANS}
    browser.install()
    assert bare.asked == ["-qq", browser.DEBIANS] * 2
    assert browser.find() == str(bare.folder / browser.DEBIANS)
