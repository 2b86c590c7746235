from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    name = "alliance_site.demonstration"
    label = "demonstration"
