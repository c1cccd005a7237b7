"""How names sound, in columns that the database keeps itself, each with an index: a search compares for equality only,
which tells nothing of rows that are not the reader's.
"""

from pathlib import Path

from django.db import migrations, models

import waymark.people.models
from waymark.core.security import LoginSQL

SOUND = (Path(__file__).parents[1] / "sound.sql").read_text(encoding="utf-8")
NAMES = ("given", "family", "preferred")


def _sound(name: str) -> list[migrations.operations.base.Operation]:
    column = f"{name}_name_sound"
    field = models.GeneratedField(
        expression=waymark.people.models.Sound(f"{name}_name"),
        output_field=models.CharField(max_length=100, db_collation="C"),
        db_persist=True,
    )
    index = models.Index(fields=[column], name=f"young_person_sound_{name}")
    return [migrations.AddField("youngperson", column, field), migrations.AddIndex("youngperson", index)]


class Migration(migrations.Migration):
    dependencies = [("people", "0004_found_by_name")]
    operations = [
        migrations.RunSQL(SOUND, "drop function public.waymark_sound(text)"),
        LoginSQL(
            "revoke execute on function public.waymark_sound(text) from public;"
            "grant execute on function public.waymark_sound(text) to {web}, {service}"
        ),
        *(operation for name in NAMES for operation in _sound(name)),
    ]
