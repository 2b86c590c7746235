"""Whoever expects a role by a day is told on that day what became of it, also where an answer from before named
a later one for the next look. Where the day is past, the word is due now."""

from django.db import migrations

DUE_WHEN_EXPECTED = """
UPDATE feedback_expectation SET due_on = GREATEST(by_when, CURRENT_DATE)
WHERE withdrawn_at IS NULL AND closed_at IS NULL AND gone_at IS NULL
  AND (answered_at AT TIME ZONE 'UTC')::date < by_when
  AND due_on > GREATEST(by_when, CURRENT_DATE)
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0017_days_of_the_open")]

    operations = [migrations.RunSQL(DUE_WHEN_EXPECTED, migrations.RunSQL.noop)]
