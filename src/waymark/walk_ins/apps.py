from django.apps import AppConfig


class WalkInsConfig(AppConfig):
    name = "waymark.walk_ins"
    label = "walk_ins"
