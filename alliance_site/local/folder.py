"""The data folder of this checkout, and the small notes kept in it."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
LONGEST_SOCKET = 100  #: bytes; Linux takes 107 for a socket's path, macOS 103

#: The last is what /proc says.
NO_FOLDER = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENOENT}
ELSEWHERE = "Choose another one with DATA_DIR=…."


class Refused(SystemExit):
    """Ends the process with exit code 1 and one sentence that says what to do; no traceback."""


def data_dir() -> Path:
    """The folder that DATA_DIR names (made if need be), written back as an absolute path for children."""
    folder = Path(os.environ.get("DATA_DIR") or BASE_DIR / ".data").expanduser().resolve()
    with writing(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Refused(f"The data folder {folder} cannot be written to. {ELSEWHERE}")
    os.environ["DATA_DIR"] = str(folder)
    return folder


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Says plainly what is wrong when the data folder cannot take what is written to it."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Refused(disk_full(folder)) from None
        if error.errno in NO_FOLDER:
            reason = os.strerror(error.errno).lower()
            raise Refused(f"The data folder {folder} cannot be written to ({reason}). {ELSEWHERE}") from None
        raise


def disk_full(folder: Path) -> str:
    free = shutil.disk_usage(existing(folder)).free // 1_000_000
    return (
        f"The disk that holds {folder} is full ({free} MB free). "
        "Make some room, or choose a folder on another disk with DATA_DIR=…."
    )


def existing(path: Path) -> Path:
    """The path itself or the nearest folder above it that exists."""
    return next(candidate for candidate in (path, *path.parents) if candidate.exists())


def kept_secret() -> str:
    """A random secret, made once and kept for the owner's eyes only."""
    path = data_dir() / "secret-key"
    with writing(path.parent):
        if not path.exists():
            new = path.with_name(f"{path.name}.{os.getpid()}")
            with open(new, "w", opener=_private) as file:
                file.write(secrets.token_urlsafe(50))
            with contextlib.suppress(FileExistsError):  # another process was quicker: its secret counts
                os.link(new, path)
            new.unlink()
        return path.read_text()


def kept_port(name: str) -> int:
    """A free port of this machine, chosen once and kept, so that every process finds the same one."""
    path = data_dir() / f"{name}.port"
    with contextlib.suppress(OSError, ValueError):
        return int(path.read_text())
    return new_port(name)


def free_port(name: str) -> int:
    """The kept port; or, where another program has taken it meanwhile, a new one, kept from now on."""
    port = kept_port(name)
    with contextlib.suppress(OSError), socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return port
    return new_port(name)


def new_port(name: str) -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    folder = data_dir()
    with writing(folder):
        (folder / f"{name}.port").write_text(str(port))
    return port


def socket_folder(folder: Path, name: str) -> Path:
    """Where a server of `folder` keeps its socket: there, or in /tmp where that path is too long."""
    if len(os.fsencode(folder / name)) <= LONGEST_SOCKET:
        return folder
    short = Path("/tmp") / f"alliance-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"  # noqa: S108
    short.mkdir(mode=0o700, exist_ok=True)
    if short.is_symlink() or short.stat().st_uid not in {os.geteuid(), existing(folder).stat().st_uid}:
        raise Refused(f"{short} belongs to somebody else. Choose a shorter path with DATA_DIR=….")
    return short


def remove_socket_folder(folder: Path, sockets: Path) -> None:
    """When the server has stopped nothing of it stays in /tmp."""
    if sockets != folder:
        shutil.rmtree(sockets, ignore_errors=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
