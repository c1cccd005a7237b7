import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from waymark.core.security import LoginSQL, protect, readable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0015_appointments"),
        ("accommodation", "0004_protect_what_is_where"),
        ("cases", "0002_found_by_reference"),
        ("referrals", "0001_the_referral"),
    ]

    operations = [
        migrations.CreateModel(
            name="Challenge",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("refusal", models.UUIDField(blank=True, null=True)),
                (
                    "subject",
                    models.CharField(
                        choices=[("refusal", "A refusal"), ("need_level", "The level of need")], max_length=10
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("provider", "With the provider"),
                            ("placements", "With Placements"),
                            ("commissioning", "With Commissioning"),
                            ("resolved", "Resolved"),
                            ("closed", "Case closed"),
                        ],
                        max_length=13,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("raised_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("provider_failed_at", models.DateTimeField(blank=True, null=True)),
                ("placements_at", models.DateTimeField(blank=True, null=True)),
                ("placements_failed_at", models.DateTimeField(blank=True, null=True)),
                ("commissioning_at", models.DateTimeField(blank=True, null=True)),
                ("contract_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("overturned", "The provider considers the referral again"),
                            ("upheld", "The refusal stands"),
                            ("withdrawn", "The challenge was withdrawn"),
                            ("agreed", "The level of need was agreed"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="challenges", to="cases.case"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="challenges",
                        to="accommodation.provider",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="challenges",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case"], name="challenge_by_case"),
                    models.Index(fields=["stage", "since"], name="challenge_by_stage"),
                    models.Index(
                        fields=["refusal"],
                        name="challenge_of_a_refusal",
                        condition=models.Q(("refusal__isnull", False)),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChallengeStep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("raised", "Raised"),
                            ("asked", "Evidence asked for"),
                            ("given", "Evidence given"),
                            ("said", "Said"),
                            ("answered", "The provider answered, and stays with its decision"),
                            ("changed", "The provider changes its mind"),
                            ("unresolved", "Not resolved, and taken further"),
                            ("taken", "Taken further by the provider"),
                            ("contract", "The provider was challenged on its contract"),
                            ("ended", "Ended"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField()),
                (
                    "sections",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="challenge_steps", to="cases.case"
                    ),
                ),
                (
                    "challenge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="challenges.challenge"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["challenge", "at"], name="challenge_step_in_order")],
            },
        ),
        protect("challenges_challenge", web_reads=readable("challenges_challenge", "'placement'")),
        protect("challenges_challengestep", web_reads=readable("challenges_challengestep", "'placement'")),
        LoginSQL(
            "revoke update on challenges_challengestep from {service}",
            "grant update on challenges_challengestep to {service}",
        ),
    ]
