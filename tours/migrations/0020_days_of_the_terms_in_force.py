"""The days of the terms in force, kept on the tour by the database; the history does not follow them."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tours", "0019_days_of_agreeing"),
    ]

    operations = [
        migrations.AddField(
            model_name="tour",
            name="first_day",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="tour",
            name="last_day",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="tour",
            name="review_day",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="tour",
            name="talk_day",
            field=models.DateField(editable=False, null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tour",
            trigger=pgtrigger.compiler.Trigger(
                name="days_are_of_the_terms_in_force",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            SELECT starts_on, COALESCE(NEW.ended_on, ends_on), review_on, talk_on\n            INTO NEW.first_day, NEW.last_day, NEW.review_day, NEW.talk_day\n            FROM tours_terms WHERE id = NEW.in_force_id;\n            RETURN NEW;\n        ",
                    hash="7a33ed3c14e67904d6fa593f3cc1929f4ce31eec",
                    operation='INSERT OR UPDATE OF "in_force_id", "ended_on", "first_day", "last_day", "review_day", "talk_day"',
                    pgid="pgtrigger_days_are_of_the_terms_in_force_b0720",
                    table="tours_tour",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="tour",
            name="update_update",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tour",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."employee_id" IS DISTINCT FROM (NEW."employee_id") OR OLD."employee_side" IS DISTINCT FROM (NEW."employee_side") OR OLD."ended_by" IS DISTINCT FROM (NEW."ended_by") OR OLD."ended_on" IS DISTINCT FROM (NEW."ended_on") OR OLD."given_id" IS DISTINCT FROM (NEW."given_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."in_force_id" IS DISTINCT FROM (NEW."in_force_id") OR OLD."manager_id" IS DISTINCT FROM (NEW."manager_id") OR OLD."manager_side" IS DISTINCT FROM (NEW."manager_side") OR OLD."previous_id" IS DISTINCT FROM (NEW."previous_id") OR OLD."programme_id" IS DISTINCT FROM (NEW."programme_id") OR OLD."programme_revision_id" IS DISTINCT FROM (NEW."programme_revision_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."type" IS DISTINCT FROM (NEW."type"))',
                    func='INSERT INTO "tours_tourevent" ("created_at", "employee_id", "ended_by", "ended_on", "given_id", "id", "in_force_id", "manager_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "previous_id", "programme_id", "programme_revision_id", "state", "type") VALUES (NEW."created_at", NEW."employee_id", NEW."ended_by", NEW."ended_on", NEW."given_id", NEW."id", NEW."in_force_id", NEW."manager_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."previous_id", NEW."programme_id", NEW."programme_revision_id", NEW."state", NEW."type"); RETURN NULL;',
                    hash="d157961ea24b18a62de612d02ccef14e26845804",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d61d6",
                    table="tours_tour",
                    when="AFTER",
                ),
            ),
        ),
    ]
