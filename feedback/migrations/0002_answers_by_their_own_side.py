"""Rule 3 as foreign keys: the answers of a side are written by the person who is that side."""

from django.db import migrations

KEYS = [
    ("sheet_by_employee", "(checkin_id, employee_author)", "feedback_checkin (id, employee_id)"),
    ("sheet_by_manager", "(checkin_id, manager_author)", "feedback_checkin (id, manager_id)"),
]


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_initial")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE feedback_sheet ADD CONSTRAINT {name} FOREIGN KEY {columns} REFERENCES {target}",
            f"ALTER TABLE feedback_sheet DROP CONSTRAINT {name}",
        )
        for name, columns, target in KEYS
    ]
