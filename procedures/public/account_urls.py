"""Addresses of the citizen's own pages."""

from django.urls import path

from procedures.public import (
    account_pages,
    dossier_files,
    dossier_page,
    dossier_renewal,
    dossier_result,
    dossier_steps,
    dossier_supply,
    dossier_talk,
    joint_page,
)

DOSSIER = "tai-khoan/ho-so/<str:reference>/"

urlpatterns = [
    path("tai-khoan/", account_pages.account, name="account"),
    path("tai-khoan/thu/<int:key>/", account_pages.my_message, name="my_message"),
    path("tai-khoan/lien-thong/<str:reference>/", joint_page.my_joint, name="my_joint"),
    path("tai-khoan/lien-thong/<str:reference>/bien-nhan.pdf", dossier_files.my_joint_receipt, name="my_joint_receipt"),
    path(DOSSIER, dossier_page.my_dossier, name="my_dossier"),
    path(f"{DOSSIER}thanh-toan/", dossier_steps.my_payment, name="my_payment"),
    path(f"{DOSSIER}bo-sung/", dossier_supply.my_supply, name="my_supply"),
    path(f"{DOSSIER}trao-doi/", dossier_talk.my_letter, name="my_letter"),
    path(f"{DOSSIER}rut/", dossier_steps.my_withdrawal, name="my_withdrawal"),
    path(f"{DOSSIER}nhan-ket-qua/", dossier_result.my_result, name="my_result"),
    path(f"{DOSSIER}gia-han/", dossier_renewal.my_renewal, name="my_renewal"),
    path(f"{DOSSIER}ai-da-xem/", dossier_page.my_looks, name="my_looks"),
    path(f"{DOSSIER}giay-to/<int:key>/", dossier_files.my_paper, name="my_paper"),
    path(f"{DOSSIER}tep/<int:key>/", dossier_files.my_file, name="my_file"),
]
