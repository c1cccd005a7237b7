from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "waymark.audit"
    label = "audit"

    def ready(self) -> None:
        from waymark.audit.services import store
        from waymark.core.trail import register_writer

        register_writer(store)
