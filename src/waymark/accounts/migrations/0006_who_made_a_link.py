"""Who made a link for a new password: the person sees it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_joining"),
    ]

    operations = [
        migrations.AddField(
            model_name="link",
            name="made_by",
            field=models.CharField(blank=True, max_length=420),
        ),
    ]
