"""The payment platform of the national portal (PayPlatform 1.0.6): INIT gives the address to leave by, CONFIRM tells the outcome.

INIT's and QUERY's signed fields are published; CONFIRM's are our reading of its message, hence a table that is easy to change.
"""

import datetime
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from payments.models import ProviderCode
from payments.providers.base import Exit, Notice, Order, Provider, Raw, Result, Truth, Untrue, stamp
from portal.http import Refused, post_json

VERSION = "1.0.6"
OK = "00"
INIT_SIGNED = [
    "LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "SoTien", "LoaiHinhThanhToan", "MaKenhThanhToan", "MaThietBi", "NgonNgu",
    "MaTienTe", "MaNganHang", "ThongTinGiaoDich", "ThoiGianGD", "Ip",
]  # fmt: skip
QUERY_SIGNED = ["LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD"]
CONFIRM_SIGNED = [
    "MaLoi",
    "MaThamChieu",
    "SoTien",
    "MaTienTe",
    "MaGiaoDich",
    "MaNganHang",
    "ThongTinGiaoDich",
    "ThoiGianGD",
]
ANSWER_SIGNED = ["MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD"]

ANSWERS = {
    Result.CONFIRMED: ("00", "Thanh cong"),
    Result.ALREADY: ("00", "Da ghi nhan"),
    Result.UNKNOWN_ORDER: ("01", "Khong tim thay giao dich"),
    Result.WRONG_AMOUNT: ("04", "Sai so tien"),
    Result.BAD_SIGNATURE: ("97", "Sai ma xac thuc"),
    Result.ERROR: ("99", "Loi khac"),
}


def authentication(message: Mapping[str, Any], signed: Sequence[str], secret: str) -> str:
    """MaXacThuc: SHA-256 of the values joined by pipes, the secret last."""
    return hashlib.sha256("|".join([*(str(message.get(name, "")) for name in signed), secret]).encode()).hexdigest()


def _sealed(message: dict[str, Any], signed: Sequence[str], secret: str) -> dict[str, Any]:
    return message | {"MaXacThuc": authentication(message, signed, secret)}


def _whole(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() else None


class National(Provider):
    code = ProviderCode.NATIONAL

    def leave(self, order: Order) -> Exit:
        answer = post_json(order.endpoint, _sealed(self._init(order), INIT_SIGNED, order.secret))
        url = str(answer.get("UrlThanhToan", "")) if isinstance(answer, dict) and answer.get("MaLoi") == OK else ""
        if not url.startswith("https://"):
            raise Refused("PayPlatform gave no address to pay at")
        return Exit(url=url)

    def _init(self, order: Order) -> dict[str, Any]:
        return {
            "LoaiBanTin": "INIT",
            "PhienBan": VERSION,
            "MaDoiTac": order.terminal,
            "MaThamChieu": order.reference,
            "SoTien": str(order.amount),
            "LoaiHinhThanhToan": "PAY",
            "MaKenhThanhToan": "1",
            "MaThietBi": "1",
            "NgonNgu": "vi-VN",
            "MaTienTe": "VND",
            "MaNganHang": "PAYMENT",
            "ThongTinGiaoDich": order.description,
            "ThoiGianGD": stamp(order.left_at),
            "Ip": order.ip,
            "ThongTinBienLai": {
                "MaDichVu": "2",
                "TKThuHuong": order.bank_account,
                "MaNHThuHuong": order.bank_bin,
                "TenTKThuHuong": order.holder,
                "NoiDungThanhToan": order.description,
                "PhiLePhi": [
                    {
                        "LoaiPhiLePhi": "1" if item.kind == "fee" else "2",
                        "TenPhiLePhi": item.name,
                        "SoTien": str(item.amount),
                    }
                    for item in order.items
                ],
            },
        }

    def read(self, raw: Raw) -> Notice:
        return Notice(
            reference=str(raw.get("MaThamChieu", "")),
            amount=_whole(str(raw.get("SoTien", ""))) if raw.get("MaTienTe", "VND") == "VND" else None,
            truth=Truth.PAID if raw.get("MaLoi") == OK else Truth.UNDECIDED,
            transaction=str(raw.get("MaGiaoDich", "")),
        )

    def verify(self, raw: Raw, secret: str) -> bool:
        expected = authentication(raw, CONFIRM_SIGNED, secret)
        return bool(secret) and hmac.compare_digest(str(raw.get("MaXacThuc", "")).lower().encode(), expected.encode())

    def answer(self, result: Result, raw: Raw, secret: str) -> dict[str, str]:
        code, text = ANSWERS[result]
        names = {name: str(raw.get(name, "")) for name in ("MaDoiTac", "MaThamChieu", "ThoiGianGD")}
        return _sealed({"MaLoi": code, "MoTaLoi": text, **names}, ANSWER_SIGNED, secret)

    def ask(self, order: Order, now: datetime.datetime) -> Notice:
        names = {"LoaiBanTin": "QUERY", "PhienBan": VERSION, "MaDoiTac": order.terminal, "MaThamChieu": order.reference}
        answer = post_json(order.endpoint, _sealed({**names, "ThoiGianGD": stamp(now)}, QUERY_SIGNED, order.secret))
        if not isinstance(answer, dict):
            raise Refused("PayPlatform answered without an object")
        if not self.verify(answer, order.secret):
            raise Untrue("PayPlatform's answer has a wrong MaXacThuc")
        if str(answer.get("MaThamChieu")) != order.reference:
            raise Refused("PayPlatform answered about another payment")
        return self.read(answer)

    def check(self, account: Mapping[str, str]) -> list[str]:
        needed = {
            "terminal": _("Chưa có mã đối tác (MaDoiTac)."),
            "secret": _("Chưa có khóa bí mật."),
            "endpoint": _("Chưa có địa chỉ của nền tảng thanh toán."),
        }
        return [said for name, said in needed.items() if not account.get(name)]
