"""Addresses for administrators and auditors."""

from django.urls import include, path

from procedures.manage import accounts, calendar, catalogue, journal, offices, overview, people, settings

urlpatterns = [
    path("", overview.overview, name="manage"),
    path("so-lieu/", include("procedures.manage.figures_urls")),
    path("ket-noi/", overview.links, name="manage_links"),
    path("viec-nen/", overview.jobs, name="manage_jobs"),
    path("viec-nen/<int:key>/lam-lai/", overview.job_again, name="manage_job_again"),
    path("nguoi/", people.people, name="manage_people"),
    path("nguoi/them/", people.person_add, name="manage_person_add"),
    path("nguoi/<int:key>/", people.person, name="manage_person"),
    path("nguoi/<int:key>/vai-tro/", people.role_give, name="manage_role_give"),
    path("nguoi/<int:key>/vai-tro/<int:role>/rut/", people.role_withdraw, name="manage_role_withdraw"),
    path("nguoi/<int:key>/khoa/", people.person_lock, name="manage_person_lock"),
    path("don-vi/", offices.offices, name="manage_offices"),
    path("don-vi/them/", offices.office_add, name="manage_office_add"),
    path("don-vi/<str:code>/", offices.office, name="manage_office"),
    path("don-vi/<str:code>/sua/", offices.office_change, name="manage_office_change"),
    path("don-vi/<str:code>/ngay-lam-viec/", calendar.hours, name="manage_office_hours"),
    path("don-vi/<str:code>/giai-the/", offices.office_dissolve, name="manage_office_dissolve"),
    path("lich/", calendar.calendar, name="manage_calendar"),
    path("lich/them/", calendar.day_add, name="manage_day_add"),
    path("lich/<int:key>/bo/", calendar.day_drop, name="manage_day_drop"),
    path("thiet-lap/", settings.settings, name="manage_settings"),
    path("thiet-lap/sua/", settings.settings_change, name="manage_settings_change"),
    path("thu-tuc/", catalogue.procedures, name="manage_procedures"),
    path("thu-tuc/goi/", catalogue.bundle, name="manage_bundle"),
    path("thu-tuc/goi.json", catalogue.bundle_file, name="manage_bundle_file"),
    path("thu-tuc/<str:code>/", catalogue.procedure, name="manage_procedure"),
    path("thu-tuc/<str:code>/goi.json", catalogue.bundle_file, name="manage_procedure_file"),
    path("thu-tuc/<str:code>/them-don-vi/", catalogue.offering_add, name="manage_offering_add"),
    path("thu-tuc/<str:code>/don-vi/<str:office>/", catalogue.offering, name="manage_offering"),
    path("thu-tuc/<str:code>/phien-ban/<int:number>/", catalogue.version, name="manage_version"),
    path("tai-khoan-thu/", accounts.accounts, name="manage_accounts"),
    path("tai-khoan-thu/mo/", accounts.account_open, name="manage_account_open"),
    path("tai-khoan-thu/<int:key>/dong/", accounts.account_close, name="manage_account_close"),
    path("nhat-ky/", journal.journal, name="manage_audit"),
    path("nhat-ky/kiem-tra/", journal.chain, name="manage_chain"),
    path("phan-anh/", journal.feedback, name="manage_feedback"),
]
