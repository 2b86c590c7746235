from django.urls import path

from tours import views

urlpatterns = [
    path("tours/", views.tours, name="tours"),
    path("tours/new/", views.tour_new, name="tour_new"),
    path("tours/<int:pk>/", views.tour, name="tour"),
    path("tours/<int:pk>/draft/", views.terms_edit, name="terms_edit"),
    path("tours/<int:pk>/withdraw/", views.tour_withdraw, name="tour_withdraw"),
    path("tours/<int:pk>/versions/<int:number>/", views.terms_version, name="terms_version"),
    path("tours/<int:pk>/versions/<int:number>/changes/", views.terms_changes, name="terms_changes"),
    path("tours/<int:pk>/versions/<int:number>/sign/", views.terms_sign, name="terms_sign"),
    path("tours/<int:pk>/versions/<int:number>/revise/", views.terms_revise, name="terms_revise"),
    path(
        "tours/<int:pk>/versions/<int:number>/ask-for-a-change/",
        views.terms_ask_for_change,
        name="terms_ask_for_change",
    ),
    path("tours/<int:pk>/versions/<int:number>/decline/", views.tour_decline, name="tour_decline"),
]
