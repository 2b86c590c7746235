import django.contrib.postgres.fields
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("outbox", "0003_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="went_to",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=320), db_default=[], default=list, size=None
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["send_after", "recipient"],
                name="message_in_turn",
            ),
        ),
        RemoveIndexConcurrently(model_name="message", name="message_waiting"),
    ]
