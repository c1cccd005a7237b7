from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "waymark.events"
    label = "events"

    def ready(self) -> None:
        from waymark.events import checks  # noqa: F401  (registers the system check)
