"""VietQR, the national platform and the sandbox."""

import datetime
import inspect
from typing import Any

import pytest
from pytest_django import Settings

from payments.models import ProviderCode
from payments.providers import national
from payments.providers.base import Provider, Result, Truth, Untrue, plain
from payments.providers.national import CONFIRM_SIGNED, INIT_SIGNED, National, authentication
from payments.providers.sandbox import Sandbox, sealed
from payments.providers.table import PROVIDERS
from payments.providers.vietqr import Vietqr, crc16, payload
from portal.http import Refused
from tests.payments.test_vnpay import NOW, order


def test_the_table_holds_every_way_to_pay_and_none_has_more_than_eight_methods() -> None:
    assert set(PROVIDERS) == set(ProviderCode.values)
    assert all(provider.code == code for code, provider in PROVIDERS.items())
    methods = [name for name, _member in inspect.getmembers(Provider, inspect.isfunction)]
    assert len(methods) <= 8


def test_vietqr_equals_the_published_code(vectors: dict[str, Any]) -> None:
    given = vectors["vietqr_published"][0]
    made = payload(given["bin"], given["account"], given["amount"], bill=given["bill"], purpose=given["purpose"])
    assert made == given["payload"]


def test_vietqr_has_the_published_checksums(vectors: dict[str, Any]) -> None:
    _first, static, transfer = vectors["vietqr_published"]
    assert payload(static["bin"], static["account"])[-4:] == static["crc_static"]
    made = payload(transfer["bin"], transfer["account"], transfer["amount"], purpose=transfer["purpose"], reusable=True)
    assert made[-4:] == transfer["crc"]


def test_vietqr_equals_our_own_codes(vectors: dict[str, Any]) -> None:
    for given in vectors["vietqr_own"]:
        assert (
            payload(given["bin"], given["acc"], given.get("amount", 0), purpose=given.get("desc", ""))
            == given["payload"]
        )


def test_the_checksum_is_ccitt_false() -> None:
    assert crc16("123456789") == "29B1"


def test_a_transfer_carries_the_reference_as_its_purpose() -> None:
    made = Vietqr().leave(order(reference="TT261123ABCDEFGHJKLM", bank_bin="970436", bank_account="1017595600"))
    assert "0820TT261123ABCDEFGHJKLM" in made.qr
    assert made.url == ""


def test_init_is_authenticated_as_published(vectors: dict[str, Any]) -> None:
    given = vectors["payplatform_init"]
    assert given["order"] == INIT_SIGNED
    message = dict(zip(given["order"], given["values"], strict=True))
    assert authentication(message, INIT_SIGNED, given["secret"]) == given["MaXacThuc_sha256_hex"]


def national_order() -> Any:
    return order(
        terminal="DOITAC01", secret="SECRETTEST", endpoint="https://payplatform.test/", reference="H57.99-261122-0001-1"
    )


def test_our_init_says_what_was_published(monkeypatch: pytest.MonkeyPatch, vectors: dict[str, Any]) -> None:
    sent: dict[str, Any] = {}

    def answer(url: str, message: dict[str, Any]) -> dict[str, str]:
        sent.update(message)
        return {"MaLoi": "00", "UrlThanhToan": "https://payplatform.test/pay/1"}

    monkeypatch.setattr(national, "post_json", answer)
    assert National().leave(national_order()).url == "https://payplatform.test/pay/1"
    given = vectors["payplatform_init"]
    assert [sent[name] for name in given["order"]] == given["values"]
    assert sent["MaXacThuc"] == given["MaXacThuc_sha256_hex"]
    assert sent["ThongTinBienLai"]["PhiLePhi"] == [{"LoaiPhiLePhi": "2", "TenPhiLePhi": "Lệ phí", "SoTien": "8000"}]


@pytest.mark.parametrize("reply", [{"MaLoi": "01"}, {"MaLoi": "00", "UrlThanhToan": "javascript:alert(1)"}, ["x"]])
def test_init_without_an_address_is_refused(monkeypatch: pytest.MonkeyPatch, reply: Any) -> None:
    monkeypatch.setattr(national, "post_json", lambda url, message: reply)
    with pytest.raises(Refused):
        National().leave(national_order())


def confirm(**other: str) -> dict[str, str]:
    told = {
        "MaLoi": "00", "MaThamChieu": "H57.99-261122-0001-1", "SoTien": "8000", "MaTienTe": "VND", "MaGiaoDich": "PP1",
        "MaNganHang": "VCB", "ThongTinGiaoDich": "x", "ThoiGianGD": "20261122090230",
    } | other  # fmt: skip
    return told | {"MaXacThuc": authentication(told, CONFIRM_SIGNED, "SECRETTEST")}


def test_confirm_is_verified_and_read() -> None:
    assert National().verify(confirm(), "SECRETTEST")
    assert not National().verify(confirm() | {"SoTien": "8001"}, "SECRETTEST")
    notice = National().read(confirm())
    assert (notice.amount, notice.truth, notice.transaction) == (8000, Truth.PAID, "PP1")
    assert National().read(confirm(MaLoi="05")).truth is Truth.UNDECIDED


def test_our_answer_to_confirm_is_authenticated() -> None:
    answer = National().answer(Result.CONFIRMED, confirm(), "SECRETTEST")
    assert answer["MaLoi"] == "00"
    assert answer["MaXacThuc"] == authentication(answer, national.ANSWER_SIGNED, "SECRETTEST")


def test_the_national_platform_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(national, "post_json", lambda url, message: confirm())
    assert National().ask(national_order(), NOW).truth is Truth.PAID
    monkeypatch.setattr(national, "post_json", lambda url, message: confirm() | {"SoTien": "1"})
    with pytest.raises(Untrue):
        National().ask(national_order(), NOW)
    monkeypatch.setattr(national, "post_json", lambda url, message: confirm(MaThamChieu="another"))
    with pytest.raises(Refused):
        National().ask(national_order(), NOW)


def test_the_sandbox_believes_only_its_own_seal() -> None:
    raw = sealed("TT1", 8000, Truth.PAID, "secret")
    assert Sandbox().verify(raw, "secret")
    assert not Sandbox().verify(raw | {"amount": "1"}, "secret")
    assert not Sandbox().verify(raw, "")
    assert Sandbox().read(raw | {"truth": "nonsense"}).truth is Truth.UNDECIDED
    assert Sandbox().ask(order(), NOW).truth is Truth.ABSENT


def test_the_sandbox_is_closed_where_money_is_real(settings: Settings) -> None:
    assert Sandbox().check({"secret": "x"}) == []
    settings.DEMO = settings.TESTING = False
    assert Sandbox().check({"secret": "x"}) != []


@pytest.mark.parametrize(
    ("code", "account", "complaints"),
    [
        ("vnpay", {"terminal": "DTHAP001", "secret": "x"}, 0),
        ("vnpay", {"terminal": "short"}, 2),
        ("vietqr", {"bank_bin": "970436", "bank_account": "1017595600"}, 0),
        ("vietqr", {"bank_bin": "97", "bank_account": ""}, 2),
        ("national", {"terminal": "a", "secret": "b", "endpoint": "c"}, 0),
        ("national", {}, 3),
        ("sandbox", {}, 1),
    ],
)
def test_an_account_is_told_what_it_lacks(code: str, account: dict[str, str], complaints: int) -> None:
    assert len(PROVIDERS[code].check(account)) == complaints


def test_banks_read_plain_letters() -> None:
    assert plain("Phí đăng ký hộ kinh doanh Đồng Tháp & số #1") == "Phi dang ky ho kinh doanh Dong Thap  so 1"


def test_only_a_cashier_knows_of_a_transfer() -> None:
    assert [code for code, provider in PROVIDERS.items() if not provider.can_be_asked] == ["vietqr"]
    with pytest.raises(NotImplementedError):
        Vietqr().ask(order(), NOW + datetime.timedelta(minutes=1))
    assert not Vietqr().verify({}, "x")
