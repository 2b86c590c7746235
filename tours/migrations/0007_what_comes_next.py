"""An outcome is recorded by one side of the terms, and confirmed by the other: kept by foreign keys."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

TERMS = "tours_terms (id, {}_id)"
KEYS = [
    ("next_step_of_own_terms", "(terms_id, tour_id)", TERMS.format("tour")),
    ("next_step_by_employee", "(terms_id, employee_recorder)", TERMS.format("employee")),
    ("next_step_by_manager", "(terms_id, manager_recorder)", TERMS.format("manager")),
    ("next_step_confirmed_by_employee", "(terms_id, employee_confirmer)", TERMS.format("employee")),
    ("next_step_confirmed_by_manager", "(terms_id, manager_confirmer)", TERMS.format("manager")),
]


class Migration(migrations.Migration):
    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("tours", "0006_what_was_signed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NextStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("new_tour", "A new tour"),
                            ("extension", "An extension of this one"),
                            ("move", "A move within the company"),
                            ("foundational", "A foundational tour"),
                            ("part_well", "To part well"),
                            ("undecided", "Undecided"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.TextField(blank=True, default="")),
                (
                    "side",
                    models.CharField(
                        choices=[("employee", "Employee"), ("manager", "Manager")], max_length=10
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "employee_recorder",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(side="employee", then=models.F("recorded_by"))),
                        output_field=models.BigIntegerField(),
                    ),
                ),
                (
                    "manager_recorder",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(side="manager", then=models.F("recorded_by"))),
                        output_field=models.BigIntegerField(),
                    ),
                ),
                (
                    "employee_confirmer",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(side="manager", then=models.F("confirmed_by"))),
                        output_field=models.BigIntegerField(),
                    ),
                ),
                (
                    "manager_confirmer",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(side="employee", then=models.F("confirmed_by"))),
                        output_field=models.BigIntegerField(),
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tours.terms"
                    ),
                ),
                (
                    "tour",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="next_steps",
                        to="tours.tour",
                    ),
                ),
            ],
            options={
                "verbose_name": "what comes next",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="NextStepEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("new_tour", "A new tour"),
                            ("extension", "An extension of this one"),
                            ("move", "A move within the company"),
                            ("foundational", "A foundational tour"),
                            ("part_well", "To part well"),
                            ("undecided", "Undecided"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.TextField(blank=True, default="")),
                (
                    "side",
                    models.CharField(
                        choices=[("employee", "Employee"), ("manager", "Manager")], max_length=10
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "employee_recorder",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(side="employee", then=models.F("recorded_by"))),
                        output_field=models.BigIntegerField(),
                    ),
                ),
                (
                    "manager_recorder",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(side="manager", then=models.F("recorded_by"))),
                        output_field=models.BigIntegerField(),
                    ),
                ),
                (
                    "employee_confirmer",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(side="manager", then=models.F("confirmed_by"))),
                        output_field=models.BigIntegerField(),
                    ),
                ),
                (
                    "manager_confirmer",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(side="employee", then=models.F("confirmed_by"))),
                        output_field=models.BigIntegerField(),
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="tours.nextstep",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="tours.terms",
                    ),
                ),
                (
                    "tour",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="tours.tour",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="nextstep",
            index=models.Index(fields=["terms", "-id"], name="next_step_newest"),
        ),
        migrations.AddConstraint(
            model_name="nextstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        ["new_tour", "extension", "move", "foundational", "part_well", "undecided"],
                    )
                ),
                name="next_step_is_one_of_six",
            ),
        ),
        migrations.AddConstraint(
            model_name="nextstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                    models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                    _connector="OR",
                ),
                name="next_step_confirmed_by_somebody",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="nextstep",
            trigger=pgtrigger.compiler.Trigger(
                name="next_steps_are_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="68f3eb1ff4edb7bb42d455784a44b875f32a34b8",
                    operation="DELETE",
                    pgid="pgtrigger_next_steps_are_kept_00b22",
                    table="tours_nextstep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="nextstep",
            trigger=pgtrigger.compiler.Trigger(
                name="next_steps_never_change",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."outcome" IS DISTINCT FROM (NEW."outcome") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id") OR OLD."side" IS DISTINCT FROM (NEW."side") OR OLD."terms_id" IS DISTINCT FROM (NEW."terms_id") OR OLD."tour_id" IS DISTINCT FROM (NEW."tour_id") OR OLD."words" IS DISTINCT FROM (NEW."words"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="12f60221ddac8e78420a80f50a795a4e6e4e28cc",
                    operation="UPDATE",
                    pgid="pgtrigger_next_steps_never_change_841a6",
                    table="tours_nextstep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="nextstep",
            trigger=pgtrigger.compiler.Trigger(
                name="next_steps_are_confirmed_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."confirmed_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="ab2c4c97d3dc2632af36776a616fffd2b54b63c3",
                    operation="UPDATE",
                    pgid="pgtrigger_next_steps_are_confirmed_once_2f71f",
                    table="tours_nextstep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="nextstep",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tours_nextstepevent" ("confirmed_at", "confirmed_by_id", "id", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "side", "terms_id", "tour_id", "words") VALUES (NEW."confirmed_at", NEW."confirmed_by_id", NEW."id", NEW."outcome", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."side", NEW."terms_id", NEW."tour_id", NEW."words"); RETURN NULL;',
                    hash="78e331fab7ba6ef97928d8d488dd67e4fa7b425f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_be56e",
                    table="tours_nextstep",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="nextstep",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "tours_nextstepevent" ("confirmed_at", "confirmed_by_id", "id", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "side", "terms_id", "tour_id", "words") VALUES (NEW."confirmed_at", NEW."confirmed_by_id", NEW."id", NEW."outcome", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."side", NEW."terms_id", NEW."tour_id", NEW."words"); RETURN NULL;',
                    hash="6c727f064c8027f7a058fdd99f6079a93d665506",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f15ec",
                    table="tours_nextstep",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="nextstep",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tours_nextstepevent" ("confirmed_at", "confirmed_by_id", "id", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "side", "terms_id", "tour_id", "words") VALUES (OLD."confirmed_at", OLD."confirmed_by_id", OLD."id", OLD."outcome", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."recorded_at", OLD."recorded_by_id", OLD."side", OLD."terms_id", OLD."tour_id", OLD."words"); RETURN NULL;',
                    hash="1b8726c586dc012588ac1648ca27e544ced833c2",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_b459e",
                    table="tours_nextstep",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="nextstepevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0410f09f4cff9acc8234ec26ee8bc171f74e8c69",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_0ffe9",
                    table="tours_nextstepevent",
                    when="BEFORE",
                ),
            ),
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE tours_nextstep ADD CONSTRAINT {name} FOREIGN KEY {columns} REFERENCES {target}",
                f"ALTER TABLE tours_nextstep DROP CONSTRAINT {name}",
            )
            for name, columns, target in KEYS
        ),
    ]
