"""Notices; and what the message's columns of the migration before this need, without a long lock on a table
into which messages are written all the time."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

KEY = "recipient_id, occasion, about, due_on, step, channel_id"
ONE_HOOK = "outbox_message_channel_id_a0f18d7a_fk_outbox_hook_id"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("outbox", "0002_gate_chat_and_digests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="read_at",
            field=models.DateTimeField(null=True),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("read_at", None)),
                fields=["recipient", "created_at"],
                name="message_unread",
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("read_at", None)), fields=["occasion"], name="message_unread_of"
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("letter__isnull", False)), fields=["letter"], name="message_letter"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY message_once_a_channel"
                    f" ON outbox_message ({KEY}) NULLS NOT DISTINCT",
                    "DROP INDEX CONCURRENTLY IF EXISTS message_once_a_channel",
                ),
                migrations.RunSQL(
                    "ALTER TABLE outbox_message ADD CONSTRAINT message_once_a_channel"
                    " UNIQUE USING INDEX message_once_a_channel",
                    "ALTER TABLE outbox_message DROP CONSTRAINT message_once_a_channel",
                ),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="message",
                    constraint=models.UniqueConstraint(
                        fields=("recipient", "occasion", "about", "due_on", "step", "channel"),
                        name="message_once_a_channel",
                        nulls_distinct=False,
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="message",
            name="message_once",
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER TABLE outbox_message ADD CONSTRAINT {ONE_HOOK} FOREIGN KEY (channel_id)"
                    " REFERENCES outbox_hook (id) DEFERRABLE INITIALLY DEFERRED NOT VALID",
                    f"ALTER TABLE outbox_message DROP CONSTRAINT {ONE_HOOK}",
                ),
                migrations.RunSQL(
                    f"ALTER TABLE outbox_message VALIDATE CONSTRAINT {ONE_HOOK}", migrations.RunSQL.noop
                ),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="message",
                    name="channel",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="outbox.hook",
                    ),
                ),
            ],
        ),
    ]
