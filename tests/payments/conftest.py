"""Accounts of the cast's office at each provider, and payments on their way."""

import datetime
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from payments.actions import Traveller, leave, open_payment
from payments.models import Account, Payment
from payments.money import Item
from payments.stand_ins.vnpay import secret_of
from portal.models import Office, Tenant, User
from portal.moments import travel
from portal.tenancy import inside, knowing
from tests.cast import Cast, open_door
from tests.payments.words import ITEMS, MORNING, TERMINAL

Door = Callable[..., "Visitor"]
Opened = Callable[..., Payment]


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((Path(__file__).parent / "vectors.json").read_text())
    return read


@pytest.fixture
def morning() -> Iterator[datetime.datetime]:
    with travel(MORNING):
        yield MORNING


class Visitor:
    """A browser within a test that itself stands inside a tenant: each request leaves the rows closed, so they are opened again."""

    def __init__(self, client: Client, home: Tenant) -> None:
        self._client, self._home = client, home

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._opened(self._client.get, *args, **kwargs)

    def post(self, *args: Any, **kwargs: Any) -> Any:
        return self._opened(self._client.post, *args, **kwargs)

    def _opened(self, ask: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        answer = ask(*args, **kwargs)
        with inside(self._home):
            return answer


@contextmanager
def background(home: Tenant) -> Iterator[None]:
    """Where a task stands: the tenant is known and its rows are closed; afterwards the test's own are opened again."""
    with knowing(home):
        yield
    with inside(home):
        return


@pytest.fixture
def door(cast: Cast, tenant: Tenant) -> Callable[..., Visitor]:
    def open_for(person: User | None = None, at: Tenant | None = None) -> Visitor:
        return Visitor(open_door(at or tenant, person), tenant)

    return open_for


@pytest.fixture
def account(tenant: Tenant, office: Office) -> Account:
    return Account.objects.create(office=office, provider="vnpay", terminal=TERMINAL, secret=secret_of(TERMINAL))


@pytest.fixture
def transfers(tenant: Tenant, office: Office) -> Account:
    return Account.objects.create(
        office=office, provider="vietqr", bank_bin="970436", bank_account="1017595600", holder="UBND PHUONG GO CONG"
    )


@pytest.fixture
def opened(account: Account, an: User, morning: datetime.datetime) -> Opened:
    """A payment of An's; `left=True` when she has gone to the bank."""

    def open_one(
        subject: str = "HS-1", items: list[Item] = ITEMS, *, by: Account | None = None, left: bool = False
    ) -> Payment:
        payment = open_payment(subject, items, account=by or account, payer=an, return_url="/ho-so/", now=MORNING)
        if left:
            back = "http://dongthap.localhost/thanh-toan/vnpay/tra-ve/"
            leave(payment.reference, traveller=Traveller(back, "203.0.113.7", "vi"), now=MORNING)
        return Payment.objects.get(pk=payment.pk)

    return open_one
