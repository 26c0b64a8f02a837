"""Addresses of a dossier's papers and of the tracking books."""

from django.urls import path

from procedures.desk import books, papers

urlpatterns = [
    path("so-theo-doi/", books.books, name="desk_books"),
    path("so-theo-doi/so.<str:kind>", books.short_book, name="desk_book_short"),
    path("so-theo-doi/lap/", books.ask, name="desk_book_ask"),
    path("so-theo-doi/<int:key>/<int:volume>/", books.book_file, name="desk_book_file"),
    path("so-theo-doi/ban-giao-ket-qua.pdf", books.results, name="desk_results_list"),
    path("ho-so/<str:reference>/giay/", papers.papers, name="desk_papers"),
    path("ho-so/<str:reference>/giay/lap/", papers.make, name="desk_paper_make"),
    path("ho-so/<str:reference>/giay/<int:pk>/lap-lai/", papers.make_again, name="desk_paper_again"),
    path("ho-so/<str:reference>/phieu-kiem-soat.pdf", papers.control_slip, name="desk_control_slip"),
]
