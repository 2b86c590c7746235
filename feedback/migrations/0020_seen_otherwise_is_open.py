"""A talk with a manager who sees it otherwise, and named no day of a decision, closes nothing: an answer is due
anew, of what such a talk has closed so far within the usual days from now on."""

from django.db import migrations, models

KEY = "expectation_closed_by_debrief"
OPEN_AGAIN = """
UPDATE feedback_expectation e
SET closed_at = NULL, gone_at = NULL, answered_at = NULL, due_on = CURRENT_DATE + 14
WHERE closed_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM feedback_debrief d WHERE d.expectation_id = e.id AND d.took_place AND d.gone_on IS NOT NULL
)
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0019_debrief_without_a_day")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE feedback_expectation DROP CONSTRAINT {KEY}",
            f"ALTER TABLE feedback_expectation ADD CONSTRAINT {KEY} FOREIGN KEY (closed_key)"
            " REFERENCES feedback_debrief (closes) DEFERRABLE INITIALLY DEFERRED",
        ),
        migrations.RunSQL(OPEN_AGAIN, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="debrief", name="debrief_closes_once"),
        migrations.RemoveField(model_name="debrief", name="closes"),
        migrations.AddField(
            model_name="debrief",
            name="closes",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(took_place=True, gone_on__isnull=False, then=models.F("expectation"))
                ),
                output_field=models.BigIntegerField(null=True),
            ),
        ),
        migrations.AddConstraint(
            model_name="debrief",
            constraint=models.UniqueConstraint(fields=("closes",), name="debrief_closes_once"),
        ),
        migrations.RunSQL(
            f"ALTER TABLE feedback_expectation ADD CONSTRAINT {KEY} FOREIGN KEY (closed_key)"
            " REFERENCES feedback_debrief (closes) DEFERRABLE INITIALLY DEFERRED",
            f"ALTER TABLE feedback_expectation DROP CONSTRAINT {KEY}",
        ),
    ]
