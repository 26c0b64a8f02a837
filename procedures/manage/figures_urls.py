"""Addresses of the figures for officials and administrators."""

from django.urls import path

from procedures.manage import figures_views

urlpatterns = [
    path("", figures_views.figures, name="manage_figures"),
    path("ho-so/<str:measure>/", figures_views.dossiers, name="manage_figures_list"),
]
