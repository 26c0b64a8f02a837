"""VietQR: a transfer by a code that every bank's application reads (EMVCo, NAPAS 247); a cashier confirms what arrived."""

import datetime
from collections.abc import Mapping

from django.utils.translation import gettext as _

from payments.models import ProviderCode
from payments.providers.base import Exit, Order, Provider, plain

NAPAS = "A000000727"
TO_ACCOUNT = "QRIBFTTA"
DONG = "704"
# Banks cut the purpose of an instant transfer after this many characters.
PURPOSE_LENGTH = 25


def _tag(name: str, value: str) -> str:
    return f"{name}{len(value):02d}{value}"


def crc16(text: str) -> str:
    """CRC-16/CCITT-FALSE: polynomial 0x1021, beginning with 0xFFFF, nothing reflected."""
    crc = 0xFFFF
    for byte in text.encode():
        crc ^= byte << 8
        for _bit in range(8):
            crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return f"{crc:04X}"


def payload(
    bank_bin: str, account: str, amount: int = 0, *, bill: str = "", purpose: str = "", reusable: bool = False
) -> str:
    """The text in the code; 11 marks one that may be used again and again, 12 one for a single payment."""
    beneficiary = _tag("00", bank_bin) + _tag("01", account)
    body = _tag("00", "01") + _tag("01", "12" if amount and not reusable else "11")
    body += _tag("38", _tag("00", NAPAS) + _tag("01", beneficiary) + _tag("02", TO_ACCOUNT))
    body += _tag("53", DONG) + (_tag("54", str(amount)) if amount else "") + _tag("58", "VN")
    further = (_tag("01", bill) if bill else "") + (_tag("08", purpose) if purpose else "")
    body += (_tag("62", further) if further else "") + "6304"
    return body + crc16(body)


class Vietqr(Provider):
    code = ProviderCode.VIETQR
    # A transfer may be made at a bank's counter the next morning.
    lifetime = datetime.timedelta(days=3)
    can_be_asked = False

    def leave(self, order: Order) -> Exit:
        return Exit(
            qr=payload(
                order.bank_bin, order.bank_account, order.amount, purpose=plain(order.reference)[:PURPOSE_LENGTH]
            )
        )

    def check(self, account: Mapping[str, str]) -> list[str]:
        missing = []
        if not (len(account.get("bank_bin", "")) == 6 and account["bank_bin"].isdecimal()):
            missing.append(_("Mã ngân hàng (BIN) gồm 6 chữ số."))
        if not account.get("bank_account", "").isalnum():
            missing.append(_("Chưa có số tài khoản nhận tiền."))
        return missing
