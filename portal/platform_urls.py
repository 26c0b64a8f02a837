"""Addresses of the platform's own host."""

from django.urls import path

from portal import views

urlpatterns = [
    path("", views.platform_home, name="home"),
    path("giao-dien/<int:version>.css", views.theme, name="theme"),
    path("ngon-ngu/", views.set_language, name="set_language"),
]
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
