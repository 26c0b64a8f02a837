"""VNPAY's callbacks through the door: what each kind of true and false word does to the books, and what it is answered."""

from typing import Any

import pytest
from django.db import connection, transaction

from payments.actions import cancel_open
from payments.models import Account, Callback, LedgerEntry, Payment, Receipt
from payments.queries import contradictions, in_suspense
from payments.signals import payment_failed, payment_settled, payment_suspended
from payments.stand_ins.vnpay import secret_of
from portal.models import AuditEntry, OutboxRow, Tenant, User
from portal.moments import travel
from portal.outbox import relay
from portal.tenancy import inside
from tests.payments.conftest import Door, Opened
from tests.payments.words import (
    ALREADY,
    AMOUNT,
    ERROR,
    IPN,
    ITEMS,
    MINUTE,
    MORNING,
    NOTHING,
    OK,
    PAID,
    SIGNATURE,
    UNKNOWN,
    ledger,
    said,
    signature,
    story,
)


def test_a_signed_success_pays_once_and_issues_a_receipt(door: Door, opened: Opened) -> None:
    payment = opened(left=True)
    assert door().get(IPN, said(payment)).json() == OK
    assert story(payment) == PAID
    found = Payment.objects.get(pk=payment.pk)
    assert (found.paid_at, found.provider_transaction) == (MORNING, "15000001")
    assert str(Receipt.objects.get(payment=payment)) == "2026-000001"
    assert ledger() == [("received", 30000), ("applied", 30000)]


def test_the_same_callback_again_is_already_confirmed(door: Door, opened: Opened) -> None:
    payment = opened(left=True)
    answers = [door().get(IPN, said(payment)).json() for _time in range(10)]
    assert answers == [OK] + [ALREADY] * 9
    assert story(payment) == PAID


def test_each_payment_gets_the_next_number(door: Door, opened: Opened) -> None:
    for number in (1, 2, 3):
        assert door().get(IPN, said(opened(f"HS-{number}", left=True), number=str(number))).json() == OK
    assert [r.number for r in Receipt.objects.order_by("pk")] == [1, 2, 3]


def test_a_new_year_begins_a_new_book(door: Door, opened: Opened) -> None:
    first, second = opened("HS-1", left=True), opened("HS-2", left=True)
    with travel(MORNING.replace(month=12, day=31, hour=23, minute=59)):
        door().get(IPN, said(first, number="1"))
    with travel(MORNING.replace(year=2027, month=1, day=1, hour=0, minute=0)):
        door().get(IPN, said(second, number="2"))
    assert [str(r) for r in Receipt.objects.order_by("pk")] == ["2026-000001", "2027-000001"]


LIES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "a signature that is not one": ({"vnp_SecureHash": "0" * 128}, SIGNATURE),
    "no signature": ({"vnp_SecureHash": ""}, SIGNATURE),
    "a signature of letters": ({"vnp_SecureHash": "không"}, SIGNATURE),
    "a terminal that we do not know": ({"vnp_TmnCode": "OTHERTMN"}, SIGNATURE),
    "an order that we do not know": ({"vnp_TxnRef": "TT261123AAAAAAAAAAAA"}, UNKNOWN),
    "no order": ({"vnp_TxnRef": ""}, UNKNOWN),
    "one dong more": ({"vnp_Amount": "3000100"}, AMOUNT),
    "one dong less": ({"vnp_Amount": "2999900"}, AMOUNT),
    "the amount not multiplied": ({"vnp_Amount": "30000"}, AMOUNT),
    "the amount multiplied twice": ({"vnp_Amount": "300000000"}, AMOUNT),
    "a part of a dong": ({"vnp_Amount": "3000050"}, AMOUNT),
    "no amount": ({"vnp_Amount": ""}, AMOUNT),
    "another currency": ({"vnp_CurrCode": "USD"}, AMOUNT),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_callback_that_is_not_right_changes_nothing(door: Door, opened: Opened, lie: str) -> None:
    payment = opened(left=True)
    change, answer = LIES[lie]
    assert door().get(IPN, said(payment, **change)).json() == answer
    assert story(payment) == {"state": "pending", **NOTHING}
    assert not LedgerEntry.objects.exists()


def test_a_tampered_callback_changes_nothing(door: Door, opened: Opened) -> None:
    payment = opened(left=True)
    assert door().get(IPN, said(payment) | {"vnp_BankCode": "VCB"}).json() == SIGNATURE
    assert (
        door().get(IPN, said(payment, code="24") | {"vnp_ResponseCode": "00", "vnp_TransactionStatus": "00"}).json()
        == SIGNATURE
    )
    assert story(payment) == {"state": "pending", **NOTHING}


def test_a_parameter_given_twice_was_signed_by_nobody(door: Door, opened: Opened) -> None:
    words = said(opened(left=True))
    pairs = [*words.items(), ("vnp_Amount", words["vnp_Amount"])]
    query = "&".join(f"{k}={v}" for k, v in pairs).replace(" ", "+")
    assert door().get(f"{IPN}?{query}").json() == SIGNATURE


def test_another_terminal_of_ours_cannot_speak_for_this_payment(door: Door, opened: Opened) -> None:
    payment = opened(left=True)
    Account.objects.create(office=None, provider="vnpay", terminal="DTHAP002", secret=secret_of("DTHAP002"))
    assert door().get(IPN, said(payment, vnp_TmnCode="DTHAP002")).json() == UNKNOWN
    assert story(payment) == {"state": "pending", **NOTHING}


def test_the_signature_of_another_authority_is_none(door: Door, opened: Opened, other_tenant: Tenant) -> None:
    payment = opened(left=True)
    with inside(other_tenant):
        Account.objects.create(office=None, provider="vnpay", terminal="VHTTDL01", secret=secret_of("VHTTDL01"))
    words = said(payment, vnp_TmnCode="VHTTDL01")
    assert door().get(IPN, words).json() == SIGNATURE
    assert door(None, other_tenant).get(IPN, words).json() == UNKNOWN
    assert story(payment) == {"state": "pending", **NOTHING}


def test_an_account_that_was_closed_still_verifies_what_comes_late(door: Door, opened: Opened) -> None:
    payment = opened(left=True)
    Account.objects.filter(pk=payment.account_id).update(is_active=False)
    assert door().get(IPN, said(payment)).json() == OK


@pytest.mark.parametrize("code", ["09", "10", "11", "12", "13", "24", "51", "65", "75", "79", "99"])
def test_a_bank_that_says_no_ends_the_payment(door: Door, opened: Opened, code: str) -> None:
    payment = opened(left=True)
    assert door().get(IPN, said(payment, code=code)).json() == OK
    assert story(payment) == {"state": "failed", **NOTHING}
    assert door().get(IPN, said(payment, code=code)).json() == ALREADY


@pytest.mark.parametrize(
    ("code", "status"), [("00", "02"), ("00", "01"), ("24", "00"), ("07", "07"), ("07", "02"), ("98", "02")]
)
def test_an_outcome_that_is_not_certain_keeps_the_payment_waiting(
    door: Door, opened: Opened, code: str, status: str
) -> None:
    payment = opened(left=True)
    assert door().get(IPN, said(payment, code=code, status=status)).json() == OK
    assert story(payment) == {"state": "pending", **NOTHING}
    assert door().get(IPN, said(payment)).json() == OK
    assert story(payment) == PAID


def suspended(state: str) -> dict[str, Any]:
    return {"state": state, "received": 30000, "applied": 0, "suspense": 30000, "receipts": 0}


def test_success_after_failure_is_kept_for_an_official(door: Door, opened: Opened) -> None:
    payment = opened(left=True)
    door().get(IPN, said(payment, code="51"))
    assert door().get(IPN, said(payment)).json() == ALREADY
    assert story(payment) == suspended("failed")
    assert list(in_suspense()) == [payment]


def test_failure_after_success_changes_nothing(door: Door, opened: Opened) -> None:
    payment = opened(left=True)
    door().get(IPN, said(payment))
    assert door().get(IPN, said(payment, code="51")).json() == ALREADY
    assert story(payment) == PAID


def test_success_after_the_demand_was_withdrawn_is_kept_for_an_official(door: Door, opened: Opened, an: User) -> None:
    payment = opened(left=True)
    assert cancel_open(payment.subject, actor=an) == 1
    assert door().get(IPN, said(payment)).json() == ALREADY
    assert story(payment) == suspended("cancelled")


def test_two_attempts_both_paid_count_once(door: Door, opened: Opened) -> None:
    """She left for the bank, tried again at another account, and paid both."""
    first = opened(left=True)
    other = Account.objects.create(office=None, provider="vnpay", terminal="DTHAP002", secret=secret_of("DTHAP002"))
    second = opened(by=other, left=True)
    assert second.pk != first.pk
    assert door().get(IPN, said(second, number="2")).json() == OK
    assert story(first) == {"state": "cancelled", **NOTHING}
    assert door().get(IPN, said(first, number="1")).json() == ALREADY
    assert story(first) == suspended("cancelled")
    assert story(second) == PAID


def test_a_second_transaction_on_a_paid_payment_is_kept_for_an_official(door: Door, opened: Opened) -> None:
    payment = opened(left=True)
    door().get(IPN, said(payment, number="1"))
    assert door().get(IPN, said(payment, number="2")).json() == ALREADY
    assert door().get(IPN, said(payment, number="2")).json() == ALREADY
    assert story(payment) == {**PAID, "received": 60000, "suspense": 30000}
    assert contradictions() == []


def test_money_that_comes_before_anybody_left_is_taken(door: Door, opened: Opened) -> None:
    payment = opened()
    assert door().get(IPN, said(payment)).json() == OK
    assert story(payment) == PAID


def test_every_word_is_kept_with_what_became_of_it(door: Door, opened: Opened) -> None:
    payment = opened(left=True)
    words = said(payment)
    door().get(IPN, words)
    door().get(IPN, words)
    door().get(IPN, words | {"vnp_SecureHash": "0"})
    kept = [(c.outcome, c.verified, c.payment_id) for c in Callback.objects.order_by("pk")]
    assert kept == [("paid", True, payment.pk), ("already", True, payment.pk), ("bad_signature", False, None)]
    assert Callback.objects.earliest("pk").raw == words


def test_a_flood_in_one_callback_is_cut(door: Door, opened: Opened) -> None:
    opened(left=True)
    assert door().get(IPN, {"vnp_Flood": "x" * 100_000}).json() == SIGNATURE
    assert len(str(Callback.objects.get().raw)) < 9000


def test_words_that_a_database_cannot_keep_are_answered_all_the_same(door: Door, opened: Opened) -> None:
    words = said(opened(left=True))
    assert door().get(IPN, words | {"vnp_TmnCode": "A\0B"}).json() == SIGNATURE
    assert door().get(f"{IPN}?vnp_TxnRef=%ED%A0%80&vnp_TmnCode=%00").json() == SIGNATURE
    assert door().get(IPN).json() == SIGNATURE


def test_only_get_is_understood(door: Door, opened: Opened) -> None:
    assert door().post(IPN, said(opened(left=True))).status_code == 405


def test_a_failure_of_ours_is_answered_99_and_leaves_nothing_half_done(
    door: Door, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = opened(left=True)
    with monkeypatch.context() as broken:
        broken.setattr("payments.actions.settlement._issue_receipt", lambda payment, now: 1 / 0)
        assert door().get(IPN, said(payment)).json() == ERROR
    assert story(payment) == {"state": "pending", **NOTHING}
    assert Callback.objects.get().outcome == "error"
    assert door().get(IPN, said(payment)).json() == OK
    assert story(payment) == PAID


def test_a_listener_that_fails_does_not_undo_a_payment_and_is_told_again(
    door: Door, opened: Opened, tenant: Tenant
) -> None:
    heard: list[str] = []
    broken = True

    def poor(payment: Payment, **_: Any) -> None:
        if broken:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
        heard.append(f"poor {payment.state}")

    def good(payment: Payment, **_: Any) -> None:
        heard.append(f"good {payment.state}")

    payment_settled.connect(poor)
    payment_settled.connect(good)
    try:
        payment = opened(left=True)
        assert door().get(IPN, said(payment)).json() == OK
        assert story(payment) == PAID
        assert heard == ["good paid"]
        broken = False
        relay(tenant)
    finally:
        payment_settled.disconnect(poor)
        payment_settled.disconnect(good)
    assert sorted(set(heard)) == ["good paid", "poor paid"]
    assert OutboxRow.objects.get(kind="payment.news").done_at is not None


def test_each_kind_of_end_is_told(door: Door, opened: Opened) -> None:
    told: list[tuple[str, str]] = []

    def settled(payment: Payment, **_: Any) -> None:
        told.append(("settled", payment.subject))

    def failed(payment: Payment, **_: Any) -> None:
        told.append(("failed", payment.subject))

    def late(payment: Payment, **_: Any) -> None:
        told.append(("suspended", payment.subject))

    signals = [(payment_settled, settled), (payment_failed, failed), (payment_suspended, late)]
    for signal, listener in signals:
        signal.connect(listener)
    try:
        good, bad = opened("HS-1", left=True), opened("HS-2", left=True)
        door().get(IPN, said(good, number="1"))
        door().get(IPN, said(bad, code="51"))
        door().get(IPN, said(bad, number="2"))
    finally:
        for signal, listener in signals:
            signal.disconnect(listener)
    assert told == [("settled", "HS-1"), ("failed", "HS-2"), ("suspended", "HS-2")]


def test_every_movement_is_in_the_audit(door: Door, opened: Opened, an: User) -> None:
    payment = opened(left=True)
    door().get(IPN, said(payment))
    entry = AuditEntry.objects.get(action="payment.settled")
    assert (entry.object, entry.subject, entry.facts) == (payment.reference, an, {"amount": 30000})


def test_the_ledger_takes_a_transaction_once_whatever_our_code_does(opened: Opened) -> None:
    payment = opened(left=True)
    entry = {
        "payment": payment,
        "kind": "received",
        "amount": 30000,
        "at": MORNING,
        "provider": "vnpay",
        "provider_transaction": "1",
    }
    LedgerEntry(**entry).save()
    with pytest.raises(Exception, match="ledger_received_once"), transaction.atomic():
        LedgerEntry(**entry).save()


def test_the_secret_of_the_vectors_speaks_too() -> None:
    words = {"vnp_TmnCode": "X", "vnp_Amount": "1"}
    assert signature(words, "a") != signature(words, "b")


def test_a_day_later_the_same_words_are_still_already_confirmed(door: Door, opened: Opened) -> None:
    """VNPAY takes a reference as new again the next day; ours carry the day and never come back."""
    payment = opened(left=True)
    door().get(IPN, said(payment))
    with travel(MORNING + 24 * 60 * MINUTE):
        assert door().get(IPN, said(payment)).json() == ALREADY
        assert opened("HS-9", ITEMS).reference[2:8] == "261123"
    assert payment.reference[2:8] == "261123"
