"""Names in capitals, so that a search starts from an index. They are compared by an operator that tells nothing of rows
which are not the reader's, so the database may look there before the policy is asked.

And the cases of a reader of few are gathered by the function of access 0014.
"""

from importlib import import_module

from django.db import migrations, models
from django.db.models.functions import Upper

from waymark.core.security import LoginSQL, within_reach_of_few_or_many

TABLE = "people_youngperson"
BEFORE = import_module("waymark.people.migrations.0003_in_the_order_of_names").OF_FEW_OR_MANY
NAMES = ("given", "family", "preferred")


def _in_capitals(name: str) -> list[migrations.operations.base.Operation]:
    column = f"{name}_name_capitals"
    field = models.GeneratedField(
        expression=Upper(f"{name}_name"),
        output_field=models.CharField(max_length=100, db_collation="C"),
        db_persist=True,
    )
    index = models.Index(fields=[column], name=f"young_person_by_{name}_name")
    return [migrations.AddField("youngperson", column, field), migrations.AddIndex("youngperson", index)]


class Migration(migrations.Migration):
    dependencies = [("people", "0003_in_the_order_of_names"), ("access", "0014_cases_of_the_reader")]
    operations = [
        *(operation for name in NAMES for operation in _in_capitals(name)),
        LoginSQL(
            f"alter policy web_reads on {TABLE} using ({within_reach_of_few_or_many(TABLE)})",
            f"alter policy web_reads on {TABLE} using ({BEFORE})",
        ),
    ]
