"""What people expect, whom they admire, and whom they ask for a word.

That only a manager who was asked answers or debriefs, that an expectation is asked of somebody, and
that it is closed only by a debrief which the employee says took place, are foreign keys over what the
rows hold themselves. They are looked at when the transaction ends, since the rows name each other.
"""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import feedback.models.alignment

KEYS = [
    (
        "feedback_expectation",
        "expectation_asked",
        "(id, manager_id)",
        "feedback_asking (expectation_id, manager_id)",
    ),
    ("feedback_expectation", "expectation_closed_by_debrief", "(closed_key)", "feedback_debrief (closes)"),
    (
        "feedback_reply",
        "reply_by_whom_was_asked",
        "(expectation_id, manager_id)",
        "feedback_asking (expectation_id, manager_id)",
    ),
    (
        "feedback_debrief",
        "debrief_by_whom_was_asked",
        "(expectation_id, manager_id)",
        "feedback_asking (expectation_id, manager_id)",
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0003_choices_as_answers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Expectation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(max_length=200)),
                ("by_when", models.DateField()),
                ("why", models.TextField()),
                ("stated_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("gone_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("shown_to_hr_at", models.DateTimeField(null=True)),
                (
                    "closed_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(closed_at__isnull=False, then=models.F("id"))),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expectations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kept_from",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "manager",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "role expectation",
                "ordering": ["-stated_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Debrief",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gone_on", models.DateField()),
                ("talk_on", models.DateField()),
                ("words", models.TextField()),
                ("at", models.DateTimeField()),
                ("took_place", models.BooleanField(null=True)),
                ("employee_words", models.TextField(blank=True, default="")),
                ("heard_at", models.DateTimeField(null=True)),
                (
                    "closes",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(then=models.F("expectation"), took_place=True)),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
                (
                    "manager",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "expectation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debriefs",
                        to="feedback.expectation",
                    ),
                ),
            ],
            options={
                "verbose_name": "debrief",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Asking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                (
                    "manager",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="askings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "expectation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="askings",
                        to="feedback.expectation",
                    ),
                ),
            ],
            options={
                "verbose_name": "asking",
                "ordering": ["at"],
            },
        ),
        migrations.CreateModel(
            name="FirstConversation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("words", models.TextField(blank=True, default="")),
                ("asked_at", models.DateTimeField()),
                ("answer_by", models.DateField()),
                (
                    "answer",
                    models.CharField(
                        choices=[("accepted", "Yes, let us talk"), ("declined", "I cannot")],
                        max_length=10,
                        null=True,
                    ),
                ),
                ("answer_words", models.TextField(blank=True, default="")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "chosen",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "first conversation",
                "ordering": ["-asked_at"],
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("backed", "Backed"),
                            ("possible", "Possible if …"),
                            ("not_planned", "Not planned"),
                        ],
                        max_length=20,
                    ),
                ),
                ("condition", models.TextField(blank=True, default="")),
                ("words", models.TextField()),
                ("review_on", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "expectation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="feedback.expectation",
                    ),
                ),
                (
                    "manager",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to a role expectation",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Alignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "admired",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(blank=True, max_length=100),
                        default=feedback.models.alignment.nobody,
                        size=3,
                    ),
                ),
                (
                    "qualities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(blank=True, max_length=100),
                        default=feedback.models.alignment.nothing,
                        size=9,
                    ),
                ),
                (
                    "meets",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(blank=True, max_length=300),
                        default=feedback.models.alignment.nothing,
                        size=9,
                    ),
                ),
                ("words", models.TextField(blank=True, default="")),
                ("version", models.PositiveIntegerField(default=0)),
                ("saved_at", models.DateTimeField()),
                ("shared_at", models.DateTimeField(null=True)),
                (
                    "values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=300), default=list, size=None
                    ),
                ),
                ("manager_words", models.TextField(blank=True, default="")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "manager",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "alignment exercise",
                "ordering": ["-shared_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("shared_at__isnull", True)),
                        fields=("employee",),
                        name="alignment_one_in_the_making",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("admired__len", 3), ("qualities__len", 9), ("meets__len", 9)),
                        name="alignment_three_by_three",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("manager__isnull", True), ("shared_at__isnull", True)),
                            models.Q(("manager__isnull", False), ("shared_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="alignment_shared_with_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("employee", models.F("manager")), _negated=True),
                        name="alignment_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("manager_words", "")),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("shared_at__isnull", False),
                                models.Q(("manager_words__regex", "^\\s*$"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="alignment_answered_in_words",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="alignment",
            trigger=pgtrigger.compiler.Trigger(
                name="shared_alignments_stay",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."shared_at" IS NOT NULL AND (OLD."employee_id" IS DISTINCT FROM (NEW."employee_id") OR OLD."admired" IS DISTINCT FROM (NEW."admired") OR OLD."qualities" IS DISTINCT FROM (NEW."qualities") OR OLD."meets" IS DISTINCT FROM (NEW."meets") OR OLD."words" IS DISTINCT FROM (NEW."words") OR OLD."shared_at" IS DISTINCT FROM (NEW."shared_at") OR OLD."manager_id" IS DISTINCT FROM (NEW."manager_id") OR OLD."values" IS DISTINCT FROM (NEW."values")))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="5d29bf26e8d8c0293a557fcb24da8c1d5aa5ecd7",
                    operation="UPDATE",
                    pgid="pgtrigger_shared_alignments_stay_92e62",
                    table="feedback_alignment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="alignment",
            trigger=pgtrigger.compiler.Trigger(
                name="answered_alignments_stay",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."answered_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="a138deac7e6a3aa52b8f29b233877cdbb8e25bc4",
                    operation="UPDATE",
                    pgid="pgtrigger_answered_alignments_stay_f60ef",
                    table="feedback_alignment",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="expectation",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True), ("withdrawn_at__isnull", True)),
                fields=["due_on"],
                name="expectation_alive",
            ),
        ),
        migrations.AddConstraint(
            model_name="expectation",
            constraint=models.CheckConstraint(
                condition=models.Q(("employee", models.F("manager")), _negated=True),
                name="expectation_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="expectation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role__regex", "^\\s*$"), _negated=True),
                    models.Q(("why__regex", "^\\s*$"), _negated=True),
                ),
                name="expectation_in_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="expectation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at__isnull", True), ("closed_at__isnull", True), _connector="OR"
                ),
                name="expectation_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="expectation",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed_at__isnull", True), ("gone_at__isnull", False), _connector="OR"),
                name="expectation_closed_after_debrief",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="expectation",
            trigger=pgtrigger.compiler.Trigger(
                name="expectation_words_stay",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."by_when" IS DISTINCT FROM (NEW."by_when") OR OLD."employee_id" IS DISTINCT FROM (NEW."employee_id") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."stated_at" IS DISTINCT FROM (NEW."stated_at") OR OLD."why" IS DISTINCT FROM (NEW."why"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="0546a6016f111f20aa5d6c2b2078b9dcb0dc330c",
                    operation="UPDATE",
                    pgid="pgtrigger_expectation_words_stay_8b8d4",
                    table="feedback_expectation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="expectation",
            trigger=pgtrigger.compiler.Trigger(
                name="expectations_are_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="f04f97176bcb6c763e5df23fe0148ada31ec201b",
                    operation="DELETE",
                    pgid="pgtrigger_expectations_are_kept_95255",
                    table="feedback_expectation",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="debrief",
            constraint=models.UniqueConstraint(fields=("closes",), name="debrief_closes_once"),
        ),
        migrations.AddConstraint(
            model_name="debrief",
            constraint=models.UniqueConstraint(
                condition=models.Q(("took_place__isnull", True)),
                fields=("expectation",),
                name="debrief_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="debrief",
            constraint=models.CheckConstraint(
                condition=models.Q(("words__regex", "^\\s*$"), _negated=True), name="debrief_in_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="debrief",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("employee_words", ""), ("heard_at__isnull", True), ("took_place__isnull", True)
                    ),
                    models.Q(("heard_at__isnull", False), ("took_place", True)),
                    models.Q(
                        ("heard_at__isnull", False),
                        ("took_place", False),
                        models.Q(("employee_words__regex", "^\\s*$"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="debrief_heard_in_words",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="debrief",
            trigger=pgtrigger.compiler.Trigger(
                name="debrief_words_stay",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."expectation_id" IS DISTINCT FROM (NEW."expectation_id") OR OLD."gone_on" IS DISTINCT FROM (NEW."gone_on") OR OLD."manager_id" IS DISTINCT FROM (NEW."manager_id") OR OLD."talk_on" IS DISTINCT FROM (NEW."talk_on") OR OLD."words" IS DISTINCT FROM (NEW."words"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="72dfe8ea9ccdc8451c230e419bc44f78703e0b0f",
                    operation="UPDATE",
                    pgid="pgtrigger_debrief_words_stay_54ae0",
                    table="feedback_debrief",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="debrief",
            trigger=pgtrigger.compiler.Trigger(
                name="debrief_is_heard_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."took_place" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="ba64ee05d7e93204310e2010ac8cacc76bdb4eba",
                    operation="UPDATE",
                    pgid="pgtrigger_debrief_is_heard_once_46bd8",
                    table="feedback_debrief",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="debrief",
            trigger=pgtrigger.compiler.Trigger(
                name="debriefs_are_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="34496d4be0f3f3665c6d201da58962f5a6194729",
                    operation="DELETE",
                    pgid="pgtrigger_debriefs_are_kept_5c553",
                    table="feedback_debrief",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.UniqueConstraint(
                fields=("expectation", "manager"), name="asking_once_a_manager"
            ),
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True)),
                fields=("expectation",),
                name="asking_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="firstconversation",
            constraint=models.CheckConstraint(
                condition=models.Q(("author", models.F("chosen")), _negated=True),
                name="first_conversation_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="firstconversation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer__isnull", True)),
                fields=("author", "chosen"),
                name="first_conversation_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="firstconversation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer__isnull", True), ("answer_words", ""), ("answered_at__isnull", True)),
                    models.Q(
                        ("answer", "accepted"),
                        ("answered_at__isnull", False),
                        models.Q(("answer_words__regex", "^\\s*$"), _negated=True),
                    ),
                    models.Q(("answer", "declined"), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="first_conversation_answer_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("verdict", "possible"), models.Q(("condition__regex", "^\\s*$"), _negated=True)
                    ),
                    models.Q(models.Q(("verdict", "possible"), _negated=True), ("condition", "")),
                    _connector="OR",
                ),
                name="reply_possible_says_if",
            ),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.CheckConstraint(
                condition=models.Q(("words__regex", "^\\s*$"), _negated=True), name="reply_in_words"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reply",
            trigger=pgtrigger.compiler.Trigger(
                name="replies_never_change",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f81aa57a7843c7baef4568267cd094ba8602283e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_replies_never_change_05c49",
                    table="feedback_reply",
                    when="BEFORE",
                ),
            ),
        ),
    ] + [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY {columns} REFERENCES {target}"
            " DEFERRABLE INITIALLY DEFERRED",
            f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        )
        for table, name, columns, target in KEYS
    ]
