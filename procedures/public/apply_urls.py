"""Addresses of filing a dossier. The keys of sections hold no hyphen, so they never meet the pages that every form has."""

from django.urls import path

from procedures.public import (
    apply_check,
    apply_contact,
    apply_owner,
    apply_section,
    apply_start,
    apply_tasks,
    apply_versions,
    places,
)

DRAFT = "thu-tuc/<str:code>/nop/<str:reference>/"

urlpatterns = [
    path("dia-danh/xa/", places.communes, name="communes"),
    path("dia-danh/tim/", places.find_place, name="find_place"),
    path("thu-tuc/<str:code>/nop/", apply_start.apply, name="apply"),
    path(DRAFT, apply_start.go_on, name="apply_go_on"),
    path(f"{DRAFT}muc-luc/", apply_tasks.apply_tasks, name="apply_tasks"),
    path(f"{DRAFT}chu-ho-so/", apply_owner.apply_owner, name="apply_owner"),
    path(f"{DRAFT}lien-he/", apply_contact.apply_contact, name="apply_contact"),
    path(f"{DRAFT}kiem-tra/", apply_check.apply_check, name="apply_check"),
    path(f"{DRAFT}da-nop/", apply_check.apply_done, name="apply_done"),
    path(f"{DRAFT}phien-ban-moi/", apply_versions.apply_changed, name="apply_changed"),
    path(f"{DRAFT}<str:section>/luu/", apply_section.apply_save, name="apply_save"),
    path(f"{DRAFT}<str:section>/", apply_section.apply_section, name="apply_section"),
]
