"""Addresses of the public pages; filing, the citizen's own pages and the figures keep lists of their own."""

from django.urls import include, path

from procedures.public import catalogue, feedback, form_files, home, procedure, statement, tracking, verification

urlpatterns = [
    path("", home.home, name="home"),
    path("thu-tuc/", catalogue.catalogue, name="catalogue"),
    path("thu-tuc/<str:code>/", procedure.procedure, name="procedure"),
    path("thu-tuc/<str:code>/mau-don.pdf", form_files.blank_form_pdf, name="blank_form_pdf"),
    path("thu-tuc/<str:code>/mau-don.docx", form_files.blank_form_docx, name="blank_form_docx"),
    path("thu-tuc/<str:code>/mau-don-cua-toi.<str:kind>", form_files.own_form, name="own_form"),
    path("tra-cuu/", tracking.track, name="track"),
    path("xac-thuc/", verification.verify_form, name="verify_form"),
    path("xac-thuc/<str:code>/", verification.verify, name="verify"),
    path("phan-anh/", feedback.feedback, name="feedback"),
    path("phan-anh/<str:reference>/", feedback.feedback_answer, name="feedback_answer"),
    path("kha-nang-tiep-can/", statement.accessibility, name="accessibility"),
    path("robots.txt", statement.robots, name="robots"),
    path("sitemap.xml", statement.sitemap, name="sitemap"),
    path("", include("procedures.public.finding_urls")),
    path("", include("procedures.public.apply_urls")),
    path("", include("procedures.public.account_urls")),
    path("", include("procedures.public.figures_urls")),
]
