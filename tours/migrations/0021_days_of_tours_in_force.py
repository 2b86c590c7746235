"""The days of the tours that are in force already, a few thousand at a time: nobody who signs waits for more.
Indexes have them, in place of one that had the first days of all terms there ever were."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

AT_ONCE = 5_000
LAST = "SELECT COALESCE(max(id), 0) FROM tours_tour"

#: The trigger of migration 0020 knows which they are. What has them is not written again.
FILL = """
UPDATE tours_tour SET first_day = NULL
WHERE id > %s AND id <= %s AND in_force_id IS NOT NULL AND first_day IS NULL
"""


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(LAST)
        for after in range(0, cursor.fetchone()[0], AT_ONCE):
            cursor.execute(FILL, [after, after + AT_ONCE])


class Migration(migrations.Migration):
    atomic = False  # people go on writing meanwhile

    dependencies = [("tours", "0020_days_of_the_terms_in_force")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        AddIndexConcurrently(
            model_name="tour", index=models.Index(fields=["first_day"], name="tour_first_day")
        ),
        AddIndexConcurrently(
            model_name="tour", index=models.Index(fields=["last_day"], name="tour_last_day")
        ),
        RemoveIndexConcurrently(model_name="terms", name="terms_begin"),
    ]
