"""Pages read that two records are about one person where they may read both."""

from django.db import migrations

from waymark.core.security import protect, within_reach


class Migration(migrations.Migration):
    dependencies = [("people", "0008_merges")]
    operations = [
        protect(
            "people_merge",
            web_reads=f"{within_reach('people_merge')} and {within_reach('people_merge', 'into_id')}",
        ),
    ]
