import uuid

import django.db.models.deletion
from django.db import migrations, models

from waymark.core.security import protect, within_reach


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0005_the_ledger_opens"), ("cases", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="ShareDraft",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("started_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="share_drafts", to="cases.case"
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="share_drafts",
                        to="access.membership",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        protect(
            "casework_sharedraft",
            web_reads=("membership_id = (select public.waymark_actor()) and " + within_reach("casework_sharedraft")),
        ),
    ]
