from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "waymark.placements"
    label = "placements"

    def ready(self) -> None:
        """Follow what is recorded: when a referral is over, so is asking for a place for it."""
        from waymark.events import handlers
        from waymark.placements.following import follow, follow_many

        handlers.register("placements", follow, bulk=follow_many)
