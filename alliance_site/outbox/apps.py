from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "alliance_site.outbox"
    label = "outbox"
