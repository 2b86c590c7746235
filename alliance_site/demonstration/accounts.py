"""Who can sign in to the demonstration, and how: the one place that says so.

Nothing here needs Django, so the launcher can print it before anything has started.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Everybody's in the demonstration company, and nobody's anywhere else.
PASSWORD = "tour-of-duty"  # noqa: S105 - it is printed when the demonstration starts

DOMAIN = "northwind-demo.example"  #: reserved by RFC 2606: no letter can ever reach anybody there


@dataclass(frozen=True)
class Account:
    """One of the three that are printed; `part` is what the person plays, `key` names them in the roster."""

    key: str
    part: str
    name: str
    email: str


EMPLOYEE = Account("ines", "an employee", "Ines Okafor", f"ines.okafor@{DOMAIN}")
MANAGER = Account("tomas", "her manager", "Tomas Lindqvist", f"tomas.lindqvist@{DOMAIN}")
HR = Account("ruth", "HR", "Ruth Castellanos", f"ruth.castellanos@{DOMAIN}")
ACCOUNTS = (EMPLOYEE, MANAGER, HR)
