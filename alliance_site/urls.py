"""The addresses of all rooms. The demonstration's exist in the demonstration alone."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path

from alliance_site.dashboards.home import home
from alliance_site.dashboards.messages import message_settle, messages
from alliance_site.dashboards.opinions import opinions, opinions_export
from alliance_site.dashboards.retention.departments import departments
from alliance_site.dashboards.retention.export import retention_export
from alliance_site.dashboards.retention.lists import retention_list
from alliance_site.dashboards.retention.monthly import retention_monthly
from alliance_site.dashboards.retention.overview import retention
from alliance_site.dashboards.retention.staying import staying
from alliance_site.dashboards.retention.team import team, team_list
from alliance_site.dashboards.retention.tours import tours
from alliance_site.dashboards.signals import signals
from alliance_site.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("", include("people.urls")),
    path("messages/", messages, name="messages"),
    path("messages/<uuid:pk>/settle/", message_settle, name="message_settle"),
    path("retention/", retention, name="retention"),
    path("retention/departments/", departments, name="retention_departments"),
    path("retention/staying/", staying, name="retention_staying"),
    path("retention/tours/", tours, name="retention_tours"),
    path("retention/list/<slug:of>/", retention_list, name="retention_list"),
    path("retention/monthly/", retention_monthly, name="retention_monthly"),
    path("team/", team, name="team"),
    path("team/list/<slug:of>/", team_list, name="team_list"),
    re_path(r"^retention/export/(?P<kind>csv|xlsx|pdf)/$", retention_export, name="retention_export"),
    path("signals/", signals, name="signals"),
    path("opinions/", opinions, name="opinions"),
    path("opinions/export/", opinions_export, name="opinions_export"),
    path("", include("tours.urls")),
    path("", include("feedback.urls")),
    path("healthz", healthz, name="healthz"),
]

if settings.DEMONSTRATION:
    urlpatterns += [path("", include("alliance_site.demonstration.urls"))]
