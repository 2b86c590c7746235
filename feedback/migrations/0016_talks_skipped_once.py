from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # people go on writing meanwhile

    dependencies = [("feedback", "0015_days_of_the_unsettled")]

    operations = [
        AddIndexConcurrently(
            model_name="checkin",
            index=models.Index(
                condition=models.Q(
                    models.Q(("kind", "next_tour"), ("kind", "close_out"), _connector="OR"),
                    ("skipped_at__isnull", False),
                ),
                fields=["tour"],
                name="checkin_skipped_once",
            ),
        ),
    ]
