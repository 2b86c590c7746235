"""What calendar entries are known by. Those that went out already keep what they had: the host of the site."""

import os
from urllib.parse import urlsplit

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.core.management.base import CommandError
from django.db import migrations, models

import tours.models.calendars

SET_IT = (
    "Set SITE_URL, as the web server has it, and migrate again: the calendar entries that went out have its host "
    "in their names, which stay for ever. Of a company on this machine alone it is http://localhost:8000."
)


def as_handed_out(apps, schema_editor):
    host = urlsplit(settings.SITE_URL).hostname
    if host and apps.get_model("tours", "Tour").objects.filter(in_force__isnull=False).exists():
        if host == "localhost" and "SITE_URL" not in os.environ and not settings.DEMONSTRATION:
            raise CommandError(SET_IT)
        apps.get_model("tours", "CalendarOrigin").objects.create(pk=1, name=host)


class Migration(migrations.Migration):
    dependencies = [
        ("tours", "0016_days_that_reminders_ask_for"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarOrigin",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(default=tours.models.calendars.new_origin, max_length=255)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="calendar_origin_is_one")
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarorigin",
            trigger=pgtrigger.compiler.Trigger(
                name="calendar_origin_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7f8bb5df0591b43a7a16107093a956b84bceaa24",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_calendar_origin_stays_3cbe4",
                    table="tours_calendarorigin",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunPython(as_handed_out, migrations.RunPython.noop),
    ]
