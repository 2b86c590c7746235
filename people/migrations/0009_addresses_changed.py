from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # people go on reading meanwhile

    dependencies = [("people", "0008_what_figures_count")]

    operations = [
        AddIndexConcurrently(
            model_name="access",
            index=models.Index(condition=models.Q(("what", "address")), fields=["at"], name="access_address"),
        ),
    ]
