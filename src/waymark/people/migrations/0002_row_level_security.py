"""Pages read a young person, and what other systems call them, within reach of their case."""

from django.db import migrations

from waymark.core.security import protect, within_reach


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("access", "0002_row_level_security")]
    operations = [
        protect("people_youngperson", web_reads=within_reach("people_youngperson")),
        protect("people_identifier", web_reads=within_reach("people_identifier")),
    ]
