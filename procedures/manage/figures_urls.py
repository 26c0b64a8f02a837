"""Addresses of the figures for officials and administrators."""

from django.urls import path

from procedures.manage import figures_views, time_figures

urlpatterns = [
    path("", figures_views.figures, name="manage_figures"),
    path("ho-so/<str:measure>/", figures_views.dossiers, name="manage_figures_list"),
    path("thoi-han/", time_figures.time_figures, name="manage_time"),
    path("thoi-han/<str:measure>/", time_figures.time_list, name="manage_time_list"),
]
