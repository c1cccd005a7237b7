"""Pages read statuses by their category, needs as health, and the rest within reach of the case."""

from django.db import migrations

from waymark.core.security import protect, readable, within_reach


class Migration(migrations.Migration):
    dependencies = [("people", "0006_statuses_words_and_people_around")]
    operations = [
        protect("people_status", web_reads=readable("people_status", "people_status.category")),
        protect("people_ownwords", web_reads=within_reach("people_ownwords")),
        protect("people_needs", web_reads=readable("people_needs", "'health'")),
        protect("people_supporter", web_reads=within_reach("people_supporter")),
    ]
