"""Payments, their ledger, what providers told us, receipts, refunds and the accounts that money is paid to."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import transition

from payments.lifecycle import OPEN, OVER, STEPS, State
from payments.money import Item, items_from_json
from portal.crypto import EncryptedJSONField, EncryptedTextField
from portal.moments import HERE
from portal.states import ReadsAnew, StateField
from portal.tenancy import TenantOwned

# Without 0, 1, I and O: people read a reference aloud and type it into a bank's form.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_reference(now: datetime) -> str:
    """Letters and digits only (banks drop everything else), with the day in front: VNPAY takes one as new again the next day."""
    return f"TT{now.astimezone(HERE):%y%m%d}{''.join(secrets.choice(ALPHABET) for _place in range(12))}"


class ProviderCode(models.TextChoices):
    VNPAY = "vnpay", _("VNPAY (thẻ, tài khoản ngân hàng, mã QR)")
    VIETQR = "vietqr", _("Chuyển khoản bằng mã VietQR")
    NATIONAL = "national", _("Nền tảng thanh toán của Cổng Dịch vụ công quốc gia")
    SANDBOX = "sandbox", _("Thanh toán thử, không có tiền thật")


class Account(TenantOwned):
    """Where the fees of an office are paid; without an office, those of the whole authority."""

    office = models.ForeignKey("portal.Office", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    provider = models.CharField(max_length=12, choices=ProviderCode.choices)
    # The merchant's code at the provider: vnp_TmnCode, MaDoiTac.
    terminal = models.CharField(max_length=40, blank=True)
    secret = EncryptedTextField(blank=True)
    endpoint = models.URLField(blank=True)
    bank_bin = models.CharField(max_length=6, blank=True)
    bank_account = EncryptedTextField(blank=True)
    holder = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "office", "provider", "terminal"], nulls_distinct=False, name="payment_account_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.terminal or self.bank_bin}"

    def as_used(self) -> dict[str, str]:
        """What a payment copies, so that a later change of the account does not touch it; the secret stays here."""
        names = ("terminal", "endpoint", "bank_bin", "bank_account", "holder")
        return {name: getattr(self, name) for name in names}


class Payment(ReadsAnew, TenantOwned):
    """One attempt to pay some items of a subject; it knows no dossier, only the caller's reference."""

    person_columns = ("payer",)

    reference = models.CharField(max_length=34)
    subject = models.CharField(max_length=80)
    claim = models.CharField(max_length=64)
    items = models.JSONField()
    amount = models.PositiveBigIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=12, choices=ProviderCode.choices)
    options = EncryptedJSONField()
    # The way out to the provider, once it is known: {"url": …} or {"qr": …}.
    exit = EncryptedJSONField(default=dict)
    payer = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    payer_name = models.CharField(max_length=200, blank=True)
    return_url = models.CharField(max_length=300, blank=True)
    state = StateField(default=State.CREATED, choices=State.choices, protected=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    provider_transaction = models.CharField(max_length=64, blank=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "reference"], name="payment_reference_once"),
            models.UniqueConstraint(
                fields=["tenant", "claim", "account"], condition=models.Q(state__in=OPEN), name="payment_open_once"
            ),
            models.UniqueConstraint(
                fields=["tenant", "claim"], condition=models.Q(state=State.PAID), name="payment_paid_once"
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="payment_state_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "subject"], name="payment_by_subject"),
            models.Index(fields=["tenant", "claim"], name="payment_by_claim"),
            models.Index(fields=["tenant", "expires_at"], condition=models.Q(state__in=OPEN), name="payment_open"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def lines(self) -> list[Item]:
        return items_from_json(self.items)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_over(self) -> bool:
        """Ended without money; whatever comes now is late."""
        return self.state in OVER

    @transition(field=state, source=STEPS["leave"].sources, target=STEPS["leave"].target)
    def leave(self) -> None:
        """The payer goes to the provider; from here on the provider alone knows."""

    @transition(field=state, source=STEPS["pay"].sources, target=STEPS["pay"].target)
    def pay(self) -> None:
        """The provider's verified word that the money came."""

    @transition(field=state, source=STEPS["fail"].sources, target=STEPS["fail"].target)
    def fail(self) -> None:
        """The provider's verified word that no money came."""

    @transition(field=state, source=STEPS["expire"].sources, target=STEPS["expire"].target)
    def expire(self) -> None:
        """Its time is over and the provider knows of no money."""

    @transition(field=state, source=STEPS["cancel"].sources, target=STEPS["cancel"].target)
    def cancel(self) -> None:
        """It is not asked for any more, or another attempt was paid."""

    @transition(field=state, source=STEPS["accept_late"].sources, target=STEPS["accept_late"].target)
    def accept_late(self) -> None:
        """An official applies money that came after the end."""

    @transition(field=state, source=STEPS["refund"].sources, target=STEPS["refund"].target)
    def refund(self) -> None:
        """All that was applied went back to the payer."""


class LedgerEntry(TenantOwned):
    """One movement of money; never changed. Received is what came, the other pots say where it is: their sum is the same."""

    class Kind(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("ledger", "Đã nhận")
        APPLIED = "applied", pgettext_lazy("ledger", "Đã ghi thu")
        SUSPENSE = "suspense", pgettext_lazy("ledger", "Chờ xử lý")
        REFUNDED = "refunded", pgettext_lazy("ledger", "Đã hoàn")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # Negative where money leaves a pot: suspense −x and applied +x, together.
    amount = models.BigIntegerField()
    at = models.DateTimeField()
    provider = models.CharField(max_length=12, blank=True)
    provider_transaction = models.CharField(max_length=64, blank=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "provider", "provider_transaction"],
                condition=models.Q(kind="received"),
                name="ledger_received_once",
            ),
            models.UniqueConstraint(
                fields=["tenant", "payment"],
                condition=models.Q(kind="applied", amount__gt=0),
                name="ledger_applied_once",
            ),
            models.CheckConstraint(condition=~models.Q(amount=0), name="ledger_amount_not_zero"),
            models.CheckConstraint(
                condition=~models.Q(kind__in=["received", "refunded"]) | models.Q(amount__gt=0),
                name="ledger_in_and_out_positive",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="received") | ~models.Q(provider_transaction=""),
                name="ledger_received_names_transaction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class Callback(TenantOwned):
    """What a provider told us, word for word, and what we made of it; never changed."""

    class Outcome(models.TextChoices):
        PAID = "paid", _("Ghi nhận đã thanh toán")
        FAILED = "failed", _("Ghi nhận không thành công")
        UNDECIDED = "undecided", _("Chưa có kết quả")
        ALREADY = "already", _("Đã ghi nhận trước đó")
        SUSPENDED = "suspended", _("Tiền đến muộn, chờ xử lý")
        EXPIRED = "expired", _("Hết hạn, ngân hàng không có giao dịch")
        UNKNOWN_ORDER = "unknown_order", _("Không có khoản thanh toán này")
        WRONG_AMOUNT = "wrong_amount", _("Sai số tiền")
        BAD_SIGNATURE = "bad_signature", _("Sai chữ ký")
        ERROR = "error", _("Lỗi khi xử lý")

    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="callbacks")
    provider = models.CharField(max_length=12, choices=ProviderCode.choices)
    raw = models.JSONField()
    verified = models.BooleanField()
    outcome = models.CharField(max_length=13, choices=Outcome.choices)
    at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        indexes: ClassVar = [models.Index(fields=["tenant", "-at"], name="callback_by_time")]

    def __str__(self) -> str:
        return f"{self.provider} {self.outcome}"


class ReceiptBook(TenantOwned):
    """The last receipt number of a year; writers queue here for the last moment of their transaction."""

    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "year"], name="receipt_book_once")]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Receipt(TenantOwned):
    """Proof that a payment was applied; numbered without gaps within an authority and year, never changed."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="receipts")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    amount = models.PositiveBigIntegerField()
    issued_at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "year", "number"], name="receipt_number_once"),
            models.UniqueConstraint(fields=["tenant", "payment"], name="receipt_once_a_payment"),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.number:06d}"


class Refund(TenantOwned):
    """Money that is to go back; asked for by one person, carried out at the bank, then noted in the ledger."""

    class State(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("refund", "Chờ hoàn tiền")
        DONE = "done", pgettext_lazy("refund", "Đã hoàn tiền")
        REFUSED = "refused", pgettext_lazy("refund", "Không hoàn tiền")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=9, choices=State.choices, default=State.REQUESTED)
    requested_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    provider_transaction = models.CharField(max_length=64, blank=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_amount_positive")
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.amount} {self.state}"


def as_json(items: Iterable[Item]) -> list[dict[str, Any]]:
    return [item.as_json() for item in items]
