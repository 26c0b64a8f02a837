"""Addresses of the pages on which a version draft is written; all below thu-tuc/<code>/soan/."""

from django.urls import path

from procedures.manage import drafts

urlpatterns = [
    path("", drafts.draft, name="manage_draft"),
    path("bat-dau/", drafts.begin, name="manage_draft_begin"),
    path("bo/", drafts.discard, name="manage_draft_discard"),
    path("lay-tu/", drafts.copy, name="manage_draft_copy"),
    path("hai-ban/", drafts.settle, name="manage_draft_settle"),
]
