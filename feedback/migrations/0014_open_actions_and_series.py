from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    atomic = False  # people go on writing meanwhile

    dependencies = [("feedback", "0013_unsettled_of_each_side")]

    operations = [
        AddIndexConcurrently(
            model_name="action",
            index=models.Index(
                condition=models.Q(("outcome", None)), fields=["checkin"], name="action_open_checkin"
            ),
        ),
        AddIndexConcurrently(
            model_name="checkin",
            index=models.Index(fields=["tour", "kind", "due_on"], name="checkin_series"),
        ),
        # Which begins as the foreign key's own did.
        migrations.AlterField(
            model_name="checkin",
            name="tour",
            field=models.ForeignKey(
                db_index=False, on_delete=PROTECT, related_name="checkins", to="tours.tour"
            ),
        ),
    ]
