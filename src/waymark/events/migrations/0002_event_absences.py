from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("type__in", ("absence_recorded", "reported_missing"))),
                fields=["case"],
                name="event_absences",
            ),
        ),
    ]
