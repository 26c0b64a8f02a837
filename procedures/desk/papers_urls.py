"""Addresses of a dossier's papers and of the tracking books."""

from django.urls import path

from procedures.desk import papers

urlpatterns = [
    path("ho-so/<str:reference>/giay/", papers.papers, name="desk_papers"),
    path("ho-so/<str:reference>/giay/lap/", papers.make, name="desk_paper_make"),
    path("ho-so/<str:reference>/giay/<int:pk>/lap-lai/", papers.make_again, name="desk_paper_again"),
    path("ho-so/<str:reference>/phieu-kiem-soat.pdf", papers.control_slip, name="desk_control_slip"),
]
