from django.apps import AppConfig


class RisksConfig(AppConfig):
    name = "waymark.risks"
    label = "risks"
