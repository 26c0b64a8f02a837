"""Addresses of a tenant's host. The ground names the storeys above only as strings."""

from django.conf import settings
from django.urls import include, path

from portal import gallery, views

urlpatterns = [
    path("giao-dien/<int:version>.css", views.theme, name="theme"),
    path("ngon-ngu/", views.set_language, name="set_language"),
    path("tai-khoan/", include("portal.account_urls")),
    path("thanh-toan/", include("payments.urls")),
    path("", include("procedures.urls")),
]
if settings.DEMO:
    urlpatterns += [
        path("__gallery__/", gallery.gallery, name="gallery"),
        path("__gallery__/staff/", gallery.gallery, {"frame": "staff"}, name="gallery_staff"),
    ]
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
