from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "alliance_site.outbox"
    label = "outbox"

    def ready(self) -> None:
        from alliance_site.outbox import checks  # noqa: F401
