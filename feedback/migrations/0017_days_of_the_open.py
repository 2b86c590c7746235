from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # people go on writing meanwhile

    dependencies = [("feedback", "0016_talks_skipped_once")]

    operations = [
        AddIndexConcurrently(
            model_name="checkin",
            index=models.Index(
                condition=models.Q(("revealed_at__isnull", True), ("skipped_at__isnull", True)),
                fields=["due_on", "opens_on"],
                include=("lapses_on", "tour", "kind", "employee", "manager"),
                name="checkin_unsettled_open",
            ),
        ),
        RemoveIndexConcurrently(model_name="checkin", name="checkin_unsettled_days"),
    ]
