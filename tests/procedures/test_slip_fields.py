"""Mẫu 01 to 06 field by field: what the circular's forms ask for stands on the paper that the actions issue."""

import datetime
import io
import json
import re
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.conf import settings

from portal import pdf
from portal.models import Office, Tenant, User
from portal.moments import now, today
from procedures.actions import intake, papers, records, supplements
from procedures.models import Dossier, Paper
from procedures.queries import books
from procedures.queries.papers import pdf_of
from tests.forms import offered
from tests.pages.desk import filed, in_process
from tests.portal.specimens import AT, PAPERS, SPECIMENS

FORMS = Path(settings.BASE_DIR).parent / "shared" / "data" / "forms_mau.json"
HEAD = ("ỦY BAN NHÂN DÂN TỈNH ĐỒNG THÁP", "Bộ phận Tiếp nhận và Trả kết quả", "Mã hồ sơ:", "ngày")
PERSON = {
    "địa chỉ": "Địa chỉ: 12/5 Trương Định",
    "điện thoại": "Số điện thoại: 0912345678",
    "email": "Thư điện tử: an@example.vn",
}
# Field of the form → the words by which it stands on the paper (several where it has several parts).
STANDS: dict[str, dict[str, Any]] = {
    "01": {
        "cơ quan chủ quản": "ỦY BAN NHÂN DÂN TỈNH ĐỒNG THÁP",
        "Bộ phận/TTPVHCC": ("ỦY BAN NHÂN DÂN PHƯỜNG GÒ CÔNG", "Bộ phận Tiếp nhận và Trả kết quả"),
        "mã hồ sơ": "Mã hồ sơ: H58.30-",
        "mã QR/vạch": "QR",
        "nơi, ngày tháng năm": "năm 20",
        "người nộp": "Tiếp nhận hồ sơ của: Nguyễn Thị An",
        **PERSON,
        "số căn cước/hộ chiếu": "Số định danh cá nhân/Căn cước/Hộ chiếu: 082190001234",
        "nội dung yêu cầu giải quyết": "Nội dung yêu cầu giải quyết: Xác nhận thử nghiệm",
        "chủ hồ sơ, địa chỉ": ("Chủ hồ sơ: Nguyễn Thị An", "Địa chỉ chủ hồ sơ: 12/5 Trương Định"),
        "bảng thành phần hồ sơ (TT, tên, số bản chính, bản chứng thực, bản photo)": ("TT", "Tên thành phần hồ sơ", "Bản chính", "Bản chứng thực", "Bản chụp", "Tờ khai"),
        "số lượng bộ": "Số lượng hồ sơ: 1 bộ",
        "thời gian giải quyết theo quy định": "Thời gian giải quyết hồ sơ theo quy định: 3 ngày làm việc",
        "thời gian nhận (giờ, phút, ngày)": r"Thời gian nhận hồ sơ: \d\d giờ \d\d phút, ngày \d\d",
        "thời gian trả (giờ, phút, ngày)": r"Thời gian trả kết quả giải quyết hồ sơ: \d\d giờ \d\d phút, ngày \d\d",
        "đăng ký nhận kết quả tại": "Đăng ký nhận kết quả tại: Nhận bản điện tử trên cổng",
        "(quyển số, số thứ tự)": r"quyển số: 20\d\d; số thứ tự: 1",
        "đường dẫn/điện thoại tra cứu": ("/tra-cuu/", "Điện thoại hỗ trợ: 02733841234"),
        "ký người nộp": "NGƯỜI NỘP HỒ SƠ",
        "ký người tiếp nhận": ("NGƯỜI TIẾP NHẬN HỒ SƠ", "Trần Văn Bình"),
    },
    "02": {
        "đầu phiếu như Mẫu 01": HEAD,
        "hồ sơ của": "Hồ sơ của: Nguyễn Thị An",
        "nội dung yêu cầu giải quyết": "Nội dung yêu cầu giải quyết: Xác nhận thử nghiệm",
        **PERSON,
        "bảng giấy tờ cần bổ sung (tên, bản chính, chứng thực, photo)": ("Tên thành phần hồ sơ", "Bản chính", "Bản chứng thực", "Bản chụp", "Giấy ủy quyền"),
        "nội dung cần hoàn thiện": "Nội dung cần hoàn thiện: Mục đích",
        "lý do": "Lý do: Chưa đủ",
        "công chức hướng dẫn + điện thoại": "liên hệ với Trần Văn Bình, số điện thoại 02733841234",
        "ký người hướng dẫn": "NGƯỜI HƯỚNG DẪN",
    },
    "03": {
        "đầu phiếu": HEAD,
        "hồ sơ của": "Tiếp nhận hồ sơ của: Nguyễn Thị An",
        "nội dung yêu cầu": "Nội dung yêu cầu giải quyết: Xác nhận thử nghiệm",
        **PERSON,
        "(mã hồ sơ, thời điểm nộp trực tuyến)": ("Mã hồ sơ:", r"Thời điểm nộp hồ sơ: \d\d giờ \d\d phút"),
        "lý do từ chối": "Không thuộc thẩm quyền",
        "liên hệ": "Mọi vướng mắc xin liên hệ: 02733841234",
        "ký người nộp": "NGƯỜI NỘP HỒ SƠ",
        "ký người từ chối": ("NGƯỜI TỪ CHỐI TIẾP NHẬN", "Trần Văn Bình"),
    },
    "04": {
        "kính gửi": "Kính gửi: Nguyễn Thị An",
        "địa chỉ": PERSON["địa chỉ"],
        "điện thoại": PERSON["điện thoại"],
        "ngày tiếp nhận": r"Ngày \d\d/\d\d/20\d\d, cơ quan chúng tôi tiếp nhận",
        "lĩnh vực, thủ tục": ("Xác nhận thử nghiệm", "lĩnh vực Hộ tịch"),
        "mã hồ sơ": "mã hồ sơ: H58.30-",
        "ngày hẹn trả cũ": r"Thời gian hẹn trả kết quả giải quyết hồ sơ: \d\d giờ",
        "cơ quan gây chậm": "Cơ quan, đơn vị chậm giải quyết: Thuế cơ sở 3",
        "lý do chậm": "Lý do: Chưa có thông báo thuế",
        "lời xin lỗi": "xin lỗi Ông/Bà",
        "ngày giờ hẹn trả mới": r"Hẹn lại thời gian trả kết quả: \d\d giờ \d\d phút",
        "nơi nhận": "Nơi nhận kết quả: Nhận bản điện tử trên cổng",
        "ký thủ trưởng cơ quan": ("CHỦ TỊCH", "Phạm Quốc Dũng"),
    },
    "05": {
        "kèm theo hồ sơ của": "Kèm theo hồ sơ của: Nguyễn Thị An",
        "mã hồ sơ": "Mã hồ sơ: H58.30-",
        "ngày giờ nhận": r"Ngày giờ nhận hồ sơ: \d\d giờ",
        "ngày giờ hẹn trả": r"Ngày giờ hẹn trả kết quả: \d\d giờ",
        "cơ quan giải quyết": "Cơ quan giải quyết hồ sơ: Ủy ban nhân dân phường Gò Công",
        "cơ quan phối hợp": "Cơ quan phối hợp:",
        "bảng: cơ quan giao/nhận; thời gian giao nhận (giờ phút ngày); người giao, người nhận ký; kết quả (trước hạn/đúng hạn/quá hạn); ghi chú": (
            "Người, cơ quan giao (ký)", "Người, cơ quan nhận (ký)", "Giờ, phút, ngày", "Kết quả", "Ghi chú", "Lê Thị Chi", r"\d\d:\d\d \d\d/\d\d/20\d\d", "Trước hạn", "Thẩm định",
        ),
    },
    "06": {
        "STT": "STT",
        "mã hồ sơ": ("Mã hồ sơ", "H58.30-"),
        "tên TTHC": ("Tên TTHC", "Xác nhận thử nghiệm"),
        "số lượng (bộ)": "Số lượng (bộ)",
        "tên chủ hồ sơ": ("Tên chủ hồ sơ", "Nguyễn Thị An"),
        "địa chỉ, số điện thoại": ("Địa chỉ, số điện thoại", "12/5 Trương Định", "0912345678"),
        "cơ quan chủ trì giải quyết": "Cơ quan chủ trì giải quyết",
        "ngày tiếp nhận": "Ngày tiếp nhận",
        "ngày hẹn trả": "Ngày hẹn trả",
        "ngày trả kết quả": "Ngày trả kết quả",
        "phương thức nhận kết quả": ("Phương thức nhận kết quả", "Nhận bản điện tử trên cổng"),
        "ký nhận": "Ký nhận",
        "ghi chú": "Ghi chú",
    },
}  # fmt: skip


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def stands(words: str, text: str) -> bool:
    """Where lines break does not matter; a pattern may stand for what differs by the minute."""
    squeezed = re.sub(r"\s+", "", text).lower()
    plain = re.sub(r"\s+", "", words).lower()
    return plain in squeezed or ("\\d" in words and re.search(plain, squeezed) is not None)


@pytest.fixture
def dossier(tenant: Tenant, office: Office, an: User) -> Dossier:
    found = filed(offered(office), an)
    found.contact_address, found.contact_phone, found.contact_email = "12/5 Trương Định", "0912345678", "an@example.vn"
    found.contact_id = "082190001234"
    found.save()
    return found


def issued(number: str, dossier: Dossier, binh: User, chi: User, dung: User) -> bytes:
    """The paper as the office issues it, by the same actions as in life."""
    if number == "02":
        wanted = [{"paper": "", "name": "Giấy ủy quyền", "wanted": "Có chữ ký"}]
        supplements.ask(dossier, binh, reason="Chưa đủ", wanted=wanted, fields=["purpose"])
    elif number == "03":
        intake.refuse(dossier, binh, reason="Không thuộc thẩm quyền", clause="Điều 17", remedy="Nộp nơi khác")
    elif number in ("01", "06"):
        intake.accept(dossier, binh)
    else:
        in_process(dossier, binh, to=chi)
    if number == "04":
        assert dossier.due_at is not None
        papers.issue_slip_04(
            dossier, dung, old_due_at=dossier.due_at, new_due_at=now() + datetime.timedelta(days=9),
            position="Chủ tịch", delayed_by="Thuế cơ sở 3", reason="Chưa có thông báo thuế",
        )  # fmt: skip
    if number == "05":
        from procedures.actions import processing

        processing.route(dossier, chi, "sign", to=dung)
        records.make(dossier, binh, Paper.Kind.SLIP_05)
    if number == "06":
        asked = books.Asked(dossier.office, today(), today() + datetime.timedelta(days=1))
        return books.as_pdf(asked, list(books.whole(asked)), count=1)
    return pdf_of(Paper.objects.get(dossier=dossier, kind=f"slip_{number}"))


@pytest.mark.parametrize("number", sorted(STANDS))
def test_every_field_of_the_form_stands_on_the_paper(
    number: str, dossier: Dossier, binh: User, chi: User, dung: User
) -> None:
    content = issued(number, dossier, binh, chi, dung)
    text, lacking = text_of(content), []
    for field, words in STANDS[number].items():
        told = (words,) if isinstance(words, str) else words
        if words == "QR":
            assert b"QR" in b"".join(_alternatives(content)), field
        elif not all(stands(one, text) for one in told):
            lacking.append(field)
    assert lacking == []


def _alternatives(content: bytes) -> list[bytes]:
    """What pictures say to those who cannot see them."""
    file = pypdf.PdfReader(io.BytesIO(content))
    found: list[Any] = [file.get_object(number) for number in (*file.xref[0], *file.xref_objStm)]
    return [str(one["/Alt"]).encode() for one in found if isinstance(one, dict) and "/Alt" in one]


def test_the_forms_have_no_field_that_is_not_asked_for_here() -> None:
    if not FORMS.exists():
        pytest.skip("shared/data/forms_mau.json is not beside the project")
    forms = json.loads(FORMS.read_text())["forms"]
    assert {form["no"]: set(form["fields"]) for form in forms} == {
        number: set(fields) for number, fields in STANDS.items()
    }


def test_a_field_that_is_missing_would_be_seen() -> None:
    """The control: words that are not there, and a moment without its minutes."""
    assert not stands("Số lượng hồ sơ: 2 bộ", "Số lượng hồ sơ: 1 bộ")
    assert not stands(r"Thời gian nhận hồ sơ: \d\d giờ \d\d phút", "Thời gian nhận hồ sơ: ngày 1")


LONG_NAME = ("Thủ tục cấp giấy phép hoạt động điện ảnh và nghệ thuật biểu diễn " * 17)[:1094].strip()
LONG_OWNER = ("Công ty trách nhiệm hữu hạn một thành viên Thương mại " * 6)[:300].strip()


@pytest.mark.parametrize("name", ["slip_01", "slip_02", "slip_03", "slip_04", "slip_05", "return_receipt", "slip_06"])
def test_the_longest_names_are_printed_whole(name: str) -> None:
    data = {**SPECIMENS[name], "procedure": LONG_NAME, "owner": {"name": LONG_OWNER}, "addressee": {"name": LONG_OWNER}}
    if name == "slip_06":
        row = {**SPECIMENS[name]["rows"][0], "procedure": LONG_NAME, "owner": LONG_OWNER}
        data = {**SPECIMENS[name], "rows": [row, row]}
    text = re.sub(r"\s+", "", text_of(pdf.render(name, data, at=AT)))
    assert re.sub(r"\s+", "", LONG_NAME) in text or name == "slip_06"
    assert len(re.findall("điệnảnh", text)) >= 16
    assert len(re.findall("Thươngmại", text)) >= 5


def test_many_papers_go_over_pages_with_their_head_on_each() -> None:
    data = {**SPECIMENS["slip_01"], "papers": PAPERS * 30}
    pages = pypdf.PdfReader(io.BytesIO(pdf.render("slip_01", data, at=AT))).pages
    texts = [page.extract_text().replace("\n", " ") for page in pages]
    assert len(texts) >= 4
    assert all("Tên thành phần hồ sơ" in text for text in texts[:4])
    assert all(f"{number}/{len(texts)}" in text for number, text in enumerate(texts, start=1))


def test_a_book_of_hundreds_has_its_head_and_number_on_each_page() -> None:
    rows = SPECIMENS["slip_06"]["rows"] * 200
    pages = pypdf.PdfReader(io.BytesIO(pdf.render("slip_06", {**SPECIMENS["slip_06"], "rows": rows}, at=AT))).pages
    texts = [re.sub(r"\s+", "", page.extract_text()) for page in pages]
    assert len(texts) > 8
    assert all("Phươngthứcnhậnkếtquả" in text and "Quyểnsố1/2" in text for text in texts)
    assert all(f"Trang{number}/{len(texts)}" in text for number, text in enumerate(texts, start=1))
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {(842, 595)}


@pytest.mark.parametrize("name", ["slip_01", "slip_02", "slip_03", "slip_04", "slip_05", "return_receipt"])
def test_an_ordinary_slip_is_one_page_of_a5(name: str) -> None:
    pages = pypdf.PdfReader(io.BytesIO(pdf.render(name, SPECIMENS[name], at=AT))).pages
    assert [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages] == [(420, 595)]
