"""Pages read the duties of the cases within reach; only the service login writes."""

from django.db import migrations

from waymark.core.security import protect, within_reach


class Migration(migrations.Migration):
    dependencies = [("duties", "0001_initial"), ("access", "0002_row_level_security")]
    operations = [
        protect("duties_duty", web_reads=within_reach("duties_duty")),
        protect("duties_notice", web_reads=within_reach("duties_notice")),
        protect("duties_casewake"),
    ]
