"""Addresses of looking for a procedure: shelves, guide, suggestions, and the sheet that is taken along."""

from django.urls import path

from procedures.public import browse, catalogue, checklist, guide

urlpatterns = [
    path("danh-muc/", browse.browse, name="browse"),
    path("danh-muc/linh-vuc/<str:shelf>/", browse.browse_sector, name="browse_sector"),
    path("danh-muc/su-kien/<str:shelf>/", browse.browse_event, name="browse_event"),
    path("huong-dan/", guide.guide, name="guide"),
    path("goi-y/", catalogue.suggestions, name="suggestions"),
    path("thu-tuc/<str:code>/chuan-bi/", checklist.checklist, name="checklist"),
]
