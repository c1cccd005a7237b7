import uuid

import django.db.models.deletion
from django.db import migrations, models

from waymark.core.security import protect, readable


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
            name="HousingEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.agency"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="housing_entries", to="cases.case"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "housing entries",
            },
        ),
        migrations.CreateModel(
            name="Approach",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "route",
                    models.CharField(
                        choices=[
                            ("pathway", "The housing pathway, through SP Referrals"),
                            ("camden", "Camden's or another borough's pathway"),
                            ("assessment_centre", "The assessment centre, through Private Housing Partnerships"),
                            ("spot", "A spot purchase"),
                            ("fostering", "Fostering"),
                        ],
                        max_length=20,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("passed_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("returned", "Sent back: no suitable place"),
                            ("refused", "Refused"),
                            ("declined", "Offer not taken"),
                            ("placed", "Moved in"),
                            ("over", "The referral was over"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="approaches", to="cases.case"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approaches",
                        to="accommodation.provider",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="approaches", to="referrals.referral"
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approaches",
                        to="accommodation.scheme",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "approaches",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["provider"], name="approach_of_a_provider"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("passed_at", None),
                            models.Q(("provider__isnull", False), ("scheme__isnull", False)),
                            _connector="OR",
                        ),
                        name="approach_passed_to_a_provider",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("outcome", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="approach_ends_with_an_outcome",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("provider__isnull", False)),
                        fields=("referral", "provider"),
                        name="approach_of_a_provider_once_at_a_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("provider", None)),
                        fields=("referral", "route"),
                        name="approach_of_the_pathway_once_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Option",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("why", models.TextField(blank=True)),
                ("added_at", models.DateTimeField()),
                ("shared_at", models.DateTimeField(blank=True, null=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="options", to="cases.case"
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="options", to="referrals.referral"
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accommodation.scheme"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("referral", "scheme"),
                        name="option_once_on_a_list",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Spending",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("spot_purchase", "A spot purchase"), ("extra_hours", "Extra support hours")],
                        max_length=20,
                    ),
                ),
                ("weekly_cost", models.DecimalField(decimal_places=2, max_digits=8)),
                ("weeks", models.PositiveSmallIntegerField()),
                ("hours", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("why", models.TextField()),
                ("asked_at", models.DateTimeField()),
                (
                    "decision",
                    models.CharField(
                        blank=True, choices=[("approved", "Approved"), ("declined", "Not approved")], max_length=10
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_why", models.TextField(blank=True)),
                ("bought_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="spending", to="cases.case"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.membership",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="spending", to="referrals.referral"
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accommodation.scheme",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "spending",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weekly_cost__gt", 0), ("weeks__gt", 0)), name="spending_costs_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            ("asked_by", None),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="spending_decided_by_somebody_else",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("decision", "")),
                            models.Q(
                                models.Q(("decision", ""), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="spending_decided_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("bought_at", None), ("decision", "approved"), _connector="OR"),
                        name="spending_bought_when_approved",
                    ),
                ],
            },
        ),
        protect("placements_option", web_reads=readable("placements_option", "'placement'")),
        protect("placements_approach", web_reads=readable("placements_approach", "'placement'")),
        protect("placements_spending", web_reads=readable("placements_spending", "'finance'")),
        protect("placements_housingentry", web_reads=readable("placements_housingentry", "'placement'")),
    ]
