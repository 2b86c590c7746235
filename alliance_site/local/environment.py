"""What this process is, decided from the environment and `.env` before settings are read.

Nothing is guessed towards the open side: with a DATABASE_URL and no word about the demonstration this
is production, which must be given its secret.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from dotenv import load_dotenv

from alliance_site.local.folder import BASE_DIR, Refused, kept_port, kept_secret

YES, NO = {"1", "true", "yes", "on", "y", "t"}, {"0", "false", "no", "off", "n", "f"}
VARIABLES = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "DEMONSTRATION", "DATA_DIR", "SITE_URL")
SERVERS = {
    "DATABASE_URL": ("postgresql", "postgres"),
    "REDIS_URL": ("redis", "rediss", "unix"),
}  # fmt: skip
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def decide() -> None:
    """Fill in DEMONSTRATION, SECRET_KEY and EMAIL_URL. Done twice, the second time changes nothing."""
    if file := os.environ.get("ENV_FILE", BASE_DIR / ".env"):
        load_dotenv(file)
    for name in VARIABLES:  # said, but empty: not said
        if not os.environ.get(name, "").strip():
            os.environ.pop(name, None)
    for name, schemes in SERVERS.items():
        check_address(name, schemes)
    demonstration = is_demonstration()
    os.environ["DEMONSTRATION"] = "1" if demonstration else "0"
    if demonstration:
        _settle_demonstration()
    elif "SECRET_KEY" not in os.environ:
        raise Refused(
            "SECRET_KEY is not set. Outside the demonstration it must be a long random text, kept secret; "
            "`.env.example` shows how to make one. (DEMONSTRATION=1 asks for the demonstration.)"
        )


def check_address(name: str, schemes: tuple[str, ...]) -> None:
    """What cannot be a server's address is not repeated: there may be a password in it."""
    url = os.environ.get(name, f"{schemes[0]}://")
    try:
        parts = urlsplit(url)
        fits = parts.scheme in schemes and parts.port != 0
    except ValueError:  # brackets, or a port that is no number
        fits = False
    if not fits:
        raise Refused(f"{name} is not an address that begins with {schemes[0]}://; `.env.example` shows one.")


def is_demonstration() -> bool:
    word = os.environ.get("DEMONSTRATION", "").lower()
    if word and word not in YES | NO:
        raise Refused(f"DEMONSTRATION is {word!r}; say 1 or 0.")
    return word in YES if word else "DATABASE_URL" not in os.environ


def _settle_demonstration() -> None:
    if "SECRET_KEY" not in os.environ:
        os.environ["SECRET_KEY"] = kept_secret()
    given = os.environ.setdefault("EMAIL_URL", f"smtp://127.0.0.1:{kept_port('mail')}")
    if urlsplit(given).scheme not in {"smtp", "submission"} or urlsplit(given).hostname not in LOOPBACK:
        raise Refused(
            "The demonstration sends mail to this machine alone, and EMAIL_URL names another place. "
            "Leave EMAIL_URL out, or set DEMONSTRATION=0."
        )
