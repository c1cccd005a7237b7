from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "waymark.access"
    label = "access"

    def ready(self) -> None:
        from waymark.access.ledger import InvolvementLedger
        from waymark.core.ledger import register_ledger

        register_ledger(InvolvementLedger())
