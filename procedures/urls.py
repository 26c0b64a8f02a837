"""Addresses of procedures, by audience."""

from django.urls import include, path

urlpatterns = [
    path("mot-cua/", include("procedures.desk.urls")),
    path("quan-tri/", include("procedures.manage.urls")),
    path("api/v1/", include("procedures.api.urls")),
    path("", include("procedures.public.urls")),
]
