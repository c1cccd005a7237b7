from django.apps import AppConfig


class WalkInsConfig(AppConfig):
    name = "waymark.walk_ins"
    label = "walk_ins"

    def ready(self) -> None:
        """Register what the worker does by itself."""
        from waymark.walk_ins import tasks  # noqa: F401
