"""Addresses of the public figures."""

from django.urls import path

from procedures.public.coming import coming

urlpatterns = [path("so-lieu/", coming, name="figures")]
