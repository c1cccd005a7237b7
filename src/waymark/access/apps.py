from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "waymark.access"
    label = "access"

    def ready(self) -> None:
        from waymark.access.following import hold_back_withdrawals
        from waymark.access.ledger import SharingLedger
        from waymark.core.ledger import register_ledger
        from waymark.events import handlers

        register_ledger(SharingLedger())
        handlers.register("access", hold_back_withdrawals)
