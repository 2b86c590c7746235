from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "alliance_site.dashboards"
    label = "dashboards"

    def ready(self) -> None:
        from alliance_site import checks  # noqa: F401  registers them
