"""Whoever is invited has to use the link of that agency before they act for it, whatever account they have."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_lost_factor")]

    operations = [
        migrations.AddField(
            model_name="link",
            name="membership_id",
            field=models.UUIDField(blank=True, db_index=True, null=True),
        ),
        migrations.AlterField(
            model_name="link",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("invitation", "Invitation"),
                    ("reset", "Forgotten password"),
                    ("joining", "Joining an agency"),
                ],
                max_length=10,
            ),
        ),
    ]
