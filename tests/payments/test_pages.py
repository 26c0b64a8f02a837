"""What whoever pays sees, and what the cashier sees. No page ever says more than is known."""

import re

import pytest

from payments.actions import apply_callback, cancel_open, expire, request_refund
from payments.models import Account, Payment
from payments.providers.national import CONFIRM_SIGNED, authentication
from payments.providers.table import PROVIDERS
from portal.http import Unreachable
from portal.models import Office, Tenant, User
from portal.moments import travel
from tests.cast import Cast
from tests.payments.conftest import Door, Opened, Visitor
from tests.payments.words import ITEMS, MINUTE, MORNING, NOTHING, PAID, said, story

RETURN = "/thanh-toan/vnpay/tra-ve/"
NOTHING_TAKEN = "Không có tiền nào bị trừ"


@pytest.fixture
def ha(cast: Cast) -> User:
    return cast.people["ha"]


def page(payment: Payment) -> str:
    return f"/thanh-toan/{payment.reference}/"


def words_of(client: Visitor, address: str, query: dict[str, str] | None = None) -> str:
    """What a person reads inside <main>."""
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.content
    main = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    assert main.count("<h1") == 1
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("\xa0", " ")


def test_the_page_says_what_is_to_be_paid_and_how(door: Door, opened: Opened, transfers: Account, an: User) -> None:
    read = words_of(door(an), page(opened()))
    for word in (
        "Lệ phí đăng ký hộ kinh doanh",
        "25.000 đồng",
        "Phí thẩm định",
        "5.000 đồng",
        "30.000 đồng",
        "VNPAY",
        "VietQR",
    ):
        assert word in read
    assert "Chưa có tiền nào bị trừ" in read


def test_a_payment_is_seen_by_whoever_pays_it_alone(door: Door, opened: Opened, an: User, binh: User, en: User) -> None:
    payment = opened(left=True)
    for stranger in (binh, en):
        for address in (page(payment), f"{page(payment)}di/", f"{page(payment)}bien-lai.pdf"):
            assert door(stranger).get(address).status_code == 404
        assert door(stranger).post(f"{page(payment)}di/", {"account": payment.account_id}).status_code == 404
    assert door().get(page(payment)).status_code == 302
    assert door(an).get(page(payment)).status_code == 200


def test_at_another_authority_there_is_no_such_payment(
    door: Door, opened: Opened, an: User, other_tenant: Tenant
) -> None:
    assert door(an, other_tenant).get(page(opened())).status_code == 404


def test_leaving_is_by_a_plain_link_on_our_own_page(door: Door, opened: Opened, an: User) -> None:
    payment = opened()
    answer = door(an).post(f"{page(payment)}di/", {"account": payment.account_id})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{page(payment)}di/")
    html = door(an).get(f"{page(payment)}di/").content.decode()
    found = Payment.objects.get(pk=payment.pk)
    assert found.state == "pending"
    assert f'href="{found.exit["url"].replace("&", "&amp;")}"' in html
    assert "vnp_ReturnUrl=http%3A%2F%2Fdongthap.localhost%2Fthanh-toan%2Fvnpay%2Ftra-ve%2F" in found.exit["url"]


def test_pressing_twice_leaves_once(door: Door, opened: Opened, an: User) -> None:
    payment = opened()
    for _time in range(2):
        assert door(an).post(f"{page(payment)}di/", {"account": payment.account_id}).status_code == 302
    assert Payment.objects.count() == 1


def test_another_way_is_another_attempt_at_the_same_demand(
    door: Door, opened: Opened, transfers: Account, an: User
) -> None:
    payment = opened()
    answer = door(an).post(f"{page(payment)}di/", {"account": transfers.pk})
    other = Payment.objects.exclude(pk=payment.pk).get()
    assert answer.headers["Location"] == f"{page(other)}di/"
    assert (other.claim, other.provider) == (payment.claim, "vietqr")
    html = door(an).get(f"{page(other)}di/").content.decode()
    assert 'src="data:image/svg+xml' in html
    assert "1017595600" in html
    assert other.reference in html


@pytest.mark.parametrize("choice", ["", "0", "not a number"])
def test_a_way_that_is_not_offered_is_not_taken(door: Door, opened: Opened, an: User, choice: str) -> None:
    payment = opened()
    answer = door(an).post(f"{page(payment)}di/", {"account": choice})
    assert answer.headers["Location"] == page(payment)
    assert story(payment) == {"state": "created", **NOTHING}


def test_what_is_paid_cannot_be_paid_again(door: Door, opened: Opened, an: User) -> None:
    payment = opened(left=True)
    apply_callback("vnpay", said(payment), now=MORNING)
    assert door(an).post(f"{page(payment)}di/", {"account": payment.account_id}).headers["Location"] == page(payment)
    assert Payment.objects.count() == 1
    read = words_of(door(an), page(payment))
    assert "Đã thanh toán" in read
    assert "2026-000001" in read
    assert "Thanh toán lại" not in read


def test_a_gateway_that_does_not_answer_is_a_sentence(
    door: Door, opened: Opened, an: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(order: object) -> None:
        raise Unreachable("nobody")

    monkeypatch.setattr(PROVIDERS["vnpay"], "leave", silent)
    payment = opened()
    assert door(an).post(f"{page(payment)}di/", {"account": payment.account_id}).headers["Location"] == page(payment)
    client = door(an)
    client.post(f"{page(payment)}di/", {"account": payment.account_id})
    assert "Cổng thanh toán chưa trả lời" in words_of(client, page(payment))


def test_an_office_without_any_way_says_so(door: Door, opened: Opened, an: User) -> None:
    payment = opened()
    Account.objects.update(secret="")
    assert "Chưa thanh toán trực tuyến được" in words_of(door(an), page(payment))


ENDS = {
    "pending": (
        ["Đang chờ xác nhận", "đừng trả lại lần nữa"],
        [NOTHING_TAKEN, "không thành công", "thất bại", "Thanh toán lại"],
    ),
    "failed": (["không thực hiện lần thanh toán này", NOTHING_TAKEN, "Thanh toán lại"], ["Đang chờ"]),
    "expired": (["đã hết hạn", NOTHING_TAKEN, "Thanh toán lại"], ["Đang chờ"]),
    "cancelled": (["không còn phải nộp"], [NOTHING_TAKEN, "Thanh toán lại"]),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_page_says_what_is_known_and_no_more(door: Door, opened: Opened, an: User, end: str) -> None:
    payment = opened(left=True)
    if end == "failed":
        apply_callback("vnpay", said(payment, code="51"), now=MORNING)
    elif end == "expired":
        expire(payment, now=MORNING + 20 * MINUTE)
    elif end == "cancelled":
        cancel_open(payment.subject, actor=an)
    there, absent = ENDS[end]
    read = words_of(door(an), page(payment))
    assert [word for word in there if word not in read] == []
    assert [word for word in absent if word in read] == []


def test_hours_after_the_end_an_unknown_outcome_is_still_not_called_a_failure(
    door: Door, opened: Opened, an: User
) -> None:
    payment = opened(left=True)
    with travel(MORNING + 24 * 60 * MINUTE):
        read = words_of(door(an), page(payment))
    assert "Đang chờ xác nhận" in read
    assert NOTHING_TAKEN not in read
    assert "Tôi chưa trả tiền" not in read


def test_a_transfer_that_ran_out_of_time_is_not_said_to_have_taken_nothing(
    door: Door, opened: Opened, transfers: Account, an: User
) -> None:
    payment = opened(by=transfers, left=True)
    expire(payment, now=MORNING + 10 * 24 * 60 * MINUTE)
    read = words_of(door(an), page(payment))
    assert NOTHING_TAKEN not in read
    assert "đừng chuyển lại" in read


def test_late_money_is_told_in_plain_words_and_nothing_more_is_asked(door: Door, opened: Opened, an: User) -> None:
    payment = opened(left=True)
    expire(payment, now=MORNING + 20 * MINUTE)
    apply_callback("vnpay", said(payment), now=MORNING + 21 * MINUTE)
    read = words_of(door(an), page(payment))
    assert "Tiền của bạn đã đến và được giữ an toàn" in read
    assert "30.000 đồng" in read
    assert NOTHING_TAKEN not in read
    assert "Thanh toán lại" not in read


def test_the_return_page_changes_nothing_whatever_its_address_says(door: Door, opened: Opened) -> None:
    payment = opened(left=True)
    for words in (said(payment), said(payment, code="24")):
        answer = door().get(RETURN, words)
        assert answer.status_code == 200
        assert "Đang chờ xác nhận" in answer.content.decode()
        assert story(payment) == {"state": "pending", **NOTHING}


def test_the_return_page_knows_nothing_without_the_banks_signature(door: Door, opened: Opened) -> None:
    payment = opened(left=True)
    for words in ({}, {"vnp_TxnRef": payment.reference}, said(payment) | {"vnp_Amount": "1"}, {"vnp_TxnRef": "\0"}):
        read = words_of(door(), RETURN, words)
        assert "Chưa đọc được kết quả" in read
        assert payment.reference not in read


def test_the_return_page_shows_what_came_before_it(door: Door, opened: Opened) -> None:
    payment = opened(left=True)
    apply_callback("vnpay", said(payment), now=MORNING)
    read = door().get(RETURN, said(payment)).content.decode()
    assert "Đã thanh toán" in read
    assert "Nguyễn Thị An" not in read


def test_the_receipt_is_a_paper(door: Door, opened: Opened, an: User) -> None:
    payment = opened(left=True)
    assert door(an).get(f"{page(payment)}bien-lai.pdf").status_code == 404
    apply_callback("vnpay", said(payment), now=MORNING)
    answer = door(an).get(f"{page(payment)}bien-lai.pdf")
    assert (answer.status_code, answer.headers["Content-Type"], answer.content[:5]) == (
        200,
        "application/pdf",
        b"%PDF-",
    )


@pytest.mark.parametrize("address", [RETURN, "/thanh-toan/vnpay/ipn/"])
def test_nothing_about_money_is_kept_in_caches(door: Door, tenant: Tenant, address: str) -> None:
    assert "no-store" in door().get(address).headers["Cache-Control"]


@pytest.fixture
def trial(tenant: Tenant, office: Office) -> Account:
    return Account.objects.create(office=office, provider="sandbox", secret="trial")


@pytest.mark.parametrize(("outcome", "state"), [("paid", "paid"), ("failed", "failed")])
def test_the_trial_bank_speaks_through_the_same_door(
    door: Door, opened: Opened, trial: Account, an: User, outcome: str, state: str
) -> None:
    payment = opened(by=trial, left=True)
    assert payment.exit["url"] == f"/thanh-toan/thu-nghiem/{payment.reference}/"
    assert "30.000 đồng" in words_of(door(an), payment.exit["url"])
    assert door(an).post(payment.exit["url"], {"outcome": outcome}).headers["Location"] == page(payment)
    assert story(payment)["state"] == state


def test_the_trial_bank_pays_nothing_else(door: Door, opened: Opened, an: User) -> None:
    payment = opened(left=True)
    assert door(an).post(f"/thanh-toan/thu-nghiem/{payment.reference}/", {"outcome": "paid"}).status_code == 404
    assert story(payment) == {"state": "pending", **NOTHING}


def confirm(payment: Payment, **other: str) -> dict[str, str]:
    told = {
        "MaLoi": "00", "MaThamChieu": payment.reference, "SoTien": "30000", "MaTienTe": "VND", "MaGiaoDich": "PP1",
        "MaNganHang": "VCB", "ThongTinGiaoDich": "x", "ThoiGianGD": "20261123090230",
    } | other  # fmt: skip
    return told | {"MaXacThuc": authentication(told, CONFIRM_SIGNED, "khoa")}


def test_the_national_platform_confirms_by_signed_json(
    door: Door, opened: Opened, tenant: Tenant, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Account.objects.create(
        office=office, provider="national", terminal="DOITAC01", secret="khoa", endpoint="https://payplatform.test/"
    )
    reply = {"MaLoi": "00", "UrlThanhToan": "https://payplatform.test/pay/1"}
    monkeypatch.setattr("payments.providers.national.post_json", lambda url, message: reply)
    payment = opened(by=platform, left=True)
    address = "/thanh-toan/payplatform/xac-nhan/"
    for wrong, code in (({"SoTien": "29999"}, "04"), ({"MaThamChieu": "TT261123AAAAAAAAAAAA"}, "01")):
        assert door().post(address, confirm(payment, **wrong), content_type="application/json").json()["MaLoi"] == code
    assert (
        door().post(address, confirm(payment) | {"SoTien": "1"}, content_type="application/json").json()["MaLoi"]
        == "97"
    )
    assert door().post(address, "{", content_type="application/json").json()["MaLoi"] == "97"
    assert story(payment) == {"state": "pending", **NOTHING}
    answers = [door().post(address, confirm(payment), content_type="application/json").json() for _time in range(2)]
    assert [(a["MaLoi"], a["MoTaLoi"]) for a in answers] == [("00", "Thanh cong"), ("00", "Da ghi nhan")]
    assert story(payment) == PAID


def test_the_cashier_alone_has_the_cashiers_page(
    door: Door, opened: Opened, an: User, binh: User, ha: User, giang: User
) -> None:
    payment = opened(left=True)
    for address in ("/thanh-toan/thu-ngan/", f"/thanh-toan/thu-ngan/{payment.reference}/"):
        assert [door(p).get(address).status_code for p in (an, binh, giang, ha)] == [404, 404, 404, 200]


def test_a_cashier_has_the_accounts_of_her_office_only(door: Door, opened: Opened, tenant: Tenant, ha: User) -> None:
    other = Office.objects.create(code="H58.31", name="Phường khác", kind=Office.Kind.COMMUNE)
    elsewhere = Account.objects.create(office=other, provider="vietqr", bank_bin="970436", bank_account="1")
    payment = opened(by=elsewhere, left=True)
    assert payment.reference not in words_of(door(ha), "/thanh-toan/thu-ngan/")
    address = f"/thanh-toan/thu-ngan/{payment.reference}/"
    assert door(ha).get(address).status_code == 404
    assert door(ha).post(address, {"deed": "confirm", "transaction": "FT1", "amount": "30000"}).status_code == 404
    assert story(payment) == {"state": "pending", **NOTHING}


def test_the_cashier_finds_a_transfer(door: Door, opened: Opened, transfers: Account, ha: User) -> None:
    payment = opened(by=transfers, left=True)
    address = f"/thanh-toan/thu-ngan/{payment.reference}/"
    assert payment.reference in words_of(door(ha), "/thanh-toan/thu-ngan/")
    wrong = door(ha).post(address, {"deed": "confirm", "transaction": "", "amount": "30000"})
    assert "Có chỗ cần sửa" in wrong.content.decode()
    client = door(ha)
    client.post(address, {"deed": "confirm", "transaction": "FT1", "amount": "1"})
    assert "không bằng số tiền phải nộp" in words_of(client, address)
    assert story(payment) == {"state": "pending", **NOTHING}
    assert door(ha).post(address, {"deed": "confirm", "transaction": "FT1", "amount": "30000"}).status_code == 302
    assert story(payment) == PAID
    assert payment.reference not in words_of(door(ha), "/thanh-toan/thu-ngan/")


def test_late_money_is_on_the_cashiers_page_until_somebody_decides(door: Door, opened: Opened, ha: User) -> None:
    payment = opened(left=True)
    apply_callback("vnpay", said(payment, code="51"), now=MORNING)
    apply_callback("vnpay", said(payment), now=MORNING)
    assert payment.reference in words_of(door(ha), "/thanh-toan/thu-ngan/")
    address = f"/thanh-toan/thu-ngan/{payment.reference}/"
    assert "Ghi thu cho khoản này" in words_of(door(ha), address)
    assert door(ha).post(address, {"deed": "apply"}).status_code == 302
    assert story(payment) == PAID
    assert payment.reference not in words_of(door(ha), "/thanh-toan/thu-ngan/")


def test_the_cashier_sends_money_back_in_two_deeds(door: Door, opened: Opened, ha: User) -> None:
    payment = opened(left=True)
    apply_callback("vnpay", said(payment), now=MORNING)
    address = f"/thanh-toan/thu-ngan/{payment.reference}/"
    assert door(ha).post(address, {"deed": "refund", "amount": "30000", "reason": "Rút hồ sơ"}).status_code == 302
    assert payment.reference in words_of(door(ha), "/thanh-toan/thu-ngan/")
    refund = payment.refunds.get()
    assert door(ha).post(address, {"deed": "refunded", "refund": refund.pk, "transaction": ""}).status_code == 200
    assert door(ha).post(address, {"deed": "refunded", "refund": refund.pk, "transaction": "FT2"}).status_code == 302
    assert story(payment)["state"] == "refunded"
    assert door(ha).post(address, {"deed": "refunded", "refund": refund.pk, "transaction": "FT2"}).status_code == 404
    assert door(ha).post(address, {"deed": "burn"}).status_code == 404


def test_a_payment_that_nobody_can_tell_of_is_on_the_cashiers_page(door: Door, opened: Opened, ha: User) -> None:
    payment = opened(left=True)
    assert payment.reference not in words_of(door(ha), "/thanh-toan/thu-ngan/")
    with travel(MORNING + 120 * MINUTE):
        assert payment.reference in words_of(door(ha), "/thanh-toan/thu-ngan/")


def test_a_refund_that_is_only_asked_for_is_not_shown_as_done(door: Door, opened: Opened, an: User, ha: User) -> None:
    payment = opened(left=True)
    apply_callback("vnpay", said(payment), now=MORNING)
    request_refund(payment, amount=30000, reason="Hoàn", actor=ha, now=MORNING)
    assert "Đã hoàn tiền" not in words_of(door(an), page(payment))
    assert opened("HS-1", ITEMS).pk == payment.pk


def test_in_english_the_pages_still_stand(door: Door, opened: Opened, an: User) -> None:
    client = door(an)
    client.cookies["django_language"] = "en"
    assert 'lang="en"' in client.get(page(opened())).content.decode()
