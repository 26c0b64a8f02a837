"""A blank form as a Word file: to fill in on the screen or by hand, with or without eyes."""

import io
import zipfile
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from portal.docx import form_docx
from tests.portal.specimens import FORM, SECTIONS


def made(sections: list[dict[str, Any]] = SECTIONS, language: str = "vi") -> Any:
    content = form_docx(FORM["title"], sections, FORM["papers"], FORM["qr_url"], language=language)
    return Document(io.BytesIO(content))


def text_of(document: Any) -> str:
    return "".join(part.text or "" for part in document.element.body.iter(qn("w:t")))


def test_a_form_has_its_questions_papers_and_a_place_to_sign() -> None:
    document = made()
    text = text_of(document)
    for shown in ("Họ và tên (*)", "Vốn", "☐ Nữ", "Tôi cam đoan khai đúng.", "Mã ngành", "(nếu có)", "NGƯỜI NỘP ĐƠN"):
        assert shown in text
    assert "Bản chụp không in" not in text, "a file is enclosed, not written"
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == [
        "GIẤY ĐỀ NGHỊ ĐĂNG KÝ HỘ KINH DOANH"
    ]
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
    assert headings == ["Chủ hộ kinh doanh", "Nội dung đăng ký", "Giấy tờ kèm theo"]


def test_every_question_has_a_named_place_to_answer() -> None:
    names = [alias.get(qn("w:val")) for alias in made().element.body.iter(qn("w:alias"))]
    for asked in ("Họ và tên (*)", "Ngày sinh", "Nữ", "Nam", "Ghi chú", "Tôi cam đoan khai đúng. (*)"):
        assert asked in names


def test_a_screen_reader_knows_language_table_heads_and_the_picture() -> None:
    document = made()
    language = document.styles["Normal"].element.rPr.find(qn("w:lang"))
    assert language.get(qn("w:val")) == "vi-VN"
    assert document.core_properties.title == FORM["title"]["vi"]
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in document.tables)
    assert len(document.tables) == 2
    assert FORM["qr_url"] in document.inline_shapes[0]._inline.docPr.get("descr")


def test_the_definition_is_read_in_the_language_asked_for() -> None:
    document = made(language="en")
    assert "Full name (*)" in text_of(document)
    assert document.styles["Normal"].element.rPr.find(qn("w:lang")).get(qn("w:val")) == "en-GB"


def test_hostile_labels_are_only_text() -> None:
    label = '<w:br/>&amp; ]]> "{{ 7*7 }}" \x00\x08\u202e {% debug %}'
    fields: list[dict[str, Any]] = [
        {"key": "a", "label": label, "type": kind, "fields": [], "choices": []}
        for kind in ("text", "group", "declaration", "info")
    ]
    document = made([{"key": "s", "title": label, "fields": fields}])
    assert text_of(document).count('<w:br/>&amp; ]]> "{{ 7*7 }}"  {% debug %}') == 5


def test_a_form_is_a_sound_file() -> None:
    content = form_docx(FORM["title"], SECTIONS, [], "")
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
