from django.apps import AppConfig


class CompanyConfig(AppConfig):
    name = "alliance_site.demonstration.company"
    label = "company"
