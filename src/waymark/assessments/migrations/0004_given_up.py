"""A place that was agreed may be given up before anybody moves in: what was agreed stays on the row."""

from django.db import migrations, models
from django.db.models import Q

ACCEPTED, WAITING, OVER = "accepted", "waiting", ("declined", "withdrawn")


class Migration(migrations.Migration):
    dependencies = [("assessments", "0003_competing_providers")]

    operations = [
        migrations.RemoveConstraint(model_name="offer", name="offer_accepted_is_a_placement"),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                name="offer_accepted_is_a_placement",
                condition=Q(answer=ACCEPTED, placement__isnull=False)
                | Q(answer=WAITING, placement=None, confirmation=None, started_on=None)
                | Q(answer__in=OVER, started_on=None),
            ),
        ),
    ]
