"""Whatever two exports differ in, the second import of either changes nothing, and no rule is broken."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError

from people import tree
from people.models import Employment, Position, ReportingLine
from tests.people.importing import AS_OF, SIMPLE, Export, everything, run

pytestmark = pytest.mark.django_db


def row(random: Random, number: int, hired: date | None = None) -> str:
    hired = hired or date(2015, 1, 1) + timedelta(days=random.randrange(0, 4400))
    left = hired + timedelta(days=random.randrange(0, 3000)) if random.random() < 0.4 else None
    manager = random.randrange(1, number) if number > 1 and random.random() < 0.8 else ""
    department = random.choice(["Sales", "Board", "Design"])
    reason = "resignation" if left else ""
    return f"{number},P {number},,{hired},{left or ''},{reason},{department},T{random.randrange(3)},{manager}"


def changed(random: Random, number: int, old: str) -> str:
    if random.random() < 0.5:
        return old
    hired = date.fromisoformat(old.split(",")[3]) if random.random() < 0.6 else None
    return row(random, number, hired)


def outside_employment() -> list:
    """Positions and lines on a day when the person, or the manager, is not employed."""
    spells: dict[int, list[tuple[date, date]]] = {}
    for spell in Employment.objects.all():
        spells.setdefault(spell.person_id, []).append((spell.hired_on, spell.left_on or date.max))

    def covered(person: int, since: date, until: date | None) -> bool:
        last = until or date.max
        return any(hired <= since and last <= left for hired, left in spells.get(person, []))

    positions = Position.objects.values_list("person", "since", "until")
    lines = list(ReportingLine.objects.values_list("person", "manager", "since", "until"))
    spans = [*positions, *((p, s, u) for p, _, s, u in lines), *((m, s, u) for _, m, s, u in lines)]
    return [span for span in spans if not covered(*span)]


def settled(file: Path, as_of: date, mapping: Path = SIMPLE) -> bool:
    """Imported, or refused whole for a day of hiring that nobody could place."""
    before = everything()
    try:
        run(file, mapping, as_of=as_of)
    except CommandError as error:
        told = str(error)
    else:
        return True
    assert "overlap two spells" in told
    assert everything() == before
    return False


@pytest.mark.parametrize("seed", range(15))
def test_every_export_settles_and_breaks_no_rule(seed, tmp_path):
    random = Random(seed)
    export = Export(tmp_path)
    rows = [row(random, number) for number in range(1, 9)]
    as_of, went_in = AS_OF, 0
    for _ in range(5):
        before = everything()
        as_of += timedelta(days=random.randrange(0, 200))
        if settled(export.write(*rows), as_of):
            went_in += 1
            before = everything()
            assert "Nothing changed" in run(export.path, as_of=as_of)
            assert everything() == before
        assert outside_employment() == []
        assert tree.loops() == []
        rows = [changed(random, number, old) for number, old in enumerate(rows, 1)]
    assert went_in >= 3, "of a company without people all this is true"
