"""A blank form as a Word file: to fill in on the screen or by hand, with or without eyes."""

import io
import zipfile
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from portal.docx import form_docx
from portal.pdf_fields import LINE, LINES, LIST, ONE_OF, TICK, Blank

TITLE = {"vi": "Giấy đề nghị đăng ký hộ kinh doanh", "en": "Application"}
URL = "http://dongthap.localhost:8000/thu-tuc/1.001612/"


def line(name: str, label: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "label": label, "type": "text", "kind": LINE, "required": False, **more}


SECTIONS = [
    {"title": {"vi": "Chủ hộ", "en": "Owner"}, "help": "", "only_if": "", "fields": [
        line("full_name", "Họ và tên", required=True),
        line("note", "Ghi chú", type="long_text", kind=LINES, height=6, help="Ngắn gọn."),
        line("gender", "Giới tính", type="choice", kind=ONE_OF, options=[{"mark": "gender#0", "label": "Nữ"}, {"mark": "gender#1", "label": "Nam"}]),
        line("true", "Tôi cam đoan khai đúng.", type="declaration", kind=TICK, required=True),
        line("told", "Đọc kỹ.", type="info", kind="none"),
    ]},
    {"title": "Ngành nghề", "fields": [
        line("trades", "Ngành", type="group", kind="rows", rows=2, fields=[{"name": "code", "label": "Mã ngành"}, {"name": "main", "label": "Ngành chính"}]),
    ]},
]  # fmt: skip
PAPERS = [{"name": "Giấy tờ về địa điểm", "originals": 1, "copies": 0, "mark": "papers/place", "mandatory": False}]
BLANKS = [
    Blank("full_name", "Họ và tên (bắt buộc)"), Blank("note", "Ghi chú", LINES), Blank("true", "Tôi cam đoan khai đúng.", TICK),
    Blank("gender", "Giới tính", ONE_OF, options=(("female", "Nữ"), ("male", "Nam"))), Blank("papers/place", "Đã kèm", TICK),
    *(Blank(f"trades/{row}/code", f"Ngành, dòng {row}: Mã ngành") for row in (1, 2)),
    *(Blank(f"trades/{row}/main", f"Ngành, dòng {row}: Ngành chính", LIST, options=(("yes", "Có"), ("no", "Không"))) for row in (1, 2)),
]  # fmt: skip
DATA: dict[str, Any] = {
    "title": TITLE, "code": "1.001612", "edition": {"number": 3, "date": "2026-11-22"}, "sections": SECTIONS, "papers": PAPERS, "qr_url": URL,
}  # fmt: skip


def made(data: dict[str, Any] = DATA, blanks: list[Blank] = BLANKS, language: str = "vi") -> Any:
    return Document(io.BytesIO(form_docx(data, blanks, language=language)))


def text_of(document: Any) -> str:
    return "".join(part.text or "" for part in document.element.body.iter(qn("w:t")))


def controls(document: Any) -> dict[str, Any]:
    """From a field's name to its control."""
    return {tag.get(qn("w:val")): tag.getparent().getparent() for tag in document.element.body.iter(qn("w:tag"))}


def test_a_form_has_its_questions_papers_and_a_place_to_sign() -> None:
    document = made()
    text = text_of(document)
    for shown in (
        "Họ và tên (*)",
        "☐ Nữ",
        "Tôi cam đoan khai đúng.",
        "Mã ngành",
        "(nếu có)",
        "NGƯỜI NỘP ĐƠN",
        "Ngắn gọn.",
    ):
        assert shown in text
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == [
        "GIẤY ĐỀ NGHỊ ĐĂNG KÝ HỘ KINH DOANH"
    ]
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
    assert headings == ["Chủ hộ", "Ngành nghề", "Giấy tờ kèm theo"]


def test_every_field_has_one_named_place_to_answer() -> None:
    found = controls(made())
    options = {"gender#0", "gender#1"}
    assert set(found) == {blank.name for blank in BLANKS if blank.kind != ONE_OF} | options
    aliases = [alias.get(qn("w:val")) for alias in made().element.body.iter(qn("w:alias"))]
    assert "Họ và tên (bắt buộc)" in aliases and "Ngành, dòng 2: Mã ngành" in aliases


def test_each_kind_of_field_is_a_control_of_its_kind() -> None:
    found = controls(made())
    for name, element in (("note", "w:text"), ("trades/1/main", "w:dropDownList"), ("full_name", "w:text")):
        assert found[name].find(f".//{qn(element)}") is not None
    assert found["note"].find(f".//{qn('w:text')}").get(qn("w:multiLine")) == "1"
    assert any(child.tag.endswith("}checkbox") for child in found["true"].iter())


def test_what_is_known_stands_in_the_form() -> None:
    known: dict[str, Any] = {
        "full_name": "Nguyễn Thị Ánh Nguyệt",
        "note": "Một\nHai",
        "gender": "female",
        "true": True,
        "trades/2/main": "no",
    }
    blanks = [Blank(b.name, b.label, b.kind, known.get(b.name, ""), b.options) for b in BLANKS]
    document = made(blanks=blanks)
    text = text_of(document)
    for shown in ("Nguyễn Thị Ánh Nguyệt", "Một", "Hai", "☒ Nữ", "☐ Nam", "☒ Tôi cam đoan"):
        assert shown in text
    assert "".join(t.text for t in controls(document)["trades/2/main"].iter(qn("w:t"))) == "Không"


def test_the_foot_names_the_version_the_day_and_the_page() -> None:
    foot = made().sections[0].footer.paragraphs[0]
    assert "Thủ tục 1.001612 · mẫu theo phiên bản 3, công bố 22/11/2026 · Trang" in foot.text
    assert [one.get(qn("w:instr")) for one in foot._p.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]


def test_a_screen_reader_knows_language_table_heads_and_the_picture() -> None:
    document = made()
    language = document.styles["Normal"].element.rPr.find(qn("w:lang"))
    assert language.get(qn("w:val")) == "vi-VN"
    assert document.core_properties.title == TITLE["vi"]
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in document.tables)
    assert len(document.tables) == 2
    assert URL in document.inline_shapes[0]._inline.docPr.get("descr")


def test_the_form_is_read_in_the_language_asked_for() -> None:
    document = made(language="en")
    assert "Owner" in text_of(document)
    assert document.styles["Normal"].element.rPr.find(qn("w:lang")).get(qn("w:val")) == "en-GB"


def test_hostile_labels_and_values_are_only_text() -> None:
    hostile = '<w:br/>&amp; ]]> "{{ 7*7 }}" \x00\x08\u202e {% debug %}'
    fields = [line("a", hostile), line("b", hostile, kind=TICK), line("c", hostile, kind="none")]
    blanks = [Blank("a", hostile, LINE, hostile), Blank("b", hostile, TICK)]
    document = made({**DATA, "papers": [], "sections": [{"title": hostile, "fields": fields}]}, blanks)
    assert text_of(document).count('<w:br/>&amp; ]]> "{{ 7*7 }}"  {% debug %}') == 5


def test_a_form_is_a_sound_file() -> None:
    assert zipfile.ZipFile(io.BytesIO(form_docx(DATA, BLANKS))).testzip() is None
