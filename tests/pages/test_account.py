"""A citizen's own pages: what to do, following a dossier, supplying, withdrawing, receiving, who looked."""

import datetime
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from payments.models import Account
from payments.stand_ins.vnpay import secret_of
from portal import audit
from portal.models import AuditEntry, Tenant, User
from portal.moments import HERE, travel
from portal.tenancy import inside
from procedures.actions import drafts, intake, processing, results, submission, supplements
from procedures.models import Attachment, Dossier, Message, Paper
from tests.cast import Cast
from tests.conftest import Door
from tests.forms import offered, text
from tests.pages.filing import a_pdf
from tests.payments.words import TERMINAL

MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)
TUESDAY, WEDNESDAY = MONDAY + datetime.timedelta(days=1), MONDAY + datetime.timedelta(days=2)
ANSWERS = {"full_name": "Nguyễn Thị An", "purpose": "loan"}
FEE = {
    "key": "charge",
    "name": text("Lệ phí"),
    "kind": "charge",
    "amount": {"online": 75000, "counter": 150000, "post": 150000},
    "when_due": "submission",
}


def filed(cast: Cast, code: str = "1.999001", **changes: object) -> Dossier:
    an = cast.people["an"]
    with inside(cast.tenant), travel(MONDAY):
        draft = drafts.start(offered(cast.office, code, **changes), an)
        drafts.save_answers(draft, ANSWERS)
        return submission.submit(draft, an, f"key-{code}")


def accepted(cast: Cast, code: str = "1.999001", **changes: object) -> Dossier:
    dossier = filed(cast, code, **changes)
    with inside(cast.tenant), travel(MONDAY + datetime.timedelta(hours=1)):
        return intake.accept(dossier, cast.people["binh"])


def asked(cast: Cast, **more: list[str]) -> Dossier:
    dossier = accepted(cast)
    with inside(cast.tenant), travel(TUESDAY):
        supplements.ask(
            dossier,
            cast.people["binh"],
            reason="Ảnh chụp bị mờ",
            wanted=[{"paper": "", "name": "Bản chụp rõ", "wanted": "Đủ bốn góc"}],
            **more,
        )
    return dossier


def decided(cast: Cast) -> Dossier:
    dossier = accepted(cast)
    with inside(cast.tenant), travel(TUESDAY):
        processing.route(dossier, cast.people["binh"], "examine")
        results.prepare(dossier, cast.people["chi"], outcome="granted", lines=[])
        processing.route(dossier, cast.people["chi"], "sign")
        results.decide(dossier, cast.people["dung"])
    return dossier


def at(dossier: Dossier) -> str:
    return f"/tai-khoan/ho-so/{dossier.reference}/"


def again(cast: Cast, dossier: Dossier) -> Dossier:
    with inside(cast.tenant):
        found: Dossier = Dossier.objects.get(pk=dossier.pk)
        return found


@pytest.fixture
def client(an: User, door: Door) -> Client:
    return door(an)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.headers
    return answer.content.decode()


def rows_asked(queries: CaptureQueriesContext) -> int:
    """Without the authority itself, which each process keeps for a second."""
    return sum('FROM "procedures_' in query["sql"] for query in queries.captured_queries)


def test_an_account_without_dossiers_says_what_to_do(client: Client) -> None:
    shown = page(client, "/tai-khoan/")
    assert "Tìm thủ tục" in shown
    assert "Việc cần làm" not in shown


def test_the_account_lists_what_is_to_be_done_first(client: Client, cast: Cast) -> None:
    dossier = asked(cast)
    shown = page(client, "/tai-khoan/")
    assert f'href="{at(dossier)}bo-sung/"' in shown
    assert "Cần bổ sung" in shown
    assert "3 thư chưa đọc" in shown


def test_the_account_asks_the_same_for_two_and_for_twenty_dossiers(client: Client, cast: Cast) -> None:
    for number in range(2):
        filed(cast, f"1.99900{number}")
    page(client, "/tai-khoan/")
    with CaptureQueriesContext(connection) as few:
        page(client, "/tai-khoan/")
    for number in range(10, 28):
        filed(cast, f"1.9990{number}")
    with CaptureQueriesContext(connection) as many:
        assert page(client, "/tai-khoan/").count('class="meta"') == 20
    assert rows_asked(many) == rows_asked(few) == 6


def test_older_dossiers_stand_on_further_pages(client: Client, cast: Cast) -> None:
    for number in range(10, 33):
        filed(cast, f"1.9990{number}")
    first = page(client, "/tai-khoan/")
    older = first.split('rel="next"')[0].rpartition('href="')[2].split('"')[0]
    assert page(client, f"/tai-khoan/{older}").count('class="meta"') == 3


def test_dossiers_at_another_authority_lead_there(client: Client, cast: Cast, other_tenant: Tenant) -> None:
    an = cast.people["an"]
    with inside(other_tenant):
        draft = drafts.start(offered(cast.other_office), an)
        drafts.save_answers(draft, ANSWERS)
        submission.submit(draft, an, "there")
    shown = page(client, "/tai-khoan/")
    assert f"http://vhttdl.localhost{at(draft)}" in shown
    assert client.get(at(draft)).status_code == 404


def test_the_dossier_explains_its_due_date_day_by_day(client: Client, cast: Cast) -> None:
    dossier = accepted(cast)
    with travel(TUESDAY):
        shown = page(client, at(dossier))
    assert "Hẹn trả kết quả" in shown
    assert "ngày tiếp nhận không tính" in shown
    assert "17/11/2026 đến 19/11/2026" in shown
    assert "Tính 3 ngày." in shown
    assert dossier.number in shown


def test_a_pause_is_told_in_the_explanation(client: Client, cast: Cast) -> None:
    dossier = asked(cast)
    with travel(WEDNESDAY):
        assert "Đồng hồ đứng yên: chờ bạn bổ sung hồ sơ." in page(client, at(dossier))


def test_messages_are_read_when_they_are_opened(client: Client, cast: Cast) -> None:
    dossier = filed(cast)
    with inside(cast.tenant):
        message = Message.objects.get(dossier=dossier)
    page(client, at(dossier))
    assert message.subject in page(client, f"/tai-khoan/thu/{message.pk}/")
    with inside(cast.tenant):
        read_at = Message.objects.get(pk=message.pk).read_at
        assert read_at
    page(client, f"/tai-khoan/thu/{message.pk}/")
    with inside(cast.tenant):
        assert Message.objects.get(pk=message.pk).read_at == read_at
        assert AuditEntry.objects.filter(action="message.read", subject=cast.people["an"]).count() == 1


def test_only_what_was_asked_for_is_supplied(client: Client, cast: Cast) -> None:
    dossier = asked(cast, fields=["purpose"])
    with travel(WEDNESDAY):
        shown = page(client, f"{at(dossier)}bo-sung/")
        assert "Ảnh chụp bị mờ" in shown
        assert 'name="purpose"' in shown
        assert 'name="full_name"' not in shown
        sent = {"purpose": "other", "full_name": "Người khác", "paper-0": a_pdf("ro.pdf")}
        assert client.post(f"{at(dossier)}bo-sung/", sent).headers["Location"] == at(dossier)
    now = again(cast, dossier)
    assert (now.state, now.answers["purpose"], now.answers["full_name"]) == ("accepted", "other", "Nguyễn Thị An")
    with inside(cast.tenant):
        assert Attachment.objects.get(dossier=dossier).round == 1
    with travel(WEDNESDAY):
        assert client.get(f"{at(dossier)}bo-sung/").headers["Location"] == at(dossier)


def test_a_supplement_without_its_paper_is_not_sent(client: Client, cast: Cast) -> None:
    dossier = asked(cast)
    with travel(WEDNESDAY):
        answer = client.post(f"{at(dossier)}bo-sung/", {"note": "Gửi sau"})
        assert "<title>Lỗi: " in answer.content.decode()
        assert 'href="#id_paper-0"' in answer.content.decode()
        assert "Gửi sau" in answer.content.decode()
        kept = client.post(f"{at(dossier)}bo-sung/", {"paper-0": a_pdf("ro.pdf"), "upload": "paper-0"}).content.decode()
    assert "ro.pdf" in kept
    assert again(cast, dossier).state == "supplement_requested"


def test_before_acceptance_a_dossier_is_withdrawn_at_once(client: Client, cast: Cast) -> None:
    dossier = filed(cast)
    assert client.post(f"{at(dossier)}rut/", {"reason": ""}).status_code == 200
    client.post(f"{at(dossier)}rut/", {"reason": "Tôi đổi ý"})
    assert again(cast, dossier).state == "withdrawn"
    assert client.get(f"{at(dossier)}rut/").status_code == 302


def test_after_acceptance_a_withdrawal_is_asked_for(client: Client, cast: Cast) -> None:
    dossier = accepted(cast)
    client.post(f"{at(dossier)}rut/", {"reason": "Tôi đổi ý"})
    now = again(cast, dossier)
    assert (now.state, bool(now.withdrawal_asked_at)) == ("accepted", True)


def test_the_result_is_received_and_downloaded(client: Client, cast: Cast) -> None:
    dossier = decided(cast)
    with inside(cast.tenant):
        paper = Paper.objects.get(dossier=dossier, kind="result")
    assert client.get(f"{at(dossier)}giay-to/{paper.pk}/").status_code == 404
    assert "Nhận kết quả" in page(client, at(dossier))
    for _ in range(2):
        client.post(f"{at(dossier)}nhan-ket-qua/")
    assert again(cast, dossier).state == "returned"
    answer = client.get(f"{at(dossier)}giay-to/{paper.pk}/")
    assert b"".join(answer.streaming_content)[:5] == b"%PDF-"  # type: ignore[attr-defined]
    assert "Tải kết quả đã ký" in page(client, at(dossier))


def test_the_receipt_is_a_pdf_that_shows_the_clock_of_viet_nam(client: Client, cast: Cast) -> None:
    dossier = filed(cast)
    with inside(cast.tenant):
        paper = Paper.objects.get(dossier=dossier, kind="submission")
    first = b"".join(client.get(f"{at(dossier)}giay-to/{paper.pk}/").streaming_content)  # type: ignore[attr-defined]
    assert first == b"".join(client.get(f"{at(dossier)}giay-to/{paper.pk}/").streaming_content)  # type: ignore[attr-defined]
    assert "09 giờ 00 phút, ngày 16 tháng 11" in PdfReader(io.BytesIO(first)).pages[0].extract_text()


def test_a_fee_is_paid_from_the_dossier(client: Client, cast: Cast) -> None:
    dossier = filed(cast, fees=[FEE])
    with inside(cast.tenant):
        Account.objects.create(office=cast.office, provider="vnpay", terminal=TERMINAL, secret=secret_of(TERMINAL))
    assert "Nộp 75.000" in page(client, at(dossier))
    first = client.post(f"{at(dossier)}thanh-toan/").headers["Location"]
    assert first.startswith("/thanh-toan/")
    assert client.post(f"{at(dossier)}thanh-toan/").headers["Location"] == first


def test_without_an_account_to_pay_to_the_page_says_where_to_pay(client: Client, cast: Cast) -> None:
    dossier = accepted(cast)
    assert client.post(f"{at(dossier)}thanh-toan/").headers["Location"] == at(dossier)
    assert "Bạn nộp tại quầy" in page(client, at(dossier))


def test_every_official_look_is_shown_to_the_citizen(client: Client, cast: Cast) -> None:
    dossier = accepted(cast)
    with inside(cast.tenant):
        audit.look(cast.people["chi"], f"dossier:{dossier.reference}", "Thẩm định hồ sơ", cast.people["an"])
    assert f'href="{at(dossier)}ai-da-xem/"' in page(client, at(dossier))
    shown = page(client, f"{at(dossier)}ai-da-xem/")
    assert "Thẩm định hồ sơ" in shown
    assert "Chuyên viên, Ủy ban nhân dân phường Gò Công" in shown


def test_nobody_elses_dossier_exists(cast: Cast, door: Door, binh: User, giang: User) -> None:
    dossier = decided(cast)
    with inside(cast.tenant):
        paper, message = (
            Paper.objects.filter(dossier=dossier).latest("pk"),
            Message.objects.filter(dossier=dossier).latest("pk"),
        )
    for client in (door(binh), door(giang), door(giang, cast.other_tenant)):
        missing = client.get("/tai-khoan/ho-so/XXXX-XXXX-XXXX/")
        for name in ("", "ai-da-xem/", "thanh-toan/", "bo-sung/", "rut/", f"giay-to/{paper.pk}/", "tep/1/"):
            assert client.get(f"{at(dossier)}{name}").content == missing.content, name
        assert client.post(f"{at(dossier)}nhan-ket-qua/").status_code == 404
        assert client.get(f"/tai-khoan/thu/{message.pk}/").status_code == 404
    assert again(cast, dossier).state == "done"


def test_the_pages_of_the_account_speak_english(client: Client, cast: Cast) -> None:
    dossier = asked(cast)
    client.cookies["django_language"] = "en"
    for address in (
        "/tai-khoan/",
        at(dossier),
        f"{at(dossier)}bo-sung/",
        f"{at(dossier)}rut/",
        "/tai-khoan/dang-nhap/",
        "/tai-khoan/thong-tin/",
    ):
        assert page(client, address).count("<h1") == 1, address


def test_a_late_dossier_says_so(client: Client, cast: Cast) -> None:
    dossier = accepted(cast)
    with travel(MONDAY + datetime.timedelta(days=7)):
        shown = page(client, at(dossier))
    assert "Quá hạn" in shown
    assert "xin lỗi" in shown
