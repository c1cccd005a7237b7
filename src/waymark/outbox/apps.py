from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "waymark.outbox"
    label = "outbox"
