"""A way to pay without money, for trying things out: the page to leave for is ours, its callbacks are signed like a bank's."""

import datetime
import hashlib
import hmac
from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from payments.models import ProviderCode
from payments.providers.base import Exit, Notice, Order, Provider, Raw, Result, Truth


def seal(raw: Raw, secret: str) -> str:
    told = "&".join(f"{name}={raw[name]}" for name in sorted(raw) if name != "seal")
    return hmac.new(secret.encode(), told.encode(), hashlib.sha256).hexdigest()


def sealed(reference: str, amount: int, truth: Truth, secret: str) -> dict[str, str]:
    """The callback that the page of the trial bank sends."""
    raw = {"reference": reference, "amount": str(amount), "truth": truth.value, "transaction": f"SB{reference}"}
    return raw | {"seal": seal(raw, secret)}


class Sandbox(Provider):
    code = ProviderCode.SANDBOX

    def leave(self, order: Order) -> Exit:
        return Exit(url=reverse("payment_sandbox", args=[order.reference]))

    def read(self, raw: Raw) -> Notice:
        amount, truth = raw.get("amount", ""), raw.get("truth", "")
        return Notice(
            reference=raw.get("reference", ""),
            amount=int(amount) if amount.isascii() and amount.isdigit() else None,
            truth=Truth(truth) if truth in {t.value for t in Truth} else Truth.UNDECIDED,
            transaction=raw.get("transaction", ""),
        )

    def verify(self, raw: Raw, secret: str) -> bool:
        return bool(secret) and hmac.compare_digest(raw.get("seal", "").encode(), seal(raw, secret).encode())

    def answer(self, result: Result, raw: Raw, secret: str) -> dict[str, str]:
        return {"result": result.value}

    def ask(self, order: Order, now: datetime.datetime) -> Notice:
        return Notice(order.reference, order.amount, Truth.ABSENT)

    def check(self, account: Mapping[str, str]) -> list[str]:
        if settings.DEMO or settings.TESTING:
            return [] if account.get("secret") else [_("Chưa có khóa bí mật.")]
        return [_("Thanh toán thử chỉ dùng cho bản trình diễn.")]
