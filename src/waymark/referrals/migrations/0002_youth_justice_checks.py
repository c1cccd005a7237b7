"""What the Youth Offending Service was asked and said is read by those who read youth justice, as its entries are."""

from django.db import migrations

from waymark.core.security import readable, reads_instead

CHECK = "referrals_check"
YOUTH_JUSTICE = "'youth_justice'"
OPEN = f"({CHECK}.kind <> {YOUTH_JUSTICE} or ({readable(CHECK, YOUTH_JUSTICE)}))"


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_the_referral")]
    operations = [reads_instead(CHECK, readable(CHECK, "'risk'"), OPEN)]
