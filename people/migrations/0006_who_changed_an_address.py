import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

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
        AddConstraintNotValid(
            model_name="access",
            constraint=models.CheckConstraint(
                condition=models.Q(("viewer__isnull", False), ("what", "address"), _connector="OR"),
                name="access_by_somebody",
            ),
        ),
        ValidateConstraint(model_name="access", name="access_by_somebody"),
        AddIndexConcurrently(
            model_name="access",
            index=models.Index(condition=models.Q(("what", "address")), fields=["at"], name="access_address"),
        ),
    ]
