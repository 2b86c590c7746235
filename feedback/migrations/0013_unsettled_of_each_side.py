from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

UNSETTLED = models.Q(("revealed_at__isnull", True), ("skipped_at__isnull", True))


class Migration(migrations.Migration):
    atomic = False  # people go on writing meanwhile

    dependencies = [("feedback", "0012_had_by_day_due")]

    operations = [
        AddIndexConcurrently(
            model_name="checkin",
            index=models.Index(
                condition=UNSETTLED, fields=[side, "due_on"], name=f"checkin_unsettled_{side}"
            ),
        )
        for side in ("employee", "manager")
    ]
