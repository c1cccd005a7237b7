import uuid

import django.db.models.deletion
from django.db import migrations, models

from waymark.core.security import LoginSQL, protect, readable, within_reach


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0015_appointments"),
        ("cases", "0002_found_by_reference"),
    ]

    operations = [
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("need", "Need identified"),
                            ("writing", "Being written"),
                            ("sent", "Sent, to be checked"),
                            ("more_asked", "More information asked for"),
                            ("searching", "Looking for a place"),
                            ("pathway", "The pathway is asked"),
                            ("passed", "With a provider"),
                            ("returned", "Sent back by the pathway"),
                            ("offered", "Place offered"),
                            ("refused", "Refused"),
                            ("agreed", "Place agreed"),
                            ("placed", "Moved in"),
                            ("withdrawn", "Withdrawn"),
                            ("closed", "Case closed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("route", models.CharField(blank=True, max_length=40)),
                ("started_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="cases.case"
                    ),
                ),
                (
                    "copied_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.referral",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("name", "Is the name known?"),
                            ("consultation", "Consultation of the Gangs Safeguarding Coordinator"),
                            ("area", "Areas to avoid"),
                            ("address", "Addresses"),
                            ("youth_justice", "The order, and risk, from the Youth Offending Service"),
                        ],
                        max_length=20,
                    ),
                ),
                ("question", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                ("answer", models.TextField(blank=True)),
                ("answered", models.UUIDField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.membership",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="cases.case"
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="referrals.referral"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SectionVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("section", models.CharField(max_length=40)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("identity", "Identity and contact"),
                            ("placement", "Placement and plan"),
                            ("risk", "Risk"),
                            ("missing", "Missing"),
                            ("incidents", "Incidents"),
                            ("meetings", "Meetings"),
                            ("finance", "Finance"),
                            ("exploitation", "Exploitation"),
                            ("youth_justice", "Youth justice"),
                            ("health", "Health"),
                            ("intelligence", "Intelligence"),
                        ],
                        max_length=20,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("answers", models.JSONField()),
                ("copied", models.BooleanField(default=False)),
                ("written_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="section_versions", to="cases.case"
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="referrals.referral"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CheckedPlace",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("place", models.CharField(max_length=300)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_concern", "No concern is known"),
                            ("with_care", "Only with a plan: talk to us first"),
                            ("not_to_be_used", "Do not use"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checked_places", to="cases.case"
                    ),
                ),
                (
                    "check_asked",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="places", to="referrals.check"
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("check_asked", "place"), name="checked_place_once")],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("about", models.UUIDField()),
                ("part", models.CharField(max_length=60)),
                ("based_on", models.PositiveIntegerField(default=0)),
                ("typed", models.JSONField()),
                ("changed_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="cases.case"
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="access.membership"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("membership", "about", "part"), name="draft_once")],
            },
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["case"], name="referral_by_case"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["state", "since"], name="referral_by_state"),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered", None), ("answered_at", None), ("answered_by", None)),
                    models.Q(
                        ("answered__isnull", False), ("answered_at__isnull", False), ("answered_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="check_answered_by_somebody_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="sectionversion",
            constraint=models.UniqueConstraint(fields=("referral", "section", "number"), name="section_version_once"),
        ),
        migrations.AddConstraint(
            model_name="sectionversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="section_versions_count_from_1"
            ),
        ),
        protect("referrals_referral", web_reads=readable("referrals_referral", "'placement'")),
        protect("referrals_sectionversion", web_reads=readable("referrals_sectionversion", "category")),
        LoginSQL(
            "revoke update on referrals_sectionversion from {service}",
            "grant update on referrals_sectionversion to {service}",
        ),
        protect("referrals_check", web_reads=readable("referrals_check", "'risk'")),
        protect("referrals_checkedplace", web_reads=readable("referrals_checkedplace", "'risk'")),
        protect(
            "referrals_draft",
            web_reads="membership_id = (select public.waymark_actor()) and " + within_reach("referrals_draft"),
        ),
    ]
