import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_notices")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="went_to",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=320), db_default=[], default=list, size=None
            ),
        ),
    ]
