from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "waymark.assessments"
    label = "assessments"

    def ready(self) -> None:
        """Follow what is recorded: an offer holds nothing once its referral is over."""
        from waymark.assessments.following import follow, follow_many
        from waymark.events import handlers

        handlers.register("assessments", follow, bulk=follow_many)
