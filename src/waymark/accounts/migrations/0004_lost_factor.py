"""Whoever had a second factor taken away sets up a new one before anything else."""

import django.db.models.deletion
from django.db import migrations, models

from waymark.core.security import protect


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_addresses_are_not_for_everyone")]

    operations = [
        migrations.CreateModel(
            name="LostFactor",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="lost_factor",
                        serialize=False,
                        to="accounts.account",
                    ),
                ),
                ("taken_at", models.DateTimeField()),
            ],
        ),
        protect("accounts_lostfactor"),
    ]
