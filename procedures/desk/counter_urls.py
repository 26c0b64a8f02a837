"""Addresses of the counter: paper being typed in, its scans, lists of papers between offices."""

from django.urls import path

from procedures.desk import counter, joint, paper_lists, queue, register, scans

urlpatterns = [
    path("tiep-nhan/", register.register, name="desk_register"),
    path("tiep-nhan/<str:key>/", counter.paper, name="desk_counter"),
    path("tiep-nhan/<str:key>/luu/", counter.save, name="desk_counter_save"),
    path("tiep-nhan/<str:key>/bo/", counter.drop, name="desk_counter_drop"),
    path("tiep-nhan/<str:key>/xong/", counter.done, name="desk_counter_done"),
    path("tiep-nhan/<str:key>/phieu.pdf", counter.receipt, name="desk_counter_receipt"),
    path("lien-thong/<str:reference>/", joint.filing, name="desk_joint"),
    path("lien-thong/<str:reference>/bien-nhan.pdf", joint.receipt, name="desk_joint_receipt"),
    path("hang-cho/", queue.line, name="desk_queue"),
    path("hang-cho/<str:code>/lay-so/", queue.kiosk, name="desk_kiosk"),
    path("ban-giao/", paper_lists.overview, name="desk_paper_lists"),
    path("ban-giao/lap/", paper_lists.give, name="desk_paper_list_give"),
    path("ban-giao/<int:pk>/", paper_lists.paper_list, name="desk_paper_list"),
    path("ban-giao/<int:pk>.pdf", paper_lists.print_list, name="desk_paper_list_pdf"),
    path("ho-so/<str:reference>/giay-to/<str:part>/", scans.paper, name="desk_scans"),
]
