"""Passwords, second factors, links and attempts: for services alone. Sessions end when nobody uses them."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from waymark.core.security import LoginSQL, protect

OURS = (
    "accounts_credential",
    "accounts_authenticatorapp",
    "accounts_passkey",
    "accounts_recoverycode",
    "accounts_directoryidentity",
    "accounts_link",
    "accounts_step",
    "accounts_attempts",
)

# What pages may know of the session whose token the request has set: whose it is, and whether it still holds. Like
# `waymark_actor`, it runs with the rights of the owner and a fixed search path, and tells nothing without a token.
# `live` is false for a session that has ended; then `account_id` still says who may send a form that came too late.
FUNCTION = """
create function public.waymark_session() returns table (
    id uuid, account_id uuid, membership_id uuid, live boolean, second_factor boolean, proved boolean, untouched boolean
)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select t.id, t.account_id, t.membership_id,
        t.ended_at is null and t.expires_at > statement_timestamp() and a.is_active,
        t.second_factor,
        t.proved_at > statement_timestamp() - interval '10 minutes',
        t.last_seen_at < statement_timestamp() - interval '1 minute'
    from public.accounts_token t
    join public.accounts_account a on a.id = t.account_id
    where t.digest = encode(sha256(convert_to(nullif(current_setting('waymark.token', true), ''), 'UTF8')), 'hex')
$$;
revoke execute on function public.waymark_session() from public;
grant execute on function public.waymark_session() to {web}, {service};
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    # Sessions from before this migration have nothing left of their 10 hours: they end when they are next used.
    operations = [
        migrations.CreateModel(
            name="Attempts",
            fields=[
                ("key", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
                ("blocked_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "attempts",
            },
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="credential",
                        serialize=False,
                        to="accounts.account",
                    ),
                ),
                ("password", models.CharField(max_length=256)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="token",
            name="browser",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="token",
            name="ends_by",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="token",
            name="how",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="token",
            name="last_seen_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="token",
            name="proved_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="token",
            name="second_factor",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="AuthenticatorApp",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("secret", models.CharField(max_length=400)),
                ("last_step", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="app", to="accounts.account"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "purpose",
                    models.CharField(
                        choices=[("invitation", "Invitation"), ("reset", "Forgotten password")], max_length=10
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="accounts.account"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Passkey",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("credential_id", models.BinaryField(unique=True)),
                ("credential", models.BinaryField()),
                ("signatures", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="passkeys", to="accounts.account"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("kind", models.CharField(max_length=20)),
                ("state", models.JSONField(default=dict)),
                ("expires_at", models.DateTimeField(db_index=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DirectoryIdentity",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("issuer", models.CharField(max_length=400)),
                ("subject", models.CharField(max_length=255)),
                ("bound_at", models.DateTimeField()),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="directory_identity",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("issuer", "subject"), name="directory_identity_once")],
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("account", "digest"), name="recovery_code_once")],
            },
        ),
        LoginSQL(FUNCTION, "drop function public.waymark_session()"),
        *(protect(table) for table in OURS),
    ]
