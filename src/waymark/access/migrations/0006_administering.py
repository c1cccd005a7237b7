"""An agency's administrator invites people and closes teams."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0005_the_ledger_opens")]
    operations = [
        migrations.AddField(
            model_name="membership",
            name="invited_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="invited_as",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="team",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RemoveConstraint(model_name="team", name="team_name_once_in_an_agency"),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("agency", "name"), name="team_name_once_in_an_agency"
            ),
        ),
    ]
