"""What lists showed, what people typed apart from the entries, the order of sealing, and the seals."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

import waymark.audit.fields
from waymark.core.security import LoginSQL, append_only, protect

# The time, the place in the order and the transaction are the database's to say: nobody may name them. Only services
# may store what a person typed.
WRITTEN = (
    "id, action, who, role, membership_id, account_id, agency_id, kind, object_id, case_id, cases, request_id, purpose,"
    " detail"
)
RIGHTS = f"""
revoke insert on audit_entry from {{web}}, {{service}};
grant insert ({WRITTEN}) on audit_entry to {{web}};
grant insert ({WRITTEN}, words_digest) on audit_entry to {{service}};
revoke update, truncate on audit_text from {{service}};
"""
FORMER_RIGHTS = f"""
revoke insert ({WRITTEN}) on audit_entry from {{web}}, {{service}};
revoke insert (words_digest) on audit_entry from {{service}};
grant insert on audit_entry to {{web}}, {{service}};
"""


def clock_timestamp() -> models.Func:
    return models.Func(function="clock_timestamp", output_field=models.DateTimeField())


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("access", "0002_row_level_security")]

    operations = [
        migrations.AlterModelOptions(
            name="entry",
            options={"verbose_name": "entry of the audit trail", "verbose_name_plural": "entries of the audit trail"},
        ),
        migrations.AddField(
            model_name="entry",
            name="cases",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
        ),
        migrations.AddField(
            model_name="entry",
            name="transaction",
            field=waymark.audit.fields.TransactionField(
                db_default=models.Func(
                    function="pg_current_xact_id", output_field=waymark.audit.fields.TransactionField()
                ),
                editable=False,
            ),
        ),
        migrations.AddField(
            model_name="entry",
            name="words_digest",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
        migrations.AlterField(
            model_name="entry",
            name="action",
            field=models.CharField(
                choices=[
                    ("write", "WRITE"),
                    ("read", "READ"),
                    ("list", "LIST"),
                    ("search", "SEARCH"),
                    ("export", "EXPORT"),
                    ("refusal", "REFUSAL"),
                    ("sign_in", "SIGN_IN"),
                    ("sign_out", "SIGN_OUT"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="at",
            field=models.DateTimeField(db_default=clock_timestamp(), editable=False),
        ),
        migrations.RemoveIndex(model_name="entry", name="audit_by_case"),
        migrations.RemoveIndex(model_name="entry", name="audit_by_membership"),
        *(
            migrations.AddIndex(
                model_name="entry",
                index=models.Index(condition=models.Q((f"{column}__isnull", False)), fields=[column, "at"], name=name),
            )
            for name, column in (
                ("audit_by_case", "case_id"),
                ("audit_by_membership", "membership_id"),
                ("audit_by_agency", "agency_id"),
            )
        ),
        migrations.AddIndex(model_name="entry", index=models.Index(fields=["at"], name="audit_by_day")),
        migrations.AddIndex(
            model_name="entry", index=models.Index(fields=["transaction", "sequence"], name="audit_by_transaction")
        ),
        migrations.AddIndex(
            model_name="entry",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("cases__isnull", False)), fields=["cases"], name="audit_by_list"
            ),
        ),
        migrations.CreateModel(
            name="Words",
            fields=[
                ("entry_id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_default=clock_timestamp(), editable=False)),
                ("salt", models.BinaryField(max_length=16)),
                ("text", models.TextField()),
            ],
            options={
                "verbose_name_plural": "words",
                "db_table": "audit_text",
                "indexes": [models.Index(fields=["at"], name="audit_text_by_day")],
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("sealed_at", models.DateTimeField()),
                ("count", models.IntegerField()),
                ("first_sequence", models.BigIntegerField()),
                ("last_sequence", models.BigIntegerField()),
                ("through_transaction", waymark.audit.fields.TransactionField()),
                ("through_sequence", models.BigIntegerField()),
                ("floor", models.BigIntegerField(default=0)),
                (
                    "sequences",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("digests", models.BinaryField()),
                ("previous", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64, unique=True)),
            ],
            options={"ordering": ["number"]},
        ),
        LoginSQL(RIGHTS, FORMER_RIGHTS),
        protect("audit_text"),
        protect("audit_seal"),
        append_only("audit_seal"),
    ]
