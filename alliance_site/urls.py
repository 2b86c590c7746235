from django.urls import URLPattern, URLResolver, include, path

from alliance_site.dashboards.home import home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("", include("tours.urls")),
]
