"""What VNPAY says, written here a second time and without our adapter, so that a mistake is not made twice."""

import datetime
import hmac
from typing import Any
from urllib.parse import quote_plus

from payments.models import LedgerEntry, Payment, Receipt
from payments.money import Item
from payments.queries import balance
from payments.stand_ins.vnpay import secret_of
from portal.moments import HERE

TERMINAL = "DTHAP001"
ITEMS = [Item("charge", "Lệ phí đăng ký hộ kinh doanh", 25000), Item("fee", "Phí thẩm định", 5000)]
MORNING = datetime.datetime(2026, 11, 23, 9, 0, tzinfo=HERE)
MINUTE = datetime.timedelta(minutes=1)
IPN = "/thanh-toan/vnpay/ipn/"
OK = {"RspCode": "00", "Message": "Confirm Success"}
UNKNOWN = {"RspCode": "01", "Message": "Order not found"}
ALREADY = {"RspCode": "02", "Message": "Order already confirmed"}
AMOUNT = {"RspCode": "04", "Message": "Invalid amount"}
SIGNATURE = {"RspCode": "97", "Message": "Invalid signature/checksum"}
ERROR = {"RspCode": "99", "Message": "Unknown error"}


def said(
    payment: Payment, *, code: str = "00", status: str | None = None, number: str = "15000001", **other: str
) -> dict[str, str]:
    """One IPN about a payment, signed unless a signature is given."""
    status = status or ("00" if code == "00" else "02")
    words = {
        "vnp_TmnCode": payment.account.terminal,
        "vnp_Amount": str(payment.amount * 100),
        "vnp_BankCode": "NCB",
        "vnp_BankTranNo": f"VNP{number}",
        "vnp_CardType": "ATM",
        "vnp_OrderInfo": f"Thanh toan phi le phi {payment.reference}",
        "vnp_PayDate": "20261123090230",
        "vnp_ResponseCode": code,
        "vnp_TransactionNo": number,
        "vnp_TransactionStatus": status,
        "vnp_TxnRef": payment.reference,
    } | other
    return {"vnp_SecureHash": signature(words), **words}


def signature(words: dict[str, str], secret: str = "") -> str:
    told = "&".join(f"{quote_plus(k)}={quote_plus(v)}" for k, v in sorted(words.items()) if v)
    return hmac.new((secret or secret_of(words["vnp_TmnCode"])).encode(), told.encode(), "sha512").hexdigest()


def ledger() -> list[tuple[str, int]]:
    return [(str(e.kind), e.amount) for e in LedgerEntry.objects.order_by("pk")]


def story(payment: Payment) -> dict[str, Any]:
    """Where a payment stands, as one value to compare."""
    found = Payment.objects.get(pk=payment.pk)
    money = balance(LedgerEntry.objects.filter(payment=payment))
    return {
        "state": found.state,
        "received": money.received,
        "applied": money.applied,
        "suspense": money.suspense,
        "receipts": Receipt.objects.filter(payment=payment).count(),
    }


NOTHING = {"received": 0, "applied": 0, "suspense": 0, "receipts": 0}
PAID = {"state": "paid", "received": 30000, "applied": 30000, "suspense": 0, "receipts": 1}
