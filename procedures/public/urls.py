"""Addresses of the public pages; filing, the citizen's own pages and the figures keep lists of their own."""

from django.urls import include, path

from procedures.public import (
    catalogue,
    feedback,
    form_files,
    home,
    news,
    open_data,
    procedure,
    sitemaps,
    statement,
    tracking,
    verification,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("thu-tuc/", catalogue.catalogue, name="catalogue"),
    path("thu-tuc/thay-doi/", news.news, name="catalogue_news"),
    path("thu-tuc/thay-doi.atom", news.feed, name="catalogue_feed"),
    path("thu-tuc/<str:code>/", procedure.procedure, name="procedure"),
    path("thu-tuc/<str:code>/du-lieu.jsonld", open_data.procedure_data, name="procedure_data"),
    path("du-lieu/", open_data.data, name="open_data"),
    path("du-lieu/danh-muc.jsonld", open_data.data_catalogue, name="open_data_catalogue"),
    path("du-lieu/thu-tuc.jsonld", open_data.linked_file, name="open_data_linked"),
    path("du-lieu/thu-tuc.csv", open_data.table_file, name="open_data_table"),
    path("thu-tuc/<str:code>/mau-don.pdf", form_files.blank_form_pdf, name="blank_form_pdf"),
    path("thu-tuc/<str:code>/mau-don.docx", form_files.blank_form_docx, name="blank_form_docx"),
    path("thu-tuc/<str:code>/mau-don-cua-toi.pdf", form_files.own_form_pdf, name="own_form_pdf"),
    path("thu-tuc/<str:code>/mau-don-cua-toi.docx", form_files.own_form_docx, name="own_form_docx"),
    path("tra-cuu/", tracking.track, name="track"),
    path("xac-thuc/", verification.verify_form, name="verify_form"),
    path("xac-thuc/<str:code>/", verification.verify, name="verify"),
    path("phan-anh/", feedback.feedback, name="feedback"),
    path("phan-anh/<str:reference>/", feedback.feedback_answer, name="feedback_answer"),
    path("kha-nang-tiep-can/", statement.accessibility, name="accessibility"),
    path("robots.txt", statement.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemaps.sitemap_part, name="sitemap_part"),
    path("", include("procedures.public.finding_urls")),
    path("", include("procedures.public.apply_urls")),
    path("", include("procedures.public.account_urls")),
    path("", include("procedures.public.figures_urls")),
]
