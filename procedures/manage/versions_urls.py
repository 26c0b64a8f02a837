"""Addresses of a procedure's versions; all below thu-tuc/<code>/phien-ban/."""

from django.urls import path

from procedures.manage import catalogue, versions

urlpatterns = [
    path("so-sanh/", versions.compared, name="manage_versions_compared"),
    path("ngung-tiep-nhan/", versions.withdraw, name="manage_procedure_withdraw"),
    path("huy-cho/", versions.call_off, name="manage_version_call_off"),
    path("<int:number>/", catalogue.version, name="manage_version"),
    path("<int:number>/dung-lai/", versions.restore, name="manage_version_restore"),
]
