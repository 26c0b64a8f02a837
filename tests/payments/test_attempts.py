"""Opening a payment, leaving for the bank, ending it."""

import datetime
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection

from payments import queries
from payments.actions import NotPossible, Traveller, apply_callback, cancel_open, leave, open_payment
from payments.models import Account, Payment
from payments.money import Item
from payments.providers.base import Exit, Order
from payments.providers.table import PROVIDERS
from payments.stand_ins.vnpay import secret_of
from portal.http import Unreachable
from portal.models import Office, Tenant, User
from portal.moments import travel
from tests.payments.conftest import Opened
from tests.payments.words import ITEMS, MINUTE, MORNING, said, story

BACK = "http://dongthap.localhost/thanh-toan/vnpay/tra-ve/"
TRAVELLER = Traveller(BACK, "203.0.113.7", "vi")


def test_a_payment_knows_its_items_and_their_sum(opened: Opened, account: Account, an: User) -> None:
    payment = opened()
    assert (payment.lines, payment.amount, payment.payer, payment.payer_name) == (ITEMS, 30000, an, "Nguyễn Thị An")
    assert payment.expires_at == MORNING + 15 * MINUTE
    assert payment.options == account.as_used()


def test_a_reference_fits_every_bank_and_carries_its_day(opened: Opened) -> None:
    references = {opened(f"HS-{number}").reference for number in range(20)}
    assert len(references) == 20
    assert all(r.isascii() and r.isalnum() and len(r) <= 34 and r.startswith("TT261123") for r in references)


def test_asked_twice_it_is_the_same_payment(opened: Opened) -> None:
    assert opened().pk == opened().pk
    assert opened(left=True).pk == opened().pk


def test_other_items_or_another_subject_are_another_payment(opened: Opened) -> None:
    keys = {opened().pk, opened("HS-2").pk, opened(items=[Item("fee", "Phí", 1)]).pk}
    assert len(keys) == 3


def test_what_is_paid_is_not_asked_for_again(opened: Opened) -> None:
    payment = opened(left=True)
    apply_callback("vnpay", said(payment), now=MORNING)
    assert opened().pk == payment.pk


def test_after_a_failure_there_is_a_new_payment(opened: Opened) -> None:
    first = opened(left=True)
    apply_callback("vnpay", said(first, code="51"), now=MORNING)
    again = opened()
    assert again.pk != first.pk
    assert story(again)["state"] == "created"


def test_an_unknown_outcome_is_not_asked_for_again_even_when_time_is_over(
    opened: Opened, account: Account, an: User
) -> None:
    first = opened(left=True)
    late = MORNING + 60 * MINUTE
    again = open_payment("HS-1", ITEMS, account=account, payer=an, return_url="/ho-so/", now=late)
    assert again.pk == first.pk


def test_a_payment_that_was_only_looked_at_gets_new_time(opened: Opened, account: Account, an: User) -> None:
    first = opened()
    late = MORNING + 60 * MINUTE
    again = open_payment("HS-1", ITEMS, account=account, payer=an, return_url="/ho-so/", now=late)
    assert (again.pk, again.expires_at) == (first.pk, late + 15 * MINUTE)


def test_nothing_to_pay_is_no_payment(account: Account, an: User) -> None:
    with pytest.raises(ValueError, match="đồng"):
        open_payment("HS-1", [Item("fee", "Miễn phí", 0)], account=account, payer=an, return_url="/", now=MORNING)


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_way_back_is_ours(account: Account, an: User, address: str) -> None:
    with pytest.raises(ValueError, match="path of our own"):
        open_payment("HS-1", ITEMS, account=account, payer=an, return_url=address, now=MORNING)


def test_the_payer_leaves_with_a_signed_order(opened: Opened) -> None:
    payment = opened()
    way = leave(payment.reference, traveller=replace(TRAVELLER, language="en"), now=MORNING + MINUTE)
    query = {k: v[0] for k, v in parse_qs(urlsplit(way.url).query).items()}
    assert query["vnp_TxnRef"] == payment.reference
    assert (query["vnp_Amount"], query["vnp_Locale"], query["vnp_ReturnUrl"]) == ("3000000", "en", BACK)
    assert (query["vnp_CreateDate"], query["vnp_ExpireDate"]) == ("20261123090100", "20261123091600")
    assert story(payment)["state"] == "pending"


def test_leaving_again_is_by_the_same_way(opened: Opened) -> None:
    payment = opened()
    first = leave(payment.reference, traveller=TRAVELLER, now=MORNING)
    assert leave(payment.reference, traveller=replace(TRAVELLER, ip="198.51.100.1"), now=MORNING + MINUTE) == first


def test_nobody_leaves_with_a_payment_that_is_over(opened: Opened, an: User) -> None:
    payment = opened()
    cancel_open("HS-1", actor=an)
    with pytest.raises(NotPossible, match="không còn chờ"):
        leave(payment.reference, traveller=TRAVELLER, now=MORNING)


def test_a_provider_that_does_not_answer_leaves_the_outcome_open_and_can_be_asked_again(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = opened()

    def silent(order: Order) -> Exit:
        raise Unreachable("nobody there")

    with monkeypatch.context() as broken:
        broken.setattr(PROVIDERS["vnpay"], "leave", silent)
        with pytest.raises(Unreachable):
            leave(payment.reference, traveller=TRAVELLER, now=MORNING)
    assert story(payment)["state"] == "pending"
    assert leave(payment.reference, traveller=TRAVELLER, now=MORNING).url


def test_a_later_change_of_the_account_does_not_touch_a_payment(opened: Opened, transfers: Account) -> None:
    payment = opened(by=transfers)
    Account.objects.filter(pk=transfers.pk).update(bank_account="9999999999")
    way = leave(payment.reference, traveller=TRAVELLER, now=MORNING)
    assert "1017595600" in way.qr
    assert "9999999999" not in way.qr


def test_withdrawing_a_demand_ends_all_its_open_payments(opened: Opened, transfers: Account, an: User) -> None:
    first, second, other = opened(left=True), opened(by=transfers), opened("HS-2")
    assert cancel_open("HS-1", actor=an) == 2
    assert [story(p)["state"] for p in (first, second, other)] == ["cancelled", "cancelled", "created"]
    assert cancel_open("HS-1", actor=an) == 0


def test_the_second_of_two_presses_at_once_gets_the_first_ones_payment(
    opened: Opened, account: Account, an: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened()
    real = queries.standing
    looks: Iterator[Payment | None] = iter([None])
    monkeypatch.setattr(queries, "standing", lambda claim, by: next(looks, real(claim, by)))
    assert open_payment("HS-1", ITEMS, account=account, payer=an, return_url="/", now=MORNING).pk == first.pk


def test_an_office_is_paid_at_its_own_account_or_the_nearest_above(tenant: Tenant, office: Office) -> None:
    below = Office.objects.create(code="H58.30.01", name="Bộ phận một cửa", kind=Office.Kind.COMMUNE, parent=office)
    whole = Account.objects.create(office=None, provider="vnpay", terminal="DTHAP009", secret="x")
    assert queries.accounts_of(below) == [whole]
    near = Account.objects.create(office=office, provider="vnpay", terminal="DTHAP001", secret="x")
    assert queries.accounts_of(below) == [near]
    own = Account.objects.create(office=below, provider="vietqr", bank_bin="970436", bank_account="1")
    assert queries.accounts_of(below) == [own]
    Account.objects.filter(pk=own.pk).update(is_active=False)
    assert queries.accounts_of(below) == [near]
    assert queries.accounts_of(None) == [whole]


def test_a_transfer_may_be_made_the_next_day(opened: Opened, transfers: Account) -> None:
    payment = opened(by=transfers, left=True)
    assert payment.expires_at == MORNING + datetime.timedelta(days=3)


def test_the_day_in_a_reference_is_that_of_viet_nam(account: Account, an: User) -> None:
    before_midnight_in_london = MORNING.replace(hour=0, minute=30)
    with travel(before_midnight_in_london):
        payment = open_payment("HS-1", ITEMS, account=account, payer=an, return_url="/", now=before_midnight_in_london)
    assert payment.reference.startswith("TT261123")


def test_secrets_and_bank_accounts_are_not_readable_in_the_database(opened: Opened, transfers: Account) -> None:
    opened(by=transfers, left=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT secret || bank_account FROM payments_account UNION ALL SELECT options || exit FROM payments_payment"
        )
        stored = " ".join(row[0] for row in cursor.fetchall())
    assert "1017595600" not in stored
    assert secret_of("DTHAP001") not in stored
