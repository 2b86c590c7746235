"""The shape of a mission's texts.

In them `{park}`, `{client}` and `{place}` are drawn anew for each tour; `{first}`, `{mid}` and
`{late}` become the month at a third, the middle and nearly the end of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from alliance_site.demonstration.company.facts import EMPLOYEE, MANAGER

PARKS = (
    "Kestrel Ridge", "Halvorsund", "Brennacker", "Monte Calado", "Sandhamn Bank", "Tolvik", "Graufeld",
    "Punta Serena", "Ardmoor", "Lys Banke", "Cerro Pardo", "Wester Haf",
)  # fmt: skip
CLIENTS = (
    "Nordhaven Energi", "Brisa Alta", "Küstenwerk", "Falkenried Power", "Vento Claro", "Tidewater Wind",
    "Hjelmen Kraft", "Sierra Viva", "Polderstroom", "Moorland Renewables",
)  # fmt: skip
PLACES = ("Aarhus", "Bilbao", "Porto", "Gdańsk", "Rotterdam", "Bremen", "Cork", "Gothenburg", "Vigo", "Turku")


@dataclass(frozen=True)
class Pledge:
    """A promise: whose, what, due after which share of the tour, and how both will know."""

    by: str
    what: str
    share: float
    known: str


def company(what: str, share: float, known: str) -> Pledge:
    return Pledge(MANAGER, what, share, known)


def own(what: str, share: float, known: str) -> Pledge:
    return Pledge(EMPLOYEE, what, share, known)


@dataclass(frozen=True)
class Mission:
    """What is to be done and what each side gets. `ask` is the change that an employee might ask
    for in the first version, and `granted` the promise with which the second answers it."""

    mission: str
    gain: str
    grows: str
    pledges: tuple[Pledge, ...]
    ask: str = ""
    granted: Pledge | None = None
