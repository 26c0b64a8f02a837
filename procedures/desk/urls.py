"""Addresses of the officials' pages."""

from django.urls import include, path

from procedures.desk import bulk, cash, dossier, export, feedback, judging, saved, talk, viewer, worklist

urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("da-xem/", worklist.seen, name="desk_seen"),
    path("phim-tat/", worklist.keys, name="desk_keys"),
    path("hang-loat/", bulk.begin, name="desk_bulk"),
    path("hang-loat/<int:pk>/", bulk.job, name="desk_bulk_job"),
    path("cot/", saved.view, name="desk_columns"),
    path("cot/<int:pk>/", saved.change, name="desk_saved"),
    path("xuat/", export.files, name="desk_list_files"),
    path("xuat/lap/", export.ask, name="desk_list_file_ask"),
    path("xuat/tep/<int:pk>/", export.file, name="desk_list_file"),
    path("xuat/tep/<int:pk>/xoa/", export.file_drop, name="desk_list_file_drop"),
    path("xuat/danh-sach/<str:kind>/", export.export, name="desk_export"),
    path("xuat/ca-nhan/<str:kind>/", export.export_personal, name="desk_export_personal"),
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
