"""Roles and offices that take two people: what one proposed, and who agreed."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from waymark.core.security import protect

BY_THOSE_WHO_AGREE = """
    exists (
        select 1 from public.access_membership m
        where m.id = (select public.waymark_actor()) and m.agency_id = access_appointment.agency_id
            and (m.administers or m.role in ('data_protection_lead', 'head_of_service'))
    )
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0014_cases_of_the_reader"),
    ]

    operations = [
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("role", models.CharField(blank=True, max_length=40)),
                ("seen", models.JSONField(blank=True, default=list)),
                ("hand_on", models.JSONField(blank=True, default=dict)),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("agreed", models.BooleanField(default=False)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="access.agency"
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
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="access.membership",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("email", ""), ("member__isnull", False)),
                            models.Q(("member", None), models.Q(("email", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="appointment_is_for_a_member_or_somebody_new",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agreed", False), ("decided_at", None), ("decided_by", None)),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="appointment_is_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("agreed", False),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="appointment_takes_two",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at", None)), fields=("member",), name="member_proposed_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at", None), ("member", None)),
                        fields=("agency", "email"),
                        name="address_proposed_once",
                    ),
                ],
            },
        ),
        protect("access_appointment", web_reads=BY_THOSE_WHO_AGREE),
    ]
