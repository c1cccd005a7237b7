from django.apps import AppConfig


class AccommodationConfig(AppConfig):
    name = "waymark.accommodation"
    label = "accommodation"
