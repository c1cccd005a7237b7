from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "waymark.casework"
    label = "casework"

    def ready(self) -> None:
        """Frame the pages of a record, also those of apps that come before this one."""
        from waymark.casework.views.case import frame
        from waymark.core.record_frame import register_framer

        register_framer(frame)
