"""Signing in and out, and the account itself."""

from django.urls import path

from portal import account

urlpatterns = [
    path("dang-nhap/", account.sign_in, name="sign_in"),
    path("dang-nhap/vneid/", account.sign_in_begin, name="sign_in_begin"),
    path("vneid/ve/", account.sign_in_back, name="sign_in_back"),
    path("dang-xuat/", account.sign_out, name="sign_out"),
    path("xac-thuc-hai-lop/", account.second_factor, name="second_factor"),
    path("xac-nhan/", account.confirm, name="confirm"),
    path("thong-tin/", account.details, name="account_details"),
]
