"""What both agreed on lately, and have yet to sign, is found by an index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tours", "0018_wording_of_letters")]

    operations = [
        AddIndexConcurrently(
            model_name="nextstep",
            index=models.Index(
                condition=models.Q(("confirmed_at__isnull", False)),
                fields=["confirmed_at"],
                name="next_step_agreed",
            ),
        ),
    ]
