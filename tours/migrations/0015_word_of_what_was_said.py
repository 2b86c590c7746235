"""The word on promises of which something was said before: some tours at a time, so that nobody waits long."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models, transaction

TOURS = 1_000  #: at a time, by their keys
#: As whoever says something does: the tour first.
LOCK = "SELECT FROM tours_tour WHERE id BETWEEN %s AND %s ORDER BY id FOR NO KEY UPDATE"
TOUCH = """
UPDATE tours_promise SET word = word
WHERE terms_id IN (SELECT id FROM tours_terms WHERE tour_id BETWEEN %s AND %s)
    AND key IN (SELECT key FROM tours_ledgerentry WHERE kind IN ('kept', 'not_kept', 'agreed'))
"""


def touch(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(max(id), 0) FROM tours_tour")
        (last,) = cursor.fetchone()
        for first in range(1, last + 1, TOURS):
            span = [first, first + TOURS - 1]
            with transaction.atomic(schema_editor.connection.alias):
                cursor.execute(LOCK, span)
                cursor.execute(TOUCH, span)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tours", "0014_word_on_promises")]

    operations = [
        migrations.RunPython(touch, migrations.RunPython.noop),
        AddIndexConcurrently(
            model_name="promise",
            index=models.Index(
                condition=models.Q(("word", None)), fields=["due_on"], name="promise_unsettled"
            ),
        ),
        AddIndexConcurrently(
            model_name="ledgerentry",
            index=models.Index(condition=models.Q(("kind", "done")), fields=["key"], name="ledger_done"),
        ),
    ]
