"""Many at once, against real committed rows: one transition, one receipt, one "00"; and what happens without the lock."""

import io
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client
from pytest_django import DjangoDbBlocker

from payments.actions import leave, open_payment, settlement
from payments.actions.attempts import Traveller
from payments.models import Account, Callback, LedgerEntry, Payment, Receipt
from payments.queries import contradictions
from payments.stand_ins.vnpay import secret_of
from portal.models import Tenant, User
from portal.moments import now
from portal.tenancy import inside
from tests.cast import lone_tenant
from tests.payments.words import ALREADY, IPN, ITEMS, OK, PAID, TERMINAL, UNKNOWN, said, story

pytestmark = pytest.mark.race
CROWD = 100
HANDS = 25


@dataclass
class Scene:
    tenant: Tenant
    account: Account
    payer: User

    def open(self, subject: str = "HS-1") -> Payment:
        return open_payment(subject, ITEMS, account=self.account, payer=self.payer, return_url="/", now=now())

    def at_the_bank(self, subject: str = "HS-1") -> Payment:
        with inside(self.tenant):
            payment = self.open(subject)
            leave(payment.reference, traveller=Traveller("http://x/", "127.0.0.1", "vi"), now=now())
            return Payment.objects.select_related("account").get(pk=payment.pk)


@pytest.fixture
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """Rows that stay: each race has a tenant of its own, since append-only tables cannot be emptied."""
    with django_db_blocker.unblock():
        tenant, office, people = lone_tenant()
        with inside(tenant):
            account = Account.objects.create(
                office=office, provider="vnpay", terminal=TERMINAL, secret=secret_of(TERMINAL)
            )
        yield Scene(tenant, account, people["citizen"])


def together(deed: Callable[[int], Any], times: int) -> list[Any]:
    """Do it many times at once; all hands wait for each other before the first stroke."""
    start = threading.Barrier(min(HANDS, times))

    def one(number: int) -> Any:
        if number < start.parties:
            start.wait(timeout=30)
        try:
            return deed(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(HANDS) as hands:
        return list(hands.map(one, range(times)))


def tell(scene: Scene, words: dict[str, str]) -> dict[str, str]:
    answer: dict[str, str] = Client(HTTP_HOST=scene.tenant.host).get(IPN, words).json()
    return answer


def counted(answers: list[dict[str, str]]) -> dict[str, int]:
    return dict(Counter(answer["RspCode"] for answer in answers))


def test_a_hundred_equal_callbacks_at_once_count_once(scene: Scene) -> None:
    payment = scene.at_the_bank()
    words = said(payment)
    answers = together(lambda _number: tell(scene, words), CROWD)
    assert counted(answers) == {OK["RspCode"]: 1, ALREADY["RspCode"]: 99}
    with inside(scene.tenant):
        assert story(payment) == PAID
        assert [e.kind for e in LedgerEntry.objects.order_by("pk")] == ["received", "applied"]
        assert Receipt.objects.count() == 1
        assert Callback.objects.count() == CROWD
        assert contradictions() == []


def test_without_the_lock_it_goes_wrong(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with rows read unlocked, several callbacks find the payment waiting."""

    def unlocked(claim: str) -> list[Payment]:
        return list(Payment.objects.select_related("account").filter(claim=claim).order_by("pk"))

    monkeypatch.setattr(settlement, "locked", unlocked)
    words = said(scene.at_the_bank())
    answers = together(lambda _number: tell(scene, words), CROWD)
    assert counted(answers) != {OK["RspCode"]: 1, ALREADY["RspCode"]: 99}


def test_yes_and_no_at_once_end_as_one_of_them_and_keep_the_money(scene: Scene) -> None:
    payment = scene.at_the_bank()
    yes, no = said(payment), said(payment, code="51")
    together(lambda number: tell(scene, yes if number % 2 else no), 20)
    with inside(scene.tenant):
        found = story(payment)
        assert found["received"] == 30000
        assert (found["state"], found["applied"], found["suspense"]) in [("paid", 30000, 0), ("failed", 0, 30000)]
        assert contradictions() == []


def test_receipts_of_many_payments_at_once_have_no_gap(scene: Scene) -> None:
    payments = [scene.at_the_bank(f"HS-{number}") for number in range(40)]
    words = [said(payment, number=str(number + 1)) for number, payment in enumerate(payments)]
    answers = together(lambda number: tell(scene, words[number]), 40)
    assert answers == [OK] * 40
    with inside(scene.tenant):
        assert sorted(r.number for r in Receipt.objects.all()) == list(range(1, 41))
        assert contradictions() == []


def test_a_callback_that_overtakes_our_commit_is_told_to_come_again(scene: Scene) -> None:
    with ThreadPoolExecutor(1) as bank:
        with inside(scene.tenant):
            payment = scene.open()
            early = bank.submit(tell, scene, said(payment)).result(timeout=30)
        later = bank.submit(tell, scene, said(payment)).result(timeout=30)
        bank.submit(connections.close_all).result(timeout=30)
    assert (early, later) == (UNKNOWN, OK)
    with inside(scene.tenant):
        assert story(payment) == PAID


def test_opening_at_once_opens_one(scene: Scene) -> None:
    def press(_number: int) -> int:
        with inside(scene.tenant):
            return scene.open().pk

    assert len(set(together(press, HANDS))) == 1


def test_reconciling_finds_one_deleted_ledger_row(scene: Scene) -> None:
    """The control of the books: somebody with the owner's rights takes an entry away."""
    payment = scene.at_the_bank()
    assert tell(scene, said(payment)) == OK
    call_command("reconcile", tenant=scene.tenant.slug, strict=True, stdout=io.StringIO())
    connection.close()
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE payments_ledgerentry DISABLE TRIGGER append_only")
        cursor.execute("SELECT set_config('app.tenant_id', %s, false)", [str(scene.tenant.pk)])
        cursor.execute("DELETE FROM payments_ledgerentry WHERE kind = 'received'")
        assert cursor.rowcount == 1
        cursor.execute("ALTER TABLE payments_ledgerentry ENABLE TRIGGER append_only")
        cursor.execute("SELECT set_config('app.tenant_id', '', false)")
    with pytest.raises(CommandError):
        call_command("reconcile", tenant=scene.tenant.slug, strict=True, stdout=io.StringIO())
    with inside(scene.tenant):
        assert contradictions() == [f"{payment.reference}: difference -30000"]
