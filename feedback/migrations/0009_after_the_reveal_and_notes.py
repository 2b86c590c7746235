"""A summary and an action are by a side of their check-in, and a summary is based on an earlier one of the same.

A check-in that planning deletes leaves what somebody noted about it to them.
"""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

KEYS = [
    *(
        (
            f"feedback_{table}",
            f"{table}_by_{side}",
            f"(checkin_id, {side}_author)",
            f"feedback_checkin (id, {side}_id)",
        )
        for table in ("summary", "action")
        for side in ("employee", "manager")
    ),
    *(
        (
            "feedback_summary",
            f"summary_{column}",
            f"(checkin_id, {column})",
            "feedback_summary (checkin_id, number)",
        )
        for column in ("based_on", "merges")
    ),
    ("feedback_note", "note_of_checkin", "(checkin_id)", "feedback_checkin (id) ON DELETE SET NULL"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0008_question_sets_of_hr"),
        ("tours", "0008_promise_ledger"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("of_tour", models.BooleanField(default=False)),
                ("words", models.TextField()),
                ("state", models.UUIDField(default=uuid.uuid4)),
                ("saved_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "checkin",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="notes",
                        to="feedback.checkin",
                    ),
                ),
                (
                    "tour",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="tours.tour"
                    ),
                ),
            ],
            options={
                "verbose_name": "private note",
                "ordering": ["-saved_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Summary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("words", models.TextField(blank=True, default="")),
                (
                    "side",
                    models.CharField(
                        choices=[("employee", "Employee"), ("manager", "Manager")], max_length=10
                    ),
                ),
                ("at", models.DateTimeField()),
                ("based_on", models.PositiveIntegerField(null=True)),
                ("merges", models.PositiveIntegerField(null=True)),
                (
                    "employee_author",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(side="employee", then=models.F("author"))),
                        output_field=models.BigIntegerField(),
                    ),
                ),
                (
                    "manager_author",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(side="manager", then=models.F("author"))),
                        output_field=models.BigIntegerField(),
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "checkin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="summaries",
                        to="feedback.checkin",
                    ),
                ),
            ],
            options={
                "verbose_name": "shared summary",
                "ordering": ["checkin", "number"],
            },
        ),
        migrations.CreateModel(
            name="Action",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "owner",
                    models.CharField(
                        choices=[("employee", "Employee"), ("manager", "Manager")], max_length=10
                    ),
                ),
                ("what", models.TextField()),
                ("due_on", models.DateField(null=True)),
                (
                    "side",
                    models.CharField(
                        choices=[("employee", "Employee"), ("manager", "Manager")], max_length=10
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[("done", "Done"), ("dropped", "Dropped")], max_length=10, null=True
                    ),
                ),
                (
                    "settled_by",
                    models.CharField(
                        choices=[("employee", "Employee"), ("manager", "Manager")], max_length=10, null=True
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                ("why", models.TextField(blank=True, default="")),
                (
                    "reopened_by",
                    models.CharField(
                        choices=[("employee", "Employee"), ("manager", "Manager")], max_length=10, null=True
                    ),
                ),
                ("reopened_at", models.DateTimeField(null=True)),
                (
                    "employee_author",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(side="employee", then=models.F("author"))),
                        output_field=models.BigIntegerField(),
                    ),
                ),
                (
                    "manager_author",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(side="manager", then=models.F("author"))),
                        output_field=models.BigIntegerField(),
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "checkin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="feedback.checkin",
                    ),
                ),
                (
                    "proposed_in",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tours.terms",
                    ),
                ),
            ],
            options={
                "verbose_name": "action",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(condition=models.Q(("outcome", None)), fields=["due_on"], name="action_open")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("owner__in", ["employee", "manager"]),
                            ("side__in", ["employee", "manager"]),
                            models.Q(
                                ("settled_by", None),
                                ("settled_by__in", ["employee", "manager"]),
                                _connector="OR",
                            ),
                            models.Q(
                                ("reopened_by", None),
                                ("reopened_by__in", ["employee", "manager"]),
                                _connector="OR",
                            ),
                        ),
                        name="action_by_a_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("what__regex", "^\\s*$"), _negated=True), name="action_says_what"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("outcome", None), ("settled_at", None), ("settled_by", None), ("why", "")
                            ),
                            models.Q(
                                ("outcome", "done"),
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                                ("why", ""),
                            ),
                            models.Q(
                                ("outcome", "dropped"),
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                                models.Q(("why__regex", "^\\s*$"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="action_settled_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reopened_at", None), ("reopened_by", None)),
                            models.Q(("reopened_at__isnull", False), ("reopened_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="action_reopened_whole",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="action",
            trigger=pgtrigger.compiler.Trigger(
                name="only_after_the_reveal",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF NOT EXISTS (\n            SELECT FROM feedback_checkin WHERE id = NEW.checkin_id AND revealed_at IS NOT NULL\n        ) THEN\n            RAISE EXCEPTION 'pgtrigger: only after the reveal';\n        END IF;\n        RETURN NEW;\n        ",
                    hash="59cd4ffe3bf68bacfe71324e8dd03c0d9258dbe3",
                    operation="INSERT",
                    pgid="pgtrigger_only_after_the_reveal_ed917",
                    table="feedback_action",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="action",
            trigger=pgtrigger.compiler.Trigger(
                name="actions_are_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="2a30433117e923aa07e4fbf6927dbbd186c877ae",
                    operation="DELETE",
                    pgid="pgtrigger_actions_are_kept_82ef8",
                    table="feedback_action",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="action",
            trigger=pgtrigger.compiler.Trigger(
                name="what_was_agreed_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."checkin_id" IS DISTINCT FROM (NEW."checkin_id") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."owner" IS DISTINCT FROM (NEW."owner") OR OLD."side" IS DISTINCT FROM (NEW."side") OR OLD."what" IS DISTINCT FROM (NEW."what"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="89cb809d99847db8c076b794e888565067f0cb8c",
                    operation="UPDATE",
                    pgid="pgtrigger_what_was_agreed_stays_fa766",
                    table="feedback_action",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["author", "-saved_at"], name="note_by_author"),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.UniqueConstraint(
                condition=models.Q(("of_tour", True)), fields=("author", "tour"), name="note_one_of_a_tour"
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.UniqueConstraint(fields=("author", "checkin"), name="note_one_of_a_checkin"),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(("of_tour", False), ("checkin", None), _connector="OR"),
                name="note_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(("words__regex", "^\\s*$"), _negated=True), name="note_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("words"), 4000
                ),
                name="note_limit",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="note",
            trigger=pgtrigger.compiler.Trigger(
                name="notes_stay_their_authors",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."of_tour" IS DISTINCT FROM (NEW."of_tour") OR OLD."tour_id" IS DISTINCT FROM (NEW."tour_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="3b4d1e68621859dc729987b38a43756ff3fba007",
                    operation="UPDATE",
                    pgid="pgtrigger_notes_stay_their_authors_3b53b",
                    table="feedback_note",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="note",
            trigger=pgtrigger.compiler.Trigger(
                name="by_who_takes_part_or_reads_it",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF NEW.of_tour AND NOT EXISTS (\n                    SELECT FROM tours_tour t WHERE t.id = NEW.tour_id AND (\n                        NEW.author_id IN (t.employee_id, t.manager_id)\n                        OR EXISTS (\n                            SELECT FROM tours_terms v WHERE v.tour_id = t.id AND v.manager_id = NEW.author_id\n                        ) OR EXISTS (\n                            SELECT FROM people_reportingline l\n                            WHERE l.person_id = t.employee_id AND l.manager_id = NEW.author_id\n                        )\n                    )\n                ) OR NOT NEW.of_tour AND NOT EXISTS (\n                    SELECT FROM feedback_checkin c\n                    WHERE (c.id, c.tour_id) = (NEW.checkin_id, NEW.tour_id) AND (\n                        NEW.author_id IN (c.employee_id, c.manager_id)\n                        OR EXISTS (\n                            SELECT FROM feedback_release r\n                            WHERE r.checkin_id = c.id AND r.reader_id = NEW.author_id\n                                AND r.taken_back_at IS NULL\n                        )\n                    )\n                ) THEN\n                    RAISE EXCEPTION 'pgtrigger: a note is by who takes part in it or reads it';\n                END IF;\n                RETURN NEW;\n                ",
                    hash="ad4561b3a8050d0abc5830739377d86e4c687b22",
                    operation="INSERT",
                    pgid="pgtrigger_by_who_takes_part_or_reads_it_8a8a6",
                    table="feedback_note",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="summary",
            constraint=models.UniqueConstraint(fields=("checkin", "number"), name="summary_number"),
        ),
        migrations.AddConstraint(
            model_name="summary",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ["employee", "manager"])), name="summary_by_a_side"
            ),
        ),
        migrations.AddConstraint(
            model_name="summary",
            constraint=models.CheckConstraint(
                condition=models.Q(("based_on", None), ("based_on__lt", models.F("number")), _connector="OR"),
                name="summary_based_on_an_older",
            ),
        ),
        migrations.AddConstraint(
            model_name="summary",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merges", None),
                    models.Q(("based_on__isnull", False), ("merges__lt", models.F("number"))),
                    _connector="OR",
                ),
                name="summary_merges_into_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="summary",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("words"), 4000
                ),
                name="summary_limit",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="summary",
            trigger=pgtrigger.compiler.Trigger(
                name="only_after_the_reveal",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF NOT EXISTS (\n            SELECT FROM feedback_checkin WHERE id = NEW.checkin_id AND revealed_at IS NOT NULL\n        ) THEN\n            RAISE EXCEPTION 'pgtrigger: only after the reveal';\n        END IF;\n        RETURN NEW;\n        ",
                    hash="9825a278c7225c48def6f361c0ddd33e58103843",
                    operation="INSERT",
                    pgid="pgtrigger_only_after_the_reveal_44d7f",
                    table="feedback_summary",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="summary",
            trigger=pgtrigger.compiler.Trigger(
                name="summaries_never_change",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f6ac0e8d53dcba2fd742d4d6b98c5d2177c25915",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_summaries_never_change_d69cd",
                    table="feedback_summary",
                    when="BEFORE",
                ),
            ),
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY {columns} REFERENCES {target}",
                f"ALTER TABLE {table} DROP CONSTRAINT {name}",
            )
            for table, name, columns, target in KEYS
        ),
    ]
