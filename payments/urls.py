"""Addresses of payments. Those of VNPAY are configured at VNPAY and never change."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from payments.views import callbacks, cashier, pages


class Reference(StringConverter):
    regex = "[0-9A-Z]{12,34}"


register_converter(Reference, "payment_reference")

urlpatterns = [
    path("vnpay/ipn/", callbacks.vnpay_ipn, name="vnpay_ipn"),
    path("vnpay/tra-ve/", pages.vnpay_return, name="vnpay_return"),
    path("payplatform/xac-nhan/", callbacks.national_confirm, name="national_confirm"),
    path("thu-ngan/", cashier.cashier, name="cashier"),
    path("thu-ngan/<payment_reference:reference>/", cashier.cashier_payment, name="cashier_payment"),
    path("thu-nghiem/<payment_reference:reference>/", pages.sandbox, name="payment_sandbox"),
    path("<payment_reference:reference>/", pages.payment, name="payment"),
    path("<payment_reference:reference>/di/", pages.leave_page, name="payment_leave"),
    path("<payment_reference:reference>/bien-lai.pdf", pages.receipt_pdf, name="payment_receipt"),
]
