from django.apps import AppConfig


class ChallengesConfig(AppConfig):
    name = "waymark.challenges"
    label = "challenges"

    def ready(self) -> None:
        """Follow what is recorded, wherever it is recorded: where a challenge stands is worked out from that."""
        from waymark.challenges.following import follow, follow_many
        from waymark.events import handlers

        handlers.register("challenges", follow, bulk=follow_many)
