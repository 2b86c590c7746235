from django.urls import path

from tours.views import agreeing, calendars, documents, drafting, policy, reading, story

urlpatterns = [
    path("tours/", reading.tours, name="tours"),
    path("tours/new/", drafting.tour_new, name="tour_new"),
    path("tours/<int:pk>/", reading.tour, name="tour"),
    path("tours/<int:pk>/calendar.ics", calendars.tour_calendar, name="tour_calendar"),
    path("people/<int:pk>/story/", story.story, name="story"),
    path("calendar/<str:token>.ics", calendars.calendar_feed, name="calendar_feed"),
    path("my/calendar/", calendars.my_calendar, name="my_calendar"),
    path("my/calendar/revoke/", calendars.my_calendar_revoke, name="my_calendar_revoke"),
    path("tours/<int:pk>/draft/", drafting.terms_edit, name="terms_edit"),
    path("tours/<int:pk>/withdraw/", agreeing.tour_withdraw, name="tour_withdraw"),
    path("tours/<int:pk>/versions/<int:number>/", reading.terms_version, name="terms_version"),
    path("tours/<int:pk>/versions/<int:number>/changes/", reading.terms_changes, name="terms_changes"),
    path("tours/<int:pk>/versions/<int:number>/pdf/", documents.terms_pdf, name="terms_pdf"),
    path("tours/<int:pk>/versions/<int:number>/text/", documents.terms_text, name="terms_text"),
    path("tours/<int:pk>/versions/<int:number>/sign/", agreeing.terms_sign, name="terms_sign"),
    path("tours/<int:pk>/versions/<int:number>/revise/", agreeing.terms_revise, name="terms_revise"),
    path(
        "tours/<int:pk>/versions/<int:number>/ask-for-a-change/",
        agreeing.terms_ask_for_change,
        name="terms_ask_for_change",
    ),
    path("tours/<int:pk>/versions/<int:number>/decline/", agreeing.tour_decline, name="tour_decline"),
    path("policy/", policy.policy, name="policy"),
]
