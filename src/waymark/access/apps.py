from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "waymark.access"
    label = "access"

    def ready(self) -> None:
        from waymark.access.ledger import SharingLedger
        from waymark.core.ledger import register_ledger

        register_ledger(SharingLedger())
