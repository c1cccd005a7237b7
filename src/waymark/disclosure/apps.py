from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "waymark.disclosure"
    label = "disclosure"
