import uuid

import django.db.models.deletion
from django.db import migrations, models

from waymark.core.security import LoginSQL, protect

# As `WalkInQuerySet.visible_to`: providers read their own agency's, Placements and Commissioning their borough's.
WHOSE = """
create function public.waymark_walk_ins_of(asked_agency uuid, asked_borough uuid) returns boolean
    language sql stable set search_path = pg_catalog, pg_temp as $$
    select exists (
        select 1
        from public.access_membership m
        join public.access_agency a on a.id = m.agency_id
        left join public.access_team t on t.id = m.team_id
        where m.id = (select public.waymark_actor())
            and (
                (m.role in ('housing_keyworker', 'provider_manager') and m.agency_id = asked_agency)
                or (m.role in ('placements_team', 'commissioning') and asked_borough in (t.borough_id, a.case_id))
            )
    )
$$;
revoke execute on function public.waymark_walk_ins_of(uuid, uuid) from public;
grant execute on function public.waymark_walk_ins_of(uuid, uuid) to {web}, {service};
"""
OF_ONE = (
    "exists (select 1 from public.walk_ins_walkin w where w.id = walk_ins_followup.walk_in_id"
    " and public.waymark_walk_ins_of(w.agency_id, w.authority_id) offset 0)"
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0015_appointments"),
        ("accommodation", "0004_protect_what_is_where"),
        ("cases", "0002_found_by_reference"),
    ]

    operations = [
        migrations.CreateModel(
            name="WalkIn",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("who", models.CharField(max_length=60)),
                ("age", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("home_authority", models.CharField(max_length=120)),
                ("social_worker", models.CharField(blank=True, max_length=300)),
                ("said", models.TextField()),
                ("tonight", models.CharField(max_length=300)),
                ("advice", models.TextField(blank=True)),
                ("logged_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("told_whom", models.CharField(blank=True, max_length=300)),
                ("told_how", models.CharField(blank=True, max_length=10)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.TextField(blank=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.agency"
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.membership",
                    ),
                ),
                (
                    "logged_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="walk_ins",
                        to="accommodation.provider",
                    ),
                ),
                (
                    "told_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.membership",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
                (
                    "walk_in",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="follow_ups", to="walk_ins.walkin"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="walkin",
            index=models.Index(fields=["agency", "logged_at"], name="walk_in_of_an_agency"),
        ),
        migrations.AddIndex(
            model_name="walkin",
            index=models.Index(fields=["authority", "logged_at"], name="walk_in_of_a_borough"),
        ),
        migrations.AddConstraint(
            model_name="walkin",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed_at", None), ("told_at__isnull", False), _connector="OR"),
                name="walk_in_closed_once_told",
            ),
        ),
        LoginSQL(WHOSE, "drop function public.waymark_walk_ins_of(uuid, uuid)"),
        protect("walk_ins_walkin", web_reads="public.waymark_walk_ins_of(agency_id, authority_id)"),
        protect("walk_ins_followup", web_reads=OF_ONE),
    ]
