"""Where the employee says that the role went to somebody else, the manager who sees it otherwise names no day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feedback", "0018_review_when_expected")]

    operations = [
        migrations.AlterField(
            model_name="debrief",
            name="gone_on",
            field=models.DateField(null=True),
        ),
    ]
