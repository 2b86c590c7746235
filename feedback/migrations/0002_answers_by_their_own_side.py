"""Rules 3 and 4 as foreign keys.

The answers of a side are written by the person who is that side; and a check-in is revealed only
when a sheet of the employee and a sheet of the manager have been handed in. The columns compared
are generated, so nothing has to be kept in step by code.
"""

from django.db import migrations

KEYS = [
    (
        "feedback_sheet",
        "sheet_by_employee",
        "(checkin_id, employee_author)",
        "feedback_checkin (id, employee_id)",
    ),
    (
        "feedback_sheet",
        "sheet_by_manager",
        "(checkin_id, manager_author)",
        "feedback_checkin (id, manager_id)",
    ),
    (
        "feedback_checkin",
        "checkin_revealed_by_employee",
        "(id, revealed_employee)",
        "feedback_sheet (checkin_id, submitted_side)",
    ),
    (
        "feedback_checkin",
        "checkin_revealed_by_manager",
        "(id, revealed_manager)",
        "feedback_sheet (checkin_id, submitted_side)",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_initial")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY {columns} REFERENCES {target}",
            f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        )
        for table, name, columns, target in KEYS
    ]
