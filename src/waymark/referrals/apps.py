from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "waymark.referrals"
    label = "referrals"

    def ready(self) -> None:
        """Follow what is recorded, wherever it is recorded: where a referral stands is worked out from that."""
        from waymark.events import handlers
        from waymark.referrals.following import follow, follow_many

        handlers.register("referrals", follow, bulk=follow_many)
