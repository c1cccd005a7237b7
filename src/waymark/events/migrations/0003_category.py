"""Each entry says which kind of information it is. Those stored before get it from their type, once."""

import json

from django.db import migrations, models

from waymark.core.categories import CHOICES
from waymark.core.security import LoginSQL
from waymark.events.categories import OF_FACT, OF_GROUP, OF_TYPE
from waymark.events.vocabulary import EVENT_TYPES

# Entries are never changed: the owner lifts the guard for the length of this migration.
LIFT = """
alter table events_event disable trigger append_only;
alter table events_event no force row level security;
"""
LOWER = """
alter table events_event force row level security;
alter table events_event enable trigger append_only;
"""
WITHDRAWN = """
update events_event withdrawal set category = named.category
from events_event named
where withdrawal.type = 'event_retracted' and named.id::text = withdrawal.data ->> 'event';
"""


def fill(apps, schema_editor):
    """Set the category of every stored entry: by type, by the facts it holds, by what it withdraws."""
    by_type = {name: OF_TYPE.get(name) or OF_GROUP[known.group] for name, known in EVENT_TYPES.items()}
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "update events_event set category = coalesce(%s::jsonb ->> type, 'placement')", [json.dumps(by_type)]
        )
        for fact, category in OF_FACT.items():
            order = [value for value, _ in CHOICES]
            cursor.execute(
                "update events_event set category = %s where type = 'facts_recorded' and data ? %s"
                " and array_position(%s::text[], category::text) < array_position(%s::text[], %s)",
                [category.value, fact, order, order, category.value],
            )
        cursor.execute(WITHDRAWN)
        cursor.execute("set constraints all immediate")


class Migration(migrations.Migration):
    dependencies = [("events", "0002_event_absences"), ("access", "0003_own_involvements_first")]
    operations = [
        migrations.AddField(
            model_name="event",
            name="category",
            field=models.CharField(choices=CHOICES, max_length=20, default="placement"),
            preserve_default=False,
        ),
        LoginSQL(LIFT, LOWER),
        migrations.RunPython(fill, migrations.RunPython.noop),
        LoginSQL(LOWER, LIFT),
    ]
