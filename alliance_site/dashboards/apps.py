from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "alliance_site.dashboards"
    label = "dashboards"
