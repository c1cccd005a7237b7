"""Lists of young people in milliseconds: of many, in their order from an index; of few, looked up all at once."""

import django.db.models.functions.text
from django.db import migrations, models

from waymark.core.security import LoginSQL, within_reach

TABLE = "people_youngperson"
OF_FEW_OR_MANY = f"""
    case when (select current_setting('waymark.few', true) = 'on')
    then {TABLE}.case_id in (select r.case_id from public.access_reach r)
    else {within_reach(TABLE)} end
"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("people", "0002_row_level_security"), ("access", "0012_lists_of_thousands")]
    operations = [
        migrations.RemoveIndex(model_name="youngperson", name="young_person_by_name"),
        migrations.AddIndex(
            model_name="youngperson",
            index=models.Index(
                django.db.models.functions.text.Upper("family_name"),
                django.db.models.functions.text.Upper("given_name"),
                models.F("case"),
                name="young_person_in_order",
            ),
        ),
        LoginSQL(
            f"alter policy web_reads on {TABLE} using ({OF_FEW_OR_MANY})",
            f"alter policy web_reads on {TABLE} using ({within_reach(TABLE)})",
        ),
    ]
