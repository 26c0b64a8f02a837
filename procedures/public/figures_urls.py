"""Addresses of the public figures."""

from django.urls import path, re_path

from procedures.public import figures_views

urlpatterns = [
    path("so-lieu/", figures_views.figures, name="figures"),
    re_path(
        r"^so-lieu/(?P<report_name>[a-z]+)\.(?P<kind>csv|xlsx|json)$", figures_views.figures_file, name="figures_file"
    ),
]
