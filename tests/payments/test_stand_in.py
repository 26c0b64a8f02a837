"""The stand-in and we understand each other, over a real line: leaving, the callback, the question, and its bad days."""

import http.client
import threading
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from pytest_django import Settings
from werkzeug.serving import make_server

from payments import tasks
from payments.actions import ask_again
from payments.models import Account, Callback, Payment
from payments.queries import undecided
from payments.stand_ins.vnpay import Bank, Transaction, _signed, serve
from portal.http import Unreachable
from portal.models import Tenant
from portal.moments import travel
from tests.payments.conftest import Door, Opened, background
from tests.payments.words import IPN, MINUTE, MORNING, NOTHING, OK, PAID, story

Press = Callable[[Payment, str], str]


@pytest.fixture
def bank(settings: Settings, morning: object) -> Iterator[Bank]:
    """VNPAY as a server of its own on this machine; its callbacks are collected instead of sent."""
    held = Bank(ipn_url="http://127.0.0.1:9/", retry_seconds=0)
    held.clock = lambda: MORNING
    server = serve(held, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.VNPAY_PAY_URL = f"http://127.0.0.1:{server.server_port}/paymentv2/vpcpay.html"
    settings.VNPAY_API_URL = f"http://127.0.0.1:{server.server_port}/merchant_webapi/api/transaction"
    yield held
    server.shutdown()
    server.server_close()


def ask(method: str, url: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=5)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    line.request(method, f"{parts.path}?{parts.query}", urlencode(form or {}), headers)
    answer = line.getresponse()
    found = answer.status, answer.getheader("Location", ""), answer.read().decode()
    line.close()
    return found


@pytest.fixture
def press(bank: Bank, settings: Settings) -> Press:
    """Open the bank's page as the payer does, press one of its buttons, and give the address that she is sent back to."""

    def press_one(payment: Payment, button: str) -> str:
        status, _where, page = ask("GET", payment.exit["url"])
        assert status == 200, page
        key = page.split('name="key" value="')[1].split('"')[0]
        parts = urlsplit(settings.VNPAY_PAY_URL)
        status, where, _page = ask(
            "POST", f"{parts.scheme}://{parts.netloc}/paymentv2/pay", {"key": key, "press": button}
        )
        assert status == 302
        return where

    return press_one


def words(bank: Bank, payment: Payment) -> dict[str, str]:
    """The callback that the bank would send."""
    return dict(parse_qsl(_signed(bank.transactions[f"{payment.account.terminal}/{payment.reference}"].result())))


def test_the_bank_shows_what_we_ask_and_its_callback_pays(door: Door, opened: Opened, bank: Bank, press: Press) -> None:
    bank.mode = "lose_ipn"
    payment = opened(left=True)
    page = ask("GET", payment.exit["url"])[2]
    assert "30.000 đồng" in page
    back = press(payment, "paid")
    assert back.startswith("http://dongthap.localhost/thanh-toan/vnpay/tra-ve/?")
    assert story(payment) == {"state": "pending", **NOTHING}
    assert door().get(IPN, words(bank, payment)).json() == OK
    assert story(payment) == PAID


def test_the_bank_refuses_an_order_that_somebody_changed(opened: Opened, bank: Bank) -> None:
    changed = opened(left=True).exit["url"].replace("vnp_Amount=3000000", "vnp_Amount=100")
    assert ask("GET", changed)[0] == 400


def test_the_bank_refuses_an_order_whose_time_is_over(opened: Opened, bank: Bank) -> None:
    payment = opened(left=True)
    bank.clock = lambda: MORNING + 16 * MINUTE
    assert ask("GET", payment.exit["url"])[0] == 400


def test_pressing_twice_is_pressing_once(opened: Opened, bank: Bank, press: Press) -> None:
    bank.mode = "lose_ipn"
    payment = opened(left=True)
    assert press(payment, "paid") == press(payment, "cancel")


def test_the_return_page_waits_for_the_callback(door: Door, opened: Opened, bank: Bank, press: Press) -> None:
    bank.mode = "lose_ipn"
    payment = opened(left=True)
    back = press(payment, "paid").removeprefix("http://dongthap.localhost")
    page = door().get(back).content.decode()
    assert "Đang chờ xác nhận" in page
    assert story(payment) == {"state": "pending", **NOTHING}
    door().get(IPN, words(bank, payment))
    assert "Đã thanh toán" in door().get(back).content.decode()


@pytest.mark.parametrize(
    ("button", "state"), [("paid", "paid"), ("poor", "failed"), ("cancel", "failed"), ("suspicious", "pending")]
)
def test_a_lost_callback_is_healed_by_asking(
    opened: Opened, bank: Bank, press: Press, tenant: Tenant, button: str, state: str
) -> None:
    bank.mode = "lose_ipn"
    payment = opened(left=True)
    press(payment, button)
    with travel(MORNING + 3 * MINUTE), background(tenant):
        tasks.ask_about_undecided()
    assert story(payment)["state"] == state


def test_an_order_that_the_bank_never_saw_expires_only_after_its_time(
    opened: Opened, bank: Bank, tenant: Tenant
) -> None:
    payment = opened(left=True)
    assert ask_again(payment.reference, now=MORNING + 14 * MINUTE) == Callback.Outcome.UNDECIDED
    assert ask_again(payment.reference, now=MORNING + 15 * MINUTE) == Callback.Outcome.EXPIRED
    assert story(payment) == {"state": "expired", **NOTHING}
    assert ask_again(payment.reference, now=MORNING + 16 * MINUTE) is None


def test_an_order_at_which_the_payer_still_sits_waits(opened: Opened, bank: Bank) -> None:
    payment = opened(left=True)
    ask("GET", payment.exit["url"])
    assert ask_again(payment.reference, now=MORNING + 20 * MINUTE) == Callback.Outcome.UNDECIDED
    assert story(payment) == {"state": "pending", **NOTHING}


def test_a_bank_that_is_down_leaves_everything_open_and_is_asked_once_a_sweep(
    opened: Opened, bank: Bank, tenant: Tenant
) -> None:
    payments = [opened(f"HS-{number}", left=True) for number in range(3)]
    bank.mode = "down"
    with travel(MORNING + 60 * MINUTE), background(tenant):
        tasks.sweep_payments_of.run(tenant.pk)
    assert [story(p)["state"] for p in payments] == ["pending"] * 3
    assert Payment.objects.filter(asked_at__isnull=False).count() == 1
    with pytest.raises(Unreachable):
        ask_again(payments[0].reference, now=MORNING)


def test_a_secret_that_is_not_the_banks_gets_no_answer(
    opened: Opened, bank: Bank, account: Account, tenant: Tenant
) -> None:
    payment = opened(left=True)
    Account.objects.filter(pk=account.pk).update(secret="another")
    with travel(MORNING + 60 * MINUTE), background(tenant):
        tasks.ask_about_undecided()
    assert story(payment)["state"] == "pending"


def test_those_asked_about_are_those_of_whom_nothing_was_heard(opened: Opened) -> None:
    payment = opened(left=True)
    asked: dict[float, bool] = {}
    for minutes in (1, 2, 60, 2000):
        asked[minutes] = undecided(MORNING + minutes * MINUTE, ["vnpay"]).exists()
    assert asked == {1: False, 2: True, 60: True, 2000: True}
    Payment.objects.filter(pk=payment.pk).update(asked_at=MORNING + 2000 * MINUTE)
    assert not undecided(MORNING + 2030 * MINUTE, ["vnpay"]).exists()
    assert undecided(MORNING + 2060 * MINUTE, ["vnpay"]).exists()
    assert not undecided(MORNING + 60 * MINUTE, ["national"]).exists()


def test_payments_that_nobody_left_with_expire_quietly(opened: Opened, transfers: Account, tenant: Tenant) -> None:
    looked_at, at_the_bank = opened("HS-1"), opened("HS-2", left=True)
    transfer = opened("HS-3", by=transfers, left=True)
    with travel(MORNING + 60 * MINUTE), background(tenant):
        tasks.end_what_is_over()
    assert [story(p)["state"] for p in (looked_at, at_the_bank, transfer)] == ["expired", "pending", "pending"]
    with travel(MORNING + 3 * 24 * 60 * MINUTE), background(tenant):
        tasks.end_what_is_over()
    assert story(transfer)["state"] == "expired"


def test_each_authority_is_swept_by_itself(
    tenant: Tenant, other_tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[int] = []
    monkeypatch.setattr(tasks.sweep_payments_of, "apply_async", lambda arguments: swept.extend(arguments))
    tasks.sweep_payments()
    assert {tenant.pk, other_tenant.pk} <= set(swept)


def test_the_bank_tells_until_it_is_understood(
    bank: Bank, opened: Opened, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank.mode = "lose_ipn"
    payment = opened(left=True)
    press(payment, "paid")
    found = bank.transactions[f"{payment.account.terminal}/{payment.reference}"]
    tries: list[str] = []

    def told(transaction: Transaction) -> bool:
        tries.append(transaction.number)
        return len(tries) == 3

    monkeypatch.setattr(bank, "_told", told)
    bank.notify(found)
    assert len(tries) == 3


def test_the_callback_goes_to_our_address_with_the_tenants_name(bank: Bank, opened: Opened, press: Press) -> None:
    """Names under .localhost are known to browsers only."""
    bank.mode = "lose_ipn"
    payment = opened(left=True)
    press(payment, "paid")
    seen: list[str] = []

    def application(environ: dict[str, str], start: Callable[..., object]) -> list[bytes]:
        seen.append(f"{environ['HTTP_HOST']}{environ['PATH_INFO']}")
        start("200 OK", [])
        return [b'{"RspCode": "00", "Message": "Confirm Success"}']

    server = make_server("127.0.0.1", 0, application)
    threading.Thread(target=server.handle_request, daemon=True).start()
    bank.ipn_url = f"http://127.0.0.1:{server.server_port}{IPN}"
    assert bank._told(bank.transactions[f"{payment.account.terminal}/{payment.reference}"])
    server.server_close()
    assert seen == [f"dongthap.localhost{IPN}"]


def test_the_bank_obeys_and_knows_its_moods(bank: Bank, settings: Settings) -> None:
    parts = urlsplit(settings.VNPAY_PAY_URL)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    for mood, status in (("down", 200), ("slow", 200), ("double_ipn", 200), ("angry", 400), ("ok", 200)):
        line.request("POST", "/__control__", f'{{"mode": "{mood}"}}', {"Content-Type": "application/json"})
        answer = line.getresponse()
        assert (answer.status, bool(answer.read())) == (status, True)
    line.close()
    assert bank.mode == "ok"


def test_a_browser_of_ours_never_meets_the_secret(door: Door, opened: Opened, an: object) -> None:
    payment = opened(left=True)
    client = door(payment.payer)
    pages = [
        client.get(f"/thanh-toan/{payment.reference}/").content,
        client.get(f"/thanh-toan/{payment.reference}/di/").content,
    ]
    assert all(payment.account.secret.encode() not in page for page in pages)
