"""A duty, and what was noticed of it, is of the category of the event that began it, and is read accordingly."""

from django.db import migrations, models

from waymark.core.categories import CHOICES
from waymark.core.security import LoginSQL, readable

LIFT = "alter table {table} no force row level security;"
LOWER = "alter table {table} force row level security;"
FILL = "update {table} set category = (select category from events_event where events_event.id = {table}.trigger_id);"
TABLES = ("duties_duty", "duties_notice")


def _for_each(*statements):
    """The statements for each of the tables. The owner reads entries only while they are not guarded from it."""
    lines = [statement.format(table=table) for table in TABLES for statement in statements]
    events = "events_event"
    return LoginSQL("\n".join([LIFT.format(table=events), *lines, LOWER.format(table=events)]))


def _category(model):
    field = models.CharField(choices=CHOICES, max_length=20, default="placement")
    return migrations.AddField(model_name=model, name="category", field=field, preserve_default=False)


class Migration(migrations.Migration):
    dependencies = [
        ("duties", "0003_duty_protocol_from"),
        ("events", "0003_category"),
        ("access", "0005_the_ledger_opens"),
    ]
    operations = [
        _category("duty"),
        _category("notice"),
        _for_each(LIFT, FILL, LOWER),
        LoginSQL(
            "\n".join(
                f"alter policy web_reads on {table} using ({readable(table, f'{table}.category', item='trigger_id')});"
                for table in TABLES
            )
        ),
    ]
