from django.apps import AppConfig
from django.db.backends.signals import connection_created


class CoreConfig(AppConfig):
    name = "waymark.core"
    label = "core"

    def ready(self) -> None:
        from waymark.core import checks  # noqa: F401  (registers the system checks)
        from waymark.core.cursors import one_statement_at_a_time

        connection_created.connect(one_statement_at_a_time, dispatch_uid="one_statement_at_a_time")
