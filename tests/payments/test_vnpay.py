"""VNPAY's own vectors and the meaning of its codes."""

import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from pytest_django import Settings

from payments.money import Item
from payments.providers import vnpay
from payments.providers.base import Order, Result, Truth, Untrue
from payments.providers.vnpay import ANSWERS, REPLY, Vnpay, sign, sign_data, truth_of
from portal.http import Refused
from portal.moments import HERE

NOW = datetime.datetime(2026, 11, 22, 9, 0, tzinfo=HERE)


def order(**other: Any) -> Order:
    known: dict[str, Any] = {
        "reference": "H5799-261122-0001-1", "amount": 8000, "items": (Item("charge", "Lệ phí", 8000),), "terminal": "TESTTMN1",
        "description": "Phi ho so H57.99-261122-0001", "left_at": NOW, "expires_at": NOW + datetime.timedelta(minutes=15),
        "secret": "TESTSECRETNOTREAL0123456789ABCDEF", "return_url": "https://dvc.example.vn/tt/return?x=1", "ip": "203.0.113.7",
    }  # fmt: skip
    return Order(**(known | other))


def test_the_text_to_sign_is_the_published_one(vectors: dict[str, Any]) -> None:
    for name in ("vnpay_request", "vnpay_ipn"):
        assert sign_data(vectors[name]["params"]) == vectors[name]["sign_data"]


def test_the_signature_is_the_published_one(vectors: dict[str, Any]) -> None:
    for name in ("vnpay_request", "vnpay_ipn"):
        given = vectors[name]
        assert sign(sign_data(given["params"]), given["secret"]) == given["vnp_SecureHash"]


def test_the_payer_leaves_by_the_published_address(vectors: dict[str, Any], settings: Settings) -> None:
    settings.VNPAY_PAY_URL = "https://sandbox.vnpayment.vn/paymentv2/vpcpay.html"
    given = vectors["vnpay_request"]
    assert (
        Vnpay().leave(order()).url
        == f"{settings.VNPAY_PAY_URL}?{given['sign_data']}&vnp_SecureHash={given['vnp_SecureHash']}"
    )


def test_an_english_speaker_is_sent_to_an_english_page() -> None:
    assert dict(parse_qsl(urlsplit(Vnpay().leave(order(language="en")).url).query))["vnp_Locale"] == "en"


def test_the_published_callback_verifies_and_reads(vectors: dict[str, Any]) -> None:
    given = vectors["vnpay_ipn"]
    raw = {**given["params"], "vnp_SecureHash": given["vnp_SecureHash"]}
    assert Vnpay().verify(raw, given["secret"])
    assert Vnpay().verify(raw | {"vnp_SecureHash": given["vnp_SecureHash"].upper()}, given["secret"])
    notice = Vnpay().read(raw)
    assert (notice.reference, notice.amount, notice.truth, notice.transaction) == (
        "H5799-261122-0001-1",
        8000,
        Truth.PAID,
        "15000001",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"vnp_Amount": "800001"},
        {"vnp_SecureHash": "0" * 128},
        {"vnp_SecureHash": ""},
        {"vnp_SecureHash": "ề"},
        {"vnp_Extra": "1"},
    ],
)
def test_any_change_breaks_the_signature(vectors: dict[str, Any], change: dict[str, str]) -> None:
    given = vectors["vnpay_ipn"]
    raw = {**given["params"], "vnp_SecureHash": given["vnp_SecureHash"]} | change
    assert not Vnpay().verify(raw, given["secret"])


def test_an_account_without_a_secret_verifies_nothing(vectors: dict[str, Any]) -> None:
    params = vectors["vnpay_ipn"]["params"]
    assert not Vnpay().verify({**params, "vnp_SecureHash": sign(sign_data(params), "")}, "")


def test_the_answers_are_the_published_ones(vectors: dict[str, Any]) -> None:
    assert sorted(map(list, ANSWERS.values())) == sorted(vectors["vnpay_ipn_reply"])
    assert Vnpay().answer(Result.CONFIRMED, {}, "") == {"RspCode": "00", "Message": "Confirm Success"}


@pytest.mark.parametrize(
    ("response", "status", "truth"),
    [
        ("00", "00", Truth.PAID),
        ("00", "02", Truth.UNDECIDED),
        ("02", "00", Truth.UNDECIDED),
        ("24", "00", Truth.UNDECIDED),
        ("24", "02", Truth.FAILED),
        ("51", "02", Truth.FAILED),
        ("11", "01", Truth.FAILED),
        ("07", "07", Truth.UNDECIDED),
        ("07", "02", Truth.UNDECIDED),
        ("24", "04", Truth.UNDECIDED),
        ("", "", Truth.UNDECIDED),
    ],
)
def test_paid_needs_both_codes_and_failed_needs_certainty(response: str, status: str, truth: Truth) -> None:
    assert truth_of(response, status) is truth


@pytest.mark.parametrize(
    "amount", ["", "-800000", "8000.00", "800001", "800010", "８０００００", "8e5", "0x00", " 800000"]
)
def test_an_amount_that_is_not_whole_dong_equals_nothing(amount: str) -> None:
    assert Vnpay().read({"vnp_Amount": amount}).amount is None


def test_another_currency_equals_nothing() -> None:
    assert Vnpay().read({"vnp_Amount": "800000", "vnp_CurrCode": "USD"}).amount is None


def reply(**other: str) -> dict[str, str]:
    told = {
        "vnp_ResponseId": "1", "vnp_Command": "querydr", "vnp_ResponseCode": "00", "vnp_Message": "QueryDR Success", "vnp_TmnCode": "TESTTMN1",
        "vnp_TxnRef": "H5799-261122-0001-1", "vnp_Amount": "800000", "vnp_BankCode": "NCB", "vnp_PayDate": "20261122090230",
        "vnp_TransactionNo": "15000001", "vnp_TransactionType": "01", "vnp_TransactionStatus": "00", "vnp_OrderInfo": "x",
    } | other  # fmt: skip
    return told | {"vnp_SecureHash": sign("|".join(told.get(f"vnp_{n}", "") for n in REPLY), order().secret)}


@pytest.mark.parametrize(
    ("told", "truth"),
    [
        ({}, Truth.PAID),
        ({"vnp_TransactionStatus": "01"}, Truth.UNDECIDED),
        ({"vnp_TransactionStatus": "02"}, Truth.FAILED),
        ({"vnp_TransactionStatus": "07"}, Truth.UNDECIDED),
        ({"vnp_TransactionType": "02"}, Truth.UNDECIDED),
        ({"vnp_ResponseCode": "91"}, Truth.ABSENT),
    ],
)
def test_a_question_is_answered_by_the_truth(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, str], truth: Truth
) -> None:
    monkeypatch.setattr(vnpay, "post_json", lambda url, payload: reply(**told))
    assert Vnpay().ask(order(), NOW).truth is truth


def test_a_question_is_signed_over_its_fields_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, str] = {}
    monkeypatch.setattr(vnpay, "post_json", lambda url, payload: asked.update(payload) or reply())
    Vnpay().ask(order(), NOW + datetime.timedelta(minutes=3))
    told = f"{asked['vnp_RequestId']}|2.1.0|querydr|TESTTMN1|{order().reference}|20261122090000|20261122090300|203.0.113.7|{order().description}"
    assert asked["vnp_SecureHash"] == sign(told, order().secret)


def test_an_unsigned_answer_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vnpay, "post_json", lambda url, payload: reply() | {"vnp_TransactionStatus": "02"})
    with pytest.raises(Untrue):
        Vnpay().ask(order(), NOW)


@pytest.mark.parametrize("told", [{"vnp_ResponseCode": "94"}, {"vnp_TxnRef": "another"}])
def test_an_answer_to_something_else_is_refused(monkeypatch: pytest.MonkeyPatch, told: dict[str, str]) -> None:
    monkeypatch.setattr(vnpay, "post_json", lambda url, payload: reply(**told))
    with pytest.raises(Refused):
        Vnpay().ask(order(), NOW)


def test_an_answer_that_is_no_object_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vnpay, "post_json", lambda url, payload: ["ok"])
    with pytest.raises(Refused):
        Vnpay().ask(order(), NOW)


def test_a_secret_is_not_printed_with_an_order() -> None:
    assert order().secret not in repr(order())
