from django.apps import AppConfig


class GovukConfig(AppConfig):
    name = "waymark.govuk"
    label = "govuk"
