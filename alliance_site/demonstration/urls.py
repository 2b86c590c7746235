from django.urls import path

from alliance_site.demonstration import views

urlpatterns = [
    path("letters/", views.letters, name="letters"),
    path("letters/<slug:key>/", views.letter, name="letter"),
    path("letters/<slug:key>/html", views.letter_html, name="letter_html"),
]
