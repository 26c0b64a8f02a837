"""Addresses of the officials' pages."""

from django.urls import include, path

from procedures.desk import cash, dossier, feedback, judging, talk, viewer, worklist

urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("hang-loat/", worklist.bulk, name="desk_bulk"),
    path("", include("procedures.desk.counter_urls")),
    path("thu-tien/", cash.cash, name="desk_cash"),
    path("phan-anh/", feedback.inbox, name="desk_feedback"),
    path("phan-anh/<str:reference>/", feedback.answer, name="desk_feedback_answer"),
    path("ho-so/<str:reference>/", dossier.dossier_page, name="desk_dossier"),
    path("ho-so/<str:reference>/tep/<int:pk>/", dossier.attachment, name="desk_attachment"),
    path("ho-so/<str:reference>/giay/<int:pk>.pdf", dossier.paper, name="desk_paper"),
    path("ho-so/<str:reference>/tep/<int:pk>/xem/", viewer.view, name="desk_view"),
    path("ho-so/<str:reference>/tep/<int:pk>/trang/<int:number>.jpg", viewer.page, name="desk_view_page"),
    path("ho-so/<str:reference>/nhan-xet/", judging.judge, name="desk_judge"),
    path("ho-so/<str:reference>/trao-doi/", talk.letter, name="desk_letter"),
    path("ho-so/<str:reference>/ghi-chu/", talk.note, name="desk_note"),
    path("", include("procedures.desk.papers_urls")),
    path("", include("procedures.desk.hands")),
    path("", include("procedures.desk.opinions")),
    path("", include("procedures.desk.signing_urls")),
    path("", include("procedures.desk.steps")),
]
