"""Money that came late, transfers that a cashier finds, money that goes back."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from payments.actions import (
    NotPossible,
    apply_callback,
    apply_suspended,
    carry_out_refund,
    confirm_transfer,
    request_refund,
)
from payments.models import Account, Callback, LedgerEntry, Payment, Receipt, Refund
from payments.queries import awaiting_transfers, balance_of, contradictions, in_suspense, open_refunds
from payments.signals import payment_refunded
from portal.models import Tenant, User
from tests.cast import Cast
from tests.payments.conftest import Opened
from tests.payments.words import MINUTE, MORNING, NOTHING, PAID, ledger, said, story


@pytest.fixture
def ha(cast: Cast) -> User:
    return cast.people["ha"]


@pytest.fixture
def late(opened: Opened) -> Payment:
    """A payment of which the bank first said no and then yes."""
    payment = opened(left=True)
    apply_callback("vnpay", said(payment, code="51"), now=MORNING)
    apply_callback("vnpay", said(payment), now=MORNING + MINUTE)
    return payment


@pytest.fixture
def paid(opened: Opened) -> Payment:
    payment = opened(left=True)
    apply_callback("vnpay", said(payment), now=MORNING)
    return payment


def test_late_money_is_applied_by_an_official_once(late: Payment, ha: User) -> None:
    apply_suspended(late, actor=ha, now=MORNING + 2 * MINUTE)
    assert story(late) == PAID
    assert ledger()[-2:] == [("suspense", -30000), ("applied", 30000)]
    assert not in_suspense().exists()
    with pytest.raises(NotPossible):
        apply_suspended(late, actor=ha, now=MORNING + 3 * MINUTE)
    assert story(late) == PAID


def test_late_money_is_not_applied_where_another_attempt_was_paid(late: Payment, opened: Opened, ha: User) -> None:
    again = opened(left=True)
    apply_callback("vnpay", said(again, number="2"), now=MORNING + MINUTE)
    with pytest.raises(NotPossible, match="chỉ có thể hoàn tiền"):
        apply_suspended(late, actor=ha, now=MORNING)
    assert story(late)["suspense"] == 30000


def test_late_money_that_is_promised_back_is_not_applied(late: Payment, ha: User) -> None:
    request_refund(late, amount=1, reason="Nộp nhầm", actor=ha, now=MORNING)
    with pytest.raises(NotPossible, match="đủ tiền"):
        apply_suspended(late, actor=ha, now=MORNING)


def test_late_money_goes_back(late: Payment, ha: User) -> None:
    refund = request_refund(late, amount=30000, reason="Đã nộp tại quầy", actor=ha, now=MORNING)
    carry_out_refund(refund, transaction_number="FT1", actor=ha, now=MORNING + MINUTE)
    assert story(late) == {"state": "failed", **NOTHING, "received": 30000}
    assert balance_of(late).refunded == 30000
    assert contradictions() == []


def test_all_of_a_payment_goes_back(paid: Payment, ha: User) -> None:
    told: list[str] = []

    def hear(payment: Payment, **_: object) -> None:
        told.append(payment.state)

    payment_refunded.connect(hear)
    try:
        refund = request_refund(paid, amount=30000, reason="Rút hồ sơ", actor=ha, now=MORNING)
        carry_out_refund(refund, transaction_number="FT1", actor=ha, now=MORNING + MINUTE)
    finally:
        payment_refunded.disconnect(hear)
    assert told == ["refunded"]
    assert story(paid)["state"] == "refunded"
    assert contradictions() == []


def test_a_part_goes_back_and_the_payment_stays_paid(paid: Payment, ha: User) -> None:
    refund = request_refund(paid, amount=5000, reason="Thu thừa", actor=ha, now=MORNING)
    carry_out_refund(refund, transaction_number="FT1", actor=ha, now=MORNING + MINUTE)
    assert (story(paid)["state"], story(paid)["applied"]) == ("paid", 25000)
    assert contradictions() == []


@pytest.mark.parametrize("amounts", [[30001], [0], [-1], [20000, 10001], [30000, 1]])
def test_no_more_goes_back_than_came(paid: Payment, ha: User, amounts: list[int]) -> None:
    *earlier, last = amounts
    for amount in earlier:
        request_refund(paid, amount=amount, reason="Hoàn", actor=ha, now=MORNING)
    with pytest.raises(NotPossible, match="không quá"):
        request_refund(paid, amount=last, reason="Hoàn", actor=ha, now=MORNING)


def test_a_refund_is_carried_out_once(paid: Payment, ha: User) -> None:
    refund = request_refund(paid, amount=10000, reason="Hoàn", actor=ha, now=MORNING)
    carry_out_refund(refund, transaction_number="FT1", actor=ha, now=MORNING)
    with pytest.raises(NotPossible, match="đã được xử lý"):
        carry_out_refund(refund, transaction_number="FT1", actor=ha, now=MORNING)
    assert balance_of(paid).refunded == 10000
    assert not open_refunds().exists()


def test_a_second_callback_during_a_refund_goes_to_suspense_and_stays_there(paid: Payment, ha: User) -> None:
    refund = request_refund(paid, amount=30000, reason="Hoàn", actor=ha, now=MORNING)
    apply_callback("vnpay", said(paid, number="2"), now=MORNING)
    carry_out_refund(refund, transaction_number="FT1", actor=ha, now=MORNING)
    money = balance_of(paid)
    assert (money.received, money.applied, money.suspense, money.refunded) == (60000, 30000, 0, 30000)
    assert story(paid)["state"] == "paid"
    assert contradictions() == []


def test_a_cashier_confirms_a_transfer_once(opened: Opened, transfers: Account, ha: User) -> None:
    payment = opened(by=transfers, left=True)
    assert list(awaiting_transfers()) == [payment]
    confirm_transfer(payment, transaction_number="FT26327001", amount=30000, actor=ha, now=MORNING)
    assert story(payment) == PAID
    with pytest.raises(NotPossible, match="trước đó"):
        confirm_transfer(payment, transaction_number="FT26327001", amount=30000, actor=ha, now=MORNING)
    assert story(payment) == PAID
    assert not awaiting_transfers().exists()


def test_one_transfer_pays_one_payment(opened: Opened, transfers: Account, ha: User) -> None:
    first, second = opened("HS-1", by=transfers, left=True), opened("HS-2", by=transfers, left=True)
    confirm_transfer(first, transaction_number="FT1", amount=30000, actor=ha, now=MORNING)
    with pytest.raises(NotPossible, match="trước đó"):
        confirm_transfer(second, transaction_number="FT1", amount=30000, actor=ha, now=MORNING)
    assert story(second) == {"state": "pending", **NOTHING}


@pytest.mark.parametrize(("number", "amount"), [("FT1", 29999), ("FT1", 30001), ("", 30000)])
def test_a_transfer_that_does_not_fit_is_not_confirmed(
    opened: Opened, transfers: Account, ha: User, number: str, amount: int
) -> None:
    payment = opened(by=transfers, left=True)
    with pytest.raises(NotPossible):
        confirm_transfer(payment, transaction_number=number, amount=amount, actor=ha, now=MORNING)
    assert story(payment) == {"state": "pending", **NOTHING}
    assert not Callback.objects.exists()


def test_nobody_confirms_by_hand_what_a_gateway_knows(opened: Opened, ha: User) -> None:
    payment = opened(left=True)
    with pytest.raises(NotPossible, match="cổng thanh toán"):
        confirm_transfer(payment, transaction_number="FT1", amount=30000, actor=ha, now=MORNING)


def reconcile(tenant: Tenant) -> str:
    out = io.StringIO()
    call_command("reconcile", tenant=tenant.slug, strict=True, stdout=out)
    return out.getvalue()


def test_the_books_are_reconciled(tenant: Tenant, paid: Payment, opened: Opened, ha: User) -> None:
    other = opened("HS-2", left=True)
    apply_callback("vnpay", said(other, code="24"), now=MORNING)
    apply_callback("vnpay", said(other, number="2"), now=MORNING)
    refund = request_refund(paid, amount=5000, reason="Hoàn", actor=ha, now=MORNING)
    carry_out_refund(refund, transaction_number="FT1", actor=ha, now=MORNING)
    assert reconcile(tenant).startswith(
        "received 60000 = applied 25000 + refunded 5000 + suspense 30000 ; difference 0"
    )


def plant(statement: str) -> None:
    """A fault such as only the owner of the tables could plant, in this transaction."""
    with connections["default"].cursor() as cursor:
        cursor.execute(statement)


def test_reconciling_finds_an_entry_that_is_too_much(tenant: Tenant, paid: Payment) -> None:
    LedgerEntry.objects.create(payment=paid, kind="suspense", amount=1, at=MORNING)
    with pytest.raises(CommandError):
        reconcile(tenant)
    assert contradictions() == [f"{paid.reference}: difference -1"]


def test_reconciling_finds_a_payment_without_its_entries(tenant: Tenant, opened: Opened) -> None:
    payment = opened(left=True)
    plant("UPDATE payments_payment SET state = 'paid', paid_at = now()")
    said_of = contradictions()
    assert said_of == [
        f"{payment.reference}: paid, but 0 of 30000 applied",
        f"{payment.reference}: settled and receipt do not go together",
    ]


def test_reconciling_finds_a_gap_in_the_receipts(tenant: Tenant, paid: Payment) -> None:
    plant("UPDATE payments_receiptbook SET last = last + 1")
    assert contradictions() == ["receipts of 2026: 1 there, 2 issued"]


def test_an_authority_that_is_not_there_is_named(tenant: Tenant) -> None:
    with pytest.raises(CommandError, match="khong-co"):
        call_command("reconcile", tenant="khong-co")


def test_a_request_is_not_yet_a_refund(paid: Payment, ha: User) -> None:
    request_refund(paid, amount=30000, reason="Hoàn", actor=ha, now=MORNING)
    assert Refund.objects.get().state == "requested"
    assert balance_of(paid).refunded == 0
    assert Receipt.objects.count() == 1
