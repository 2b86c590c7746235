"""PostgreSQL refuses to run as root. In a container, where all is root, it gets a user of its own."""

from __future__ import annotations

import pwd
import subprocess
from pathlib import Path
from typing import Any

from alliance_site.local.folder import Refused

NAME = "pgserver"


def postgres_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        pass
    command = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", NAME]
    try:
        subprocess.run(command, capture_output=True, text=True, check=True)
        return pwd.getpwnam(NAME)
    except (OSError, KeyError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "stderr", "") or error
        raise Refused(
            f"PostgreSQL does not run as root, and a user of its own could not be made ({reason}). "
            "Start Alliance as an ordinary user."
        ) from None


def as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """What `subprocess.run` needs to run a program as that user; nothing for an ordinary user's own."""
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def let_through(path: Path) -> None:
    """Others may pass through the folders above; what these hold stays as closed as it was."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)
