"""The addresses as the demonstration has them; the tests themselves run outside it."""

from django.urls import include, path

from alliance_site.urls import urlpatterns as ours

urlpatterns = [*ours, path("", include("alliance_site.demonstration.urls"))]
