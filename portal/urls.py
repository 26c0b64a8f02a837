"""Addresses of a tenant's host. The ground names the storeys above only as strings."""

from django.urls import include, path

from portal import views

urlpatterns = [
    path("giao-dien/<int:version>.css", views.theme, name="theme"),
    path("ngon-ngu/", views.set_language, name="set_language"),
    path("tai-khoan/", include("portal.account_urls")),
    path("thanh-toan/", include("payments.urls")),
    path("", include("procedures.urls")),
]
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
