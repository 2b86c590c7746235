"""What migration 0020 opened again was due within fourteen days, though HR may have chosen more: then it is due
that many days after it, and the manager is told the new day anew. Where less was chosen it stays, for the
manager has been told that day."""

from django.db import migrations

AS_HR_HAS_CHOSEN = """
UPDATE feedback_expectation e
SET due_on = opened.day + opened.days
FROM (
    SELECT m.applied, m.applied::date AS day, (
        SELECT p.expectation_answer_days::int FROM tours_policy p
        WHERE p.holds_from <= m.applied::date ORDER BY p.number DESC LIMIT 1
    ) AS days
    FROM django_migrations m WHERE m.app = 'feedback' AND m.name = '0020_seen_otherwise_is_open'
) opened
WHERE opened.days > 14 AND e.due_on = opened.day + 14
AND e.answered_at IS NULL AND e.gone_at IS NULL AND e.closed_at IS NULL AND e.withdrawn_at IS NULL
AND EXISTS (
    SELECT 1 FROM feedback_debrief d
    WHERE d.expectation_id = e.id AND d.took_place AND d.gone_on IS NULL AND d.heard_at < opened.applied
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0020_seen_otherwise_is_open"),
        ("tours", "0003_negotiation_both_ways"),
    ]

    operations = [migrations.RunSQL(AS_HR_HAS_CHOSEN, migrations.RunSQL.noop)]
