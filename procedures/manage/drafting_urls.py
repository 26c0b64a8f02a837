"""Addresses of the pages on which a version draft is written; all below thu-tuc/<code>/soan/."""

from django.urls import include, path

from procedures.manage import conditions, designer, designer_parts, drafts, national, preview, publication

urlpatterns = [
    path("", drafts.draft, name="manage_draft"),
    path("bat-dau/", drafts.begin, name="manage_draft_begin"),
    path("bo/", drafts.discard, name="manage_draft_discard"),
    path("lay-tu/", drafts.copy, name="manage_draft_copy"),
    path("ho-so-thu-tuc/", include("procedures.manage.record_urls")),
    path("ban-cua-bo/", national.draft_national, name="manage_draft_national"),
    path("cong-bo/", publication.draft_publish, name="manage_draft_publish"),
    path("so-sanh/", publication.draft_compare, name="manage_draft_compare"),
    path("hai-ban/", drafts.settle, name="manage_draft_settle"),
    path("dieu-kien/<str:address>/", conditions.condition, name="manage_draft_condition"),
    path("bieu-mau/", designer.form_page, name="manage_draft_form"),
    path("bieu-mau/sap-xep/", designer.arrange, name="manage_draft_arrange"),
    path("bieu-mau/them-phan/", designer_parts.section_add, name="manage_draft_section_add"),
    path("bieu-mau/<str:section>/", designer_parts.section, name="manage_draft_section"),
    path("bieu-mau/<str:section>/them-truong/", designer_parts.field_add, name="manage_draft_field_add"),
    path("bieu-mau/<str:section>/<str:field>/", designer_parts.field, name="manage_draft_field"),
    path("bieu-mau/<str:section>/<str:field>/them-cot/", designer_parts.field_add, name="manage_draft_column_add"),
    path("bieu-mau/<str:section>/<str:field>/<str:column>/", designer_parts.field, name="manage_draft_column"),
    path("xem-thu/", preview.preview, name="manage_draft_preview"),
    path("xem-thu/<str:section>/", preview.section, name="manage_draft_try"),
]
