"""Addresses of signing and of the register of results."""

from django.urls import path

from procedures.desk import register_of_results, signing, signing_many, uncollected

urlpatterns = [
    path("ho-so/<str:reference>/ky/", signing.decide, name="desk_decide"),
    path("ho-so/<str:reference>/thu-hoi/", signing.revoke, name="desk_revoke"),
    path("ho-so/<str:reference>/thay-the/", signing.replace, name="desk_replace"),
    path("so-ket-qua/", register_of_results.register, name="desk_results"),
    path("so-ket-qua/so.csv", register_of_results.exported, name="desk_results_file"),
    path("chua-nhan/", uncollected.shelf, name="desk_uncollected"),
    path("ho-so/<str:reference>/ky-im-lang/", signing_many.sign_consent, name="desk_sign_consent"),
    path("ky/", signing_many.to_sign, name="desk_to_sign"),
    path("ky/nhieu/", signing_many.sign_many, name="desk_sign_many"),
    path("ky/dot/<str:key>/", signing_many.batch, name="desk_batch"),
    path("ky/<int:pk>/", signing.signing, name="desk_signing"),
    path("ky/<int:pk>/van-ban.pdf", signing.signing_paper, name="desk_signing_paper"),
    path("ky/<int:pk>/can-ky.bin", signing.signing_data, name="desk_signing_data"),
]
