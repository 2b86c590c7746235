"""The addresses of all rooms. The demonstration's exist in the demonstration alone."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path

from alliance_site.dashboards.chat import chat, chat_end
from alliance_site.dashboards.home import home
from alliance_site.dashboards.messages import message_settle, messages
from alliance_site.dashboards.notices import notice, notices, notices_read
from alliance_site.dashboards.occasions import occasion, occasions, occasions_for
from alliance_site.dashboards.opinions import opinions
from alliance_site.dashboards.opinions_export import opinions_export
from alliance_site.dashboards.retention.departments import departments
from alliance_site.dashboards.retention.export import retention_export
from alliance_site.dashboards.retention.lists import retention_list
from alliance_site.dashboards.retention.monthly import retention_monthly
from alliance_site.dashboards.retention.overview import retention
from alliance_site.dashboards.retention.staying import staying
from alliance_site.dashboards.retention.team import team, team_list
from alliance_site.dashboards.retention.team_export import team_export
from alliance_site.dashboards.retention.tours import tours
from alliance_site.dashboards.sending import doubts, hold_all, release_all, sending
from alliance_site.dashboards.settling import messages_settle
from alliance_site.dashboards.signals import signals
from alliance_site.health import healthz
from alliance_site.outbox.views import events, letters_declined
from feedback.views.checkins import checkin
from people.views import person
from tours.views.reading import tour

handler500 = "alliance_site.health.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    # What is read most comes first: Django tries one after the other, which takes as long as a statement.
    path("people/<int:pk>/", person, name="person"),
    path("tours/<int:pk>/", tour, name="tour"),
    path("check-ins/<int:pk>/", checkin, name="checkin"),
    path("", include("people.urls")),
    path("messages/", messages, name="messages"),
    path("messages/settle/", messages_settle, name="messages_settle"),
    path("messages/<uuid:pk>/settle/", message_settle, name="message_settle"),
    path("notices/", notices, name="notices"),
    path("notices/read/", notices_read, name="notices_read"),
    path("notices/<uuid:pk>/", notice, name="notice"),
    path("occasions/", occasions, name="occasions"),
    path("occasions/for/<int:pk>/", occasions_for, name="occasions_for"),
    path("occasions/<str:key>/", occasion, name="occasion"),
    path("messages/sending/", sending, name="sending"),
    path("messages/sending/hold/", hold_all, name="sending_hold"),
    path("messages/sending/release/", release_all, name="sending_release"),
    path("messages/sending/doubts/", doubts, name="sending_doubts"),
    path("messages/chat/", chat, name="chat"),
    path("messages/chat/<int:pk>/end/", chat_end, name="chat_end"),
    path("messages/events/", events, name="message_events"),
    path("messages/declined/<str:token>/", letters_declined, name="letters_declined"),
    path("retention/", retention, name="retention"),
    path("retention/departments/", departments, name="retention_departments"),
    path("retention/staying/", staying, name="retention_staying"),
    path("retention/tours/", tours, name="retention_tours"),
    path("retention/list/<slug:of>/", retention_list, name="retention_list"),
    path("retention/monthly/", retention_monthly, name="retention_monthly"),
    path("team/", team, name="team"),
    path("team/list/<slug:of>/", team_list, name="team_list"),
    re_path(r"^team/export/(?P<kind>csv|xlsx|pdf)/$", team_export, name="team_export"),
    re_path(r"^retention/export/(?P<kind>csv|xlsx|pdf)/$", retention_export, name="retention_export"),
    path("signals/", signals, name="signals"),
    path("opinions/", opinions, name="opinions"),
    re_path(r"^opinions/export/(?P<kind>csv|xlsx|pdf)/$", opinions_export, name="opinions_export"),
    path("", include("tours.urls")),
    path("", include("feedback.urls")),
    path("healthz", healthz, name="healthz"),
]

if settings.DEMONSTRATION:
    urlpatterns += [path("", include("alliance_site.demonstration.urls"))]
