"""How long somebody is with the company without a day between: what figures count.

It follows from the employments, and is stored because figures ask for hundreds of thousands at once. Nobody
writes it: the database makes those of a person anew with every statement that writes an employment of theirs,
whether a page, an import or a script. Of two at once the second waits for the first, and sees what it wrote.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F

from people.days import add_days
from people.spans import no_overlap, on_day

#: Contracts of which each begins the day after another's last are one tenure, which ends as the latest.
_JOINED = """
INSERT INTO people_tenure (person_id, hired_on, left_on, ending, regretted, since)
SELECT person_id, min(hired_on), (array_agg(left_on ORDER BY hired_on DESC))[1],
    (array_agg(ending ORDER BY hired_on DESC))[1], (array_agg(regretted ORDER BY hired_on DESC))[1],
    COALESCE((array_agg(before ORDER BY hired_on))[1] + 1, '0001-01-01')
FROM (
    SELECT *, count(*) FILTER (WHERE before IS DISTINCT FROM hired_on - 1)
        OVER (PARTITION BY person_id ORDER BY hired_on) AS number
    FROM (
        SELECT *, lag(left_on) OVER (PARTITION BY person_id ORDER BY hired_on) AS before
        FROM people_employment{whose}
    ) AS contract
) AS contract
GROUP BY person_id, number
"""

#: Of everybody of whom there are none yet.
ALL_ANEW = _JOINED.format(
    whose=" e WHERE NOT EXISTS (SELECT FROM people_tenure t WHERE t.person_id = e.person_id)"
)

#: Of two at once the second waits, and then sees what the first wrote. The rows of the people themselves, as
#: `services.lock` has them: an import writes more people than there is room for advisory locks.
_ALONE = "PERFORM FROM people_person WHERE id IN ({written}) ORDER BY id FOR NO KEY UPDATE"


def _kept(name: str, operation: pgtrigger.Operation, *rows: str) -> pgtrigger.Trigger:
    written = " UNION ".join(f"SELECT person_id FROM {each}_rows" for each in rows)  # noqa: S608 - our words
    whose = f" WHERE person_id IN ({written})"
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        operation=operation,
        when=pgtrigger.After,
        referencing=pgtrigger.Referencing(**{each: f"{each}_rows" for each in rows}),  # type: ignore[no-untyped-call]
        func=f"{_ALONE.format(written=written)}; DELETE FROM people_tenure{whose}; "  # noqa: S608
        f"{_JOINED.format(whose=whose)}; RETURN NULL;",
    )


#: For `Employment`.
KEPT = [
    _kept("tenures_of_the_new", pgtrigger.Insert, "new"),
    _kept("tenures_of_the_changed", pgtrigger.Update, "old", "new"),
    _kept("tenures_of_the_gone", pgtrigger.Delete, "old"),
]


class TenureQuerySet(models.QuerySet["Tenure"]):
    def current(self, on: date) -> TenureQuerySet:
        return self.filter(on_day(on, "hired_on", "left_on"))


class Tenure(models.Model):
    """From a first day to a last, as an employment: of several without a day between the first and the last.

    `since` is the day after the last one before it ended, and of the first the first day of all: whatever
    begins between then and the last day, be it early, belongs to this one.
    """

    person = models.ForeignKey("people.Person", models.DO_NOTHING, related_name="tenures")
    hired_on = models.DateField()
    left_on = models.DateField(null=True)
    ending = models.CharField(max_length=20, null=True)
    regretted = models.BooleanField(null=True)
    since = models.DateField()

    objects: ClassVar[models.Manager[Tenure]] = TenureQuerySet.as_manager()

    class Meta:
        verbose_name = "tenure"
        constraints: ClassVar = [no_overlap("tenure_no_overlap", "hired_on", add_days(F("left_on"), 1))]
        indexes: ClassVar = [models.Index(fields=["hired_on", "left_on"], name="tenure_days")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.hired_on} – {self.left_on or ''}"
