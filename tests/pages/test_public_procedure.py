import io
import zipfile
from typing import Any

import pytest
from pypdf import PdfReader

from portal.models import Office, Tenant
from procedures.actions import catalogue
from procedures.models import Offering
from tests.cast import make_office
from tests.conftest import Door
from tests.forms import text
from tests.pages.public import asked, publish

URL = "/thu-tuc/1.001612/"
FAMILY = {"field": "purpose", "is": "loan"}
RICH: dict[str, Any] = {
    "papers": [
        {"key": "request", "name": text("Tờ khai"), "originals": 1, "blank_form": True},
        {"key": "mandate", "name": text("Văn bản ủy quyền"), "copies": 2, "when": FAMILY},
        {"key": "card", "name": text("Thẻ căn cước"), "present_only": True},
        {
            "key": "residence",
            "name": text("Giấy tờ về nơi ở"),
            "originals": 1,
            "mandatory": False,
            "replaced_by": "population",
        },
        {"key": "poor", "name": text("Sổ hộ nghèo"), "copies": 1, "mandatory": False},
    ],
    "fees": [
        {
            "key": "charge",
            "name": text("Lệ phí đăng ký"),
            "kind": "charge",
            "amount": {"online": 25000, "counter": 50000, "post": 50000},
            "exempt": [{"when": {"field": "purpose", "is": "other"}, "name": text("Hộ nghèo"), "proof": "poor"}],
        }
    ],
    "fee_note": text("Theo nghị quyết của Hội đồng nhân dân."),
}


@pytest.fixture
def offering(office: Office) -> Offering:
    return publish(office, "1.001612", "Đăng ký thành lập hộ kinh doanh", **RICH)


def shown(door: Door, url: str = URL) -> str:
    page = door().get(url)
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_the_page_holds_everything_that_the_record_holds(offering: Offering, door: Door) -> None:
    page = shown(door)
    for told in (
        "Một thủ tục nhỏ.", "1.001612", "Người dân", "Nộp hồ sơ", "Nhận kết quả", "3 ngày làm việc", "25.000 đồng", "50.000 đồng",
        "Trực tuyến giảm 50 %", "Theo nghị quyết", "123/2015/NĐ-CP", "Giấy xác nhận", "Ủy ban nhân dân phường Gò Công", "12 Nguyễn Huệ", "1/QĐ-UBND",
    ):  # fmt: skip
        assert told in page, told
    assert page.count("<h1") == 1


def test_papers_say_how_many_when_and_when_not(offering: Offering, door: Door) -> None:
    page = shown(door)
    for told in (
        "(1 bản chính)", "(2 bản sao)", "Chỉ khi “Mục đích” là “Vay vốn”.", "Chỉ xuất trình, không nộp", "Nếu có",
        "cơ sở dữ liệu quốc gia về dân cư trả lời thay", "Chỉ cần khi xin miễn, giảm: Hộ nghèo.", "kèm “Sổ hộ nghèo”",
    ):  # fmt: skip
        assert told in page, told


def test_a_record_without_amounts_is_not_called_free(door: Door, office: Office) -> None:
    publish(office, "1.000002", "Không ghi mức thu", fees=[])
    page = shown(door, "/thu-tuc/1.000002/")
    assert "không có nghĩa là miễn phí" in page
    assert "Không thu" not in page


def test_an_amount_of_zero_is_free(office: Office, door: Door) -> None:
    fee = {
        "key": "charge",
        "name": text("Lệ phí"),
        "kind": "charge",
        "amount": {"online": 0, "counter": 25000, "post": 25000},
    }
    publish(office, "1.000003", "Không thu", fees=[fee])
    assert "<dt>Trực tuyến</dt><dd>Không thu</dd>" in shown(door, "/thu-tuc/1.000003/")


def test_cases_with_papers_of_their_own_are_told_apart(office: Office, door: Door) -> None:
    cases = [
        {
            "key": "loan",
            "name": text("Để vay vốn"),
            "when": FAMILY,
            "papers": ["request", "mandate"],
            "time": {"amount": 5, "unit": "working_day"},
        },
        {"key": "other", "name": text("Việc khác"), "when": None, "papers": ["request"]},
    ]
    publish(office, "1.000004", "Hai trường hợp", **RICH, cases=cases)
    page = shown(door, "/thu-tuc/1.000004/")
    assert "Khi “Mục đích” là “Vay vốn”." in page
    assert "5 ngày làm việc" in page and "3 ngày làm việc" in page


def test_one_office_is_filed_with_at_once(office: Office, door: Door) -> None:
    publish(office, "1.000005", "Không phí")
    assert 'href="/thu-tuc/1.000005/nop/?office=H58.30"' in shown(door, "/thu-tuc/1.000005/")


def test_several_offices_are_chosen_from(office: Office, door: Door) -> None:
    second = make_office("H58.31", "Ủy ban nhân dân phường Long Thuận")
    for where in (office, second):
        offering = publish(where, "1.000005", "Không phí")
    page = shown(door, "/thu-tuc/1.000005/")
    assert 'action="/thu-tuc/1.000005/nop/"' in page
    assert '<option value="H58.31">' in page
    offering.refresh_from_db()
    assert offering.level == 4


def test_where_it_cannot_be_filed_online_the_page_says_where_to_go(office: Office, door: Door) -> None:
    publish(office, "1.000006", "Tại quầy", open_online=False)
    page = shown(door, "/thu-tuc/1.000006/")
    assert "chưa nộp qua mạng được" in page and "02733841234" in page
    assert "nop/" not in page
    assert "Để lên mức độ 3 còn thiếu: cơ quan mở nhận hồ sơ trực tuyến." in page


@pytest.mark.parametrize(
    ("opened", "level", "word"),
    [
        ({}, "Mức độ 4", "toàn trình"),
        ({"returns_online": False}, "Để thành toàn trình còn thiếu: trả kết quả trực tuyến.", "một phần"),
        ({"online_open": False}, "Mức độ 2", "thông tin"),
        ({"blank_forms": False}, "Để lên mức độ 2 còn thiếu: mẫu đơn tải về được.", "thông tin"),
    ],
)
def test_the_level_says_what_it_means_and_what_is_lacking(
    office: Office, door: Door, opened: dict[str, bool], level: str, word: str
) -> None:
    offering = publish(office, "1.000007", "Các mức độ")
    catalogue.offer(offering.procedure, office, **opened)
    page = shown(door, "/thu-tuc/1.000007/")
    assert level in page and f"· {word}" in page


def test_the_blank_form_is_a_pdf_addressed_to_the_office(offering: Offering, door: Door) -> None:
    answer = door().get(f"{URL}mau-don.pdf")
    assert answer["Content-Type"] == "application/pdf"
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "Họ và tên" in words and "Gò Công" in words
    assert door().get(f"{URL}mau-don.pdf").content == answer.content


def test_the_blank_form_is_a_word_file_with_the_same_questions(offering: Offering, door: Door) -> None:
    answer = door().get(f"{URL}mau-don.docx")
    assert answer["Content-Disposition"] == 'attachment; filename="mau-don-1.001612.docx"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        words = archive.read("word/document.xml").decode()
    assert "Họ và tên" in words and "Mục đích" in words


def test_where_no_form_may_be_downloaded_none_is(offering: Offering, door: Door, office: Office) -> None:
    catalogue.offer(offering.procedure, office, blank_forms=False)
    assert "mau-don" not in shown(door)
    for ending in ("pdf", "docx"):
        assert door().get(f"{URL}mau-don.{ending}").status_code == 404


def test_the_page_asks_little(offering: Offering, door: Door, office: Office) -> None:
    with asked() as questions:
        shown(door)
    assert len(questions) <= 5


def test_a_foreign_procedure_and_a_missing_one_look_the_same(
    offering: Offering, door: Door, other_tenant: Tenant
) -> None:
    client = door(at=other_tenant)
    foreign, missing = client.get(URL), client.get("/thu-tuc/khong-co/")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content == client.get("/dau-do/").content


def test_a_dissolved_office_is_no_place_to_go(offering: Offering, door: Door, office: Office) -> None:
    office.closed_on = office.opened_on = "2025-07-01"
    office.save()
    assert "chưa có cơ quan nào ở đây nhận" in shown(door)
