"""Rule 1 and rule 3 as foreign keys.

A tour's terms in force must be terms of that tour, signed by the employee's side and signed by the
manager's side; and a signature of a side must be by the person whom the terms name for that side.
The sides are generated columns, so nothing has to be kept in step by code.
"""

from django.db import migrations

KEYS = [
    ("tours_tour", "tour_force_is_own_terms", "(in_force_id, id)", "tours_terms (id, tour_id)"),
    (
        "tours_tour",
        "tour_force_signed_by_employee",
        "(in_force_id, employee_side)",
        "tours_signature (terms_id, side)",
    ),
    (
        "tours_tour",
        "tour_force_signed_by_manager",
        "(in_force_id, manager_side)",
        "tours_signature (terms_id, side)",
    ),
    (
        "tours_signature",
        "signature_by_employee",
        "(terms_id, employee_signer)",
        "tours_terms (id, employee_id)",
    ),
    ("tours_signature", "signature_by_manager", "(terms_id, manager_signer)", "tours_terms (id, manager_id)"),
]


class Migration(migrations.Migration):
    dependencies = [("tours", "0001_initial")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY {columns} REFERENCES {target}",
            f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        )
        for table, name, columns, target in KEYS
    ]
