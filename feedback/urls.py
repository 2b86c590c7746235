from django.urls import path

from feedback import views

urlpatterns = [
    path("check-ins/", views.checkins, name="checkins"),
    path("check-ins/<int:pk>/", views.checkin, name="checkin"),
    path("check-ins/<int:pk>/skip/", views.checkin_skip, name="checkin_skip"),
    path("check-ins/<int:pk>/show/", views.checkin_show, name="checkin_show"),
]
