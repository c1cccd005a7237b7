"""Of duties that began before the protocol came into use: when it did."""

from django.db import migrations, models

FILL = """
    update duties_duty set protocol_from = adoption.starts_on::timestamp at time zone 'Europe/London'
    from access_adoption adoption
    where adoption.id = adoption_id and since < adoption.starts_on::timestamp at time zone 'Europe/London'
"""
TABLES = ("duties_duty", "access_adoption")


class Migration(migrations.Migration):
    dependencies = [("duties", "0002_row_level_security")]
    operations = [
        migrations.AddField(model_name="duty", name="protocol_from", field=models.DateTimeField(null=True)),
        # The owner sees no rows while row-level security holds for it too.
        *(migrations.RunSQL(f"alter table {table} no force row level security", "") for table in TABLES),
        migrations.RunSQL(FILL, ""),
        *(migrations.RunSQL(f"alter table {table} force row level security", "") for table in TABLES),
    ]
