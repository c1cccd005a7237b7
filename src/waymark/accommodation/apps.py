from django.apps import AppConfig


class AccommodationConfig(AppConfig):
    name = "waymark.accommodation"
    label = "accommodation"

    def ready(self) -> None:
        """Follow what is recorded: whoever has left holds no unit."""
        from waymark.accommodation.following import follow, follow_many
        from waymark.events import handlers

        handlers.register("accommodation", follow, bulk=follow_many)
