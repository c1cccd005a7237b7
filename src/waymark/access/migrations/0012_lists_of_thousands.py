"""Lists from the ledger in milliseconds, however many lines there are and however many of them are the reader's.

Whether a line opens its record is said by an index alone, in which the lines of one holder lie together. Pages read the
reader's own lines through the view, which the database asks as its owner: reading the table itself, each line was asked
once more whether its record is within reach.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

from waymark.core.categories import CHOICES
from waymark.core.security import LoginSQL

# As in 0005, with what the code asks of a line besides.
OWN_LINES = """
create or replace view public.access_reach with (security_barrier = true) as
    select g.case_id, g.reads, g.writes, g.id, g.holder, g.starts_at, g.ends_at, g.named
    from public.access_grant g
    where g.holder = any((select public.waymark_holders())::uuid[])
      and g.starts_at <= statement_timestamp()
      and (g.ends_at is null or g.ends_at > statement_timestamp())
      and g.case_id <> all(array(
          select c.case_id from public.access_conflict c
          where c.account_id = (select public.waymark_account())
              and c.starts_at <= statement_timestamp()
              and (c.ends_at is null or c.ends_at > statement_timestamp())
      ))
      and (g.named or not exists (
          select from public.access_restrictedrecord r
          where r.case_id = g.case_id and r.starts_at <= statement_timestamp()
              and (r.ends_at is null or r.ends_at > statement_timestamp())
      ));
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0006_administering")]
    operations = [
        migrations.RemoveIndex(model_name="grant", name="grant_by_holder"),
        migrations.RemoveIndex(model_name="grant", name="grant_by_case"),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(
                fields=["holder", "case"], include=("starts_at", "ends_at", "named"), name="grant_of_holder"
            ),
        ),
        migrations.CreateModel(
            name="OwnLine",
            fields=[
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("holder", models.UUIDField()),
                (
                    "reads",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=CHOICES, max_length=20), size=None
                    ),
                ),
                (
                    "writes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=CHOICES, max_length=20), size=None
                    ),
                ),
                ("named", models.BooleanField()),
            ],
            options={"db_table": "access_reach", "managed": False},
        ),
        LoginSQL(OWN_LINES),
    ]
