import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_letters_as_chosen"),
    ]

    operations = [
        migrations.AlterField(
            model_name="access",
            name="viewer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="access",
            constraint=models.CheckConstraint(
                condition=models.Q(("viewer__isnull", False), ("what", "address"), _connector="OR"),
                name="access_by_somebody",
            ),
        ),
    ]
