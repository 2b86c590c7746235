"""Who can sign in to the demonstration: the one place that both the company's makers and `make run` read."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "a-demonstration"  # noqa: S105  the same for all, printed at every start, and only there


@dataclass(frozen=True)
class SignIn:
    email: str
    name: str
    what: str


SIGN_INS = [
    SignIn("alice@example.com", "Alice Ames", "an employee"),
    SignIn("bob@example.com", "Bob Brand", "her manager"),
    SignIn("heidi@example.com", "Heidi Hart", "HR"),
]


def introduction(site_url: str) -> str:
    """What a person who has just started the demonstration needs to know."""
    lines = [f"  {who.email:20} {who.name}, {who.what}" for who in SIGN_INS]
    return "\n".join(
        [
            "This is a demonstration: a made-up company, and nothing leaves this machine. Sign in as",
            "",
            *lines,
            "",
            f"each with the password  {PASSWORD}",
            "",
            f"Letters that Alliance sends can be read at {site_url}/letters/",
        ]
    )
