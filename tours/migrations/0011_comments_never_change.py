import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("tours", "0010_career_and_holidays"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="comment",
            trigger=pgtrigger.compiler.Trigger(
                name="comments_never_change",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9b645d5069303c28205b2440daaa9ffb87852a77",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_comments_never_change_e7572",
                    table="tours_comment",
                    when="BEFORE",
                ),
            ),
        ),
    ]
