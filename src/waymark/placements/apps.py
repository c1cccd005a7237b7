from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "waymark.placements"
    label = "placements"

    def ready(self) -> None:
        """Follow what is recorded: when a referral is over, so is asking for a place for it. What is on the list of
        options is proposed to be checked.
        """
        from waymark.events import handlers
        from waymark.placements.following import follow, follow_many
        from waymark.placements.searching import addresses_of_options
        from waymark.referrals.proposing import PROPOSERS

        handlers.register("placements", follow, bulk=follow_many)
        PROPOSERS.append(addresses_of_options)
