"""VNPAY 2.1.0: a signed address to leave by, a signed GET that tells the outcome, a signed question for what was not told."""

import datetime
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from django.conf import settings
from django.utils.translation import gettext as _

from payments.models import ProviderCode
from payments.providers.base import Exit, Notice, Order, Provider, Raw, Result, Truth, Untrue, stamp
from portal.http import Refused, post_json

VERSION = "2.1.0"
NOT_SIGNED = {"vnp_SecureHash", "vnp_SecureHashType"}
OK = "00"
# ResponseCode: the bank said no, and no money moved. 07 (debited, suspicious) is not among them, nor is anything unheard of.
DECLINED = {"09", "10", "11", "12", "13", "24", "51", "65", "75", "79", "99"}
# TransactionStatus of something that did not happen: 01 not completed, 02 error. 04 to 07 and 09 have seen money.
NOTHING_MOVED = {"01", "02"}
NO_SUCH_TRANSACTION = "91"

ANSWERS = {
    Result.CONFIRMED: ("00", "Confirm Success"),
    Result.UNKNOWN_ORDER: ("01", "Order not found"),
    Result.ALREADY: ("02", "Order already confirmed"),
    Result.WRONG_AMOUNT: ("04", "Invalid amount"),
    Result.BAD_SIGNATURE: ("97", "Invalid signature/checksum"),
    Result.ERROR: ("99", "Unknown error"),
}

QUESTION = [
    "RequestId",
    "Version",
    "Command",
    "TmnCode",
    "TxnRef",
    "TransactionDate",
    "CreateDate",
    "IpAddr",
    "OrderInfo",
]
REPLY = [
    "ResponseId", "Command", "ResponseCode", "Message", "TmnCode", "TxnRef", "Amount", "BankCode", "PayDate", "TransactionNo",
    "TransactionType", "TransactionStatus", "OrderInfo", "PromotionCode", "PromotionAmount",
]  # fmt: skip


def sign_data(params: Mapping[str, Any]) -> str:
    """All vnp_ parameters with a value, sorted by name and url-encoded, a space as plus."""
    named = sorted((k, str(v)) for k, v in params.items() if k.startswith("vnp_") and k not in NOT_SIGNED)
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in named if value)


def sign(text: str, secret: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha512).hexdigest()


def _same(given: object, expected: str) -> bool:
    return hmac.compare_digest(str(given).lower().encode(), expected.encode())


def _dong(value: object) -> int | None:
    """VNPAY writes đồng × 100; anything that is not a whole number of đồng equals no amount."""
    text = str(value)
    if not (text.isascii() and text.isdigit()) or not text.endswith("00"):
        return None
    return int(text) // 100


def truth_of(response_code: str, transaction_status: str) -> Truth:
    """Paid means both codes; not paid means both say so; whatever else, nobody is told that it failed."""
    if response_code == OK and transaction_status == OK:
        return Truth.PAID
    if response_code in DECLINED and transaction_status in NOTHING_MOVED:
        return Truth.FAILED
    return Truth.UNDECIDED


class Vnpay(Provider):
    code = ProviderCode.VNPAY

    def leave(self, order: Order) -> Exit:
        params = {
            "vnp_Version": VERSION,
            "vnp_Command": "pay",
            "vnp_TmnCode": order.terminal,
            "vnp_Amount": order.amount * 100,
            "vnp_CreateDate": stamp(order.left_at),
            "vnp_ExpireDate": stamp(order.expires_at),
            "vnp_CurrCode": "VND",
            "vnp_IpAddr": order.ip,
            "vnp_Locale": "en" if order.language == "en" else "vn",
            "vnp_OrderInfo": order.description,
            "vnp_OrderType": "other",
            "vnp_ReturnUrl": order.return_url,
            "vnp_TxnRef": order.reference,
        }
        query = sign_data(params)
        return Exit(url=f"{settings.VNPAY_PAY_URL}?{query}&vnp_SecureHash={sign(query, order.secret)}")

    def read(self, raw: Raw) -> Notice:
        currency = raw.get("vnp_CurrCode", "VND")
        return Notice(
            reference=raw.get("vnp_TxnRef", ""),
            amount=_dong(raw.get("vnp_Amount", "")) if currency == "VND" else None,
            truth=truth_of(raw.get("vnp_ResponseCode", ""), raw.get("vnp_TransactionStatus", "")),
            transaction=raw.get("vnp_TransactionNo", ""),
            terminal=raw.get("vnp_TmnCode", ""),
        )

    def verify(self, raw: Raw, secret: str) -> bool:
        return bool(secret) and _same(raw.get("vnp_SecureHash", ""), sign(sign_data(raw), secret))

    def answer(self, result: Result, raw: Raw, secret: str) -> dict[str, str]:
        code, message = ANSWERS[result]
        return {"RspCode": code, "Message": message}

    def ask(self, order: Order, now: datetime.datetime) -> Notice:
        question = {
            "vnp_RequestId": secrets.token_hex(16),
            "vnp_Version": VERSION,
            "vnp_Command": "querydr",
            "vnp_TmnCode": order.terminal,
            "vnp_TxnRef": order.reference,
            "vnp_OrderInfo": order.description,
            "vnp_TransactionDate": stamp(order.left_at),
            "vnp_CreateDate": stamp(now),
            "vnp_IpAddr": order.ip or "127.0.0.1",
        }
        question["vnp_SecureHash"] = sign("|".join(question[f"vnp_{name}"] for name in QUESTION), order.secret)
        return self._understood(post_json(settings.VNPAY_API_URL, question), order)

    def _understood(self, reply: Any, order: Order) -> Notice:
        if not isinstance(reply, dict):
            raise Refused("VNPAY answered without an object")
        told = "|".join(str(reply.get(f"vnp_{name}", "") or "") for name in REPLY)
        if not _same(reply.get("vnp_SecureHash", ""), sign(told, order.secret)):
            raise Untrue("VNPAY's answer has a wrong checksum")
        if str(reply.get("vnp_ResponseCode")) == NO_SUCH_TRANSACTION:
            return Notice(order.reference, order.amount, Truth.ABSENT, terminal=order.terminal)
        if str(reply.get("vnp_ResponseCode")) != OK or str(reply.get("vnp_TxnRef")) != order.reference:
            raise Refused(f"VNPAY answered {reply.get('vnp_ResponseCode')!r} to a question")
        return Notice(
            reference=order.reference,
            amount=_dong(reply.get("vnp_Amount")),
            truth=self._status(str(reply.get("vnp_TransactionStatus")), str(reply.get("vnp_TransactionType"))),
            transaction=str(reply.get("vnp_TransactionNo") or ""),
            terminal=order.terminal,
        )

    def _status(self, status: str, kind: str) -> Truth:
        """01 is "not completed": the payer may still be at it. Kinds other than 01 tell of a refund, not of the payment."""
        if kind not in ("", "None", "01"):
            return Truth.UNDECIDED
        return {OK: Truth.PAID, "02": Truth.FAILED}.get(status, Truth.UNDECIDED)

    def check(self, account: Mapping[str, str]) -> list[str]:
        missing = []
        if len(account.get("terminal", "")) != 8:
            missing.append(_("Mã website (vnp_TmnCode) gồm đúng 8 ký tự."))
        if not account.get("secret"):
            missing.append(_("Chưa có chuỗi bí mật (vnp_HashSecret)."))
        return missing
