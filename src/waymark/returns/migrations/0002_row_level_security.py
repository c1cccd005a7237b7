"""Pages do not read what is kept of returns at all: what it says is in the events."""

from django.db import migrations

from waymark.core.security import protect


class Migration(migrations.Migration):
    dependencies = [("returns", "0001_initial"), ("access", "0002_row_level_security")]
    operations = [protect("returns_importedchild")]
