"""A time zone that Postgres does not know is refused where it is written.

Reminders ask in SQL what day it is for each person; one unknown zone would end the question for all.
"""

from django.db import migrations

# Names such as Europe/Berlin: without the slash, Postgres would also read rules such as "XYZ3" as a zone.
CHECK = """
time_zone IN ('', 'UTC')
OR strpos(time_zone, '/') > 0 AND timezone(time_zone, TIMESTAMPTZ '2000-01-01 00:00+00') IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE people_person ADD CONSTRAINT person_time_zone_exists CHECK ({CHECK})",
            "ALTER TABLE people_person DROP CONSTRAINT person_time_zone_exists",
        )
    ]
