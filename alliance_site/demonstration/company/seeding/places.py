"""What departments of a large company are called, what is done in them, and what people there are called."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

PLACES = (
    "Aarhus", "Bilbao", "Porto", "Gdańsk", "Rotterdam", "Bremen", "Cork", "Gothenburg", "Vigo", "Turku",
    "Esbjerg", "Emden", "Brest", "Dundee", "Galway", "Stavanger", "Tallinn", "Riga", "Constanța", "Varna",
    "Piraeus", "Bari", "Cádiz", "Setúbal", "Ostend", "Hull", "Bergen", "Oulu", "Szczecin", "Klaipėda",
)  # fmt: skip

#: (department, kind of work), in the order in which a growing company has them.
KINDS = (
    ("Operations Centre", "field"), ("Platform", "software"), ("Key Accounts", "sales"),
    ("Onboarding", "success"), ("Blade Workshop", "field"), ("Forecasting", "data"),
    ("Customer Care", "success"), ("Project Delivery", "product"), ("Controls", "firmware"),
    ("Accounting", "finance"), ("Inspection", "field"), ("Web and Mobile", "software"),
    ("Partner Sales", "sales"), ("Facilities", "office"), ("Analytics", "data"), ("Devices", "firmware"),
    ("Design", "design"), ("People Partners", "people"),
)  # fmt: skip

#: kind of work → titles of those who begin, who know it, and who know it best
TITLES = {
    "field": ("Apprentice Technician", "Service Technician", "Senior Technician"),
    "software": ("Graduate Engineer", "Software Engineer", "Senior Software Engineer"),
    "sales": ("Sales Assistant", "Account Manager", "Key Account Manager"),
    "success": ("Support Engineer", "Customer Engineer", "Senior Customer Engineer"),
    "data": ("Data Analyst", "Data Scientist", "Senior Data Scientist"),
    "product": ("Project Assistant", "Project Manager", "Senior Project Manager"),
    "firmware": ("Test Engineer", "Firmware Engineer", "Senior Firmware Engineer"),
    "finance": ("Accounting Clerk", "Accountant", "Senior Accountant"),
    "office": ("Office Assistant", "Office Manager", "Site Manager"),
    "design": ("Junior Designer", "Product Designer", "Senior Designer"),
    "people": ("People Assistant", "People Partner", "Senior People Partner"),
}
DIVISIONS = ("Region", "Area", "Division", "Group")  #: by how far above the departments
RENAMED = ("Services", "Solutions", "Hub")


def departments() -> Iterator[tuple[str, str]]:
    """Without end, and no two of one name: of each kind first the only one, then one in each place."""
    yield from KINDS
    for lap in count(1):
        for place in PLACES:
            for name, work in KINDS:
                yield f"{name} {place}" if lap == 1 else f"{name} {place} {lap}", work


def divisions(level: int) -> Iterator[str]:
    what = DIVISIONS[min(level, len(DIVISIONS)) - 1]
    for lap in count(1):
        for place in PLACES:
            yield f"{what} {place}" if lap == 1 else f"{what} {place} {lap}"
