from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "waymark.duties"
    label = "duties"

    def ready(self) -> None:
        from waymark.duties import packs, services
        from waymark.events import handlers, schemas

        handlers.register("duties", services.on_events, bulk=services.on_many_events)
        schemas.also_ask(packs.own_event_type)
