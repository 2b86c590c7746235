import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_absences"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="letters_at",
            field=models.PositiveSmallIntegerField(db_default=7, default=7, verbose_name="letters come from"),
        ),
        migrations.AddField(
            model_name="person",
            name="one_digest",
            field=models.BooleanField(db_default=False, default=False, verbose_name="one letter a day"),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("letters_at__range", (7, 19))), name="person_letters_by_day"
            ),
        ),
        migrations.CreateModel(
            name="DeclinedOccasion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("occasion", models.CharField(max_length=100)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declined_occasions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "declined occasion",
                "constraints": [
                    models.UniqueConstraint(fields=("person", "occasion"), name="occasion_declined_once")
                ],
            },
        ),
    ]
