"""Papers come out whole, readable by machines and people, and show people's words without obeying them."""

import datetime
import io
import re
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
import typst
from PIL import Image

from portal import pdf
from tests.portal.specimens import AT, FORM, PAPERS, SPECIMENS, VALUES

HOSTILE = '#panic("x") #read("/etc/passwd") $x^2$ \\ *đậm* _nghiêng_ "hai" \'một\' <nhãn> @nguồn [vuông] {nhọn} // lời /* dấu */ = đề ~ `mã`'
# Not words on the paper: names of kinds and keys, and what the machine itself writes.
STRUCTURE = {"kind", "type", "key", "value", "qr_url", "sha256", "answers_sha256"}
PAPER_NAMES = sorted(SPECIMENS)


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def squeezed(text: str) -> str:
    """Where lines break does not matter, nor capitals."""
    return re.sub(r"\s+", "", text).lower()


def replaced(value: Any, make: Callable[[str], str], key: str = "") -> Any:
    """The same paper with every free text in it replaced; dates and machine words stay."""
    if isinstance(value, dict):
        return {name: replaced(inner, make, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [replaced(inner, make, key) for inner in value]
    return make(value) if isinstance(value, str) and key not in STRUCTURE else value


def pictures(monkeypatch: pytest.MonkeyPatch, name: str, data: dict[str, Any]) -> list[Image.Image]:
    real = typst.compile
    asked = {"format": "png", "ppi": 50, "pdf_standards": []}
    monkeypatch.setattr(typst, "compile", lambda template, **options: real(template, **{**options, **asked}))
    drawn: Any = pdf.render(name, data, at=AT)
    monkeypatch.undo()
    return [Image.open(io.BytesIO(page)).convert("L") for page in (drawn if isinstance(drawn, list) else [drawn])]


def ink_beside_the_text(page: Image.Image) -> bool:
    """Anything drawn in the outer 8 mm to the left or right."""
    edge = int(8 / 25.4 * 50)
    sides = [(0, 0, edge, page.height), (page.width - edge, 0, page.width, page.height)]
    return any(min(page.crop(side).tobytes()) < 200 for side in sides)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", PAPER_NAMES)
def test_every_paper_is_titled_tagged_and_in_its_language(name: str, language: str) -> None:
    file = pypdf.PdfReader(io.BytesIO(pdf.render(name, SPECIMENS[name], language=language, at=AT)))
    root: Any = file.trailer["/Root"]
    assert file.metadata is not None
    assert file.metadata.title
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    described = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2<" in described
    assert "<pdfuaid:part>1<" in described


@pytest.mark.parametrize("name", [name for name in PAPER_NAMES if name != "blank_form"])
def test_every_word_handed_over_stands_on_the_paper(name: str) -> None:
    words: list[str] = []

    def noted(word: str) -> str:
        words.append(word)
        return word

    replaced(SPECIMENS[name], noted)
    text = squeezed(text_of(pdf.render(name, SPECIMENS[name], at=AT)))
    assert [word for word in words if squeezed(word) not in text] == []


@pytest.mark.parametrize("name", PAPER_NAMES)
def test_fonts_travel_with_the_paper(name: str) -> None:
    file = pypdf.PdfReader(io.BytesIO(pdf.render(name, SPECIMENS[name], at=AT)))
    descriptors = [
        font["/DescendantFonts"][0]["/FontDescriptor"]
        for page in file.pages
        for font in (reference.get_object() for reference in page["/Resources"]["/Font"].values())  # type: ignore[index]
    ]
    assert descriptors
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor) for descriptor in descriptors)
    assert any("BeVietnamPro" in descriptor["/FontName"] for descriptor in descriptors)


@pytest.mark.parametrize("name", PAPER_NAMES)
def test_markup_in_peoples_words_is_only_text(name: str) -> None:
    content = pdf.render(name, replaced(SPECIMENS[name], lambda _word: HOSTILE), at=AT)
    assert squeezed(HOSTILE) in squeezed(text_of(content))
    assert "root:" not in text_of(content)


@pytest.mark.parametrize(
    "endless", ["W" * 400, "đ\u00a0" * 200, "Nguyễn Thị " * 40], ids=["letters", "unbreakable", "words"]
)
@pytest.mark.parametrize("name", PAPER_NAMES)
def test_words_without_an_end_stay_between_the_margins(
    name: str, endless: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = pictures(monkeypatch, name, replaced(SPECIMENS[name], lambda _word: endless))
    assert not any(ink_beside_the_text(page) for page in pages)


def test_ten_thousand_characters_are_all_printed() -> None:
    data = {**SPECIMENS["slip_02"], "reason": "Q" * 10_000}
    assert text_of(pdf.render("slip_02", data, at=AT)).count("Q") == 10_000


def test_ink_beyond_the_margin_would_be_seen() -> None:
    page = Image.new("L", (300, 400), 255)
    assert not ink_beside_the_text(page)
    page.putpixel((297, 200), 0)
    assert ink_beside_the_text(page)


def test_ten_papers_with_long_names_fill_a_second_page() -> None:
    data = {**SPECIMENS["slip_01"], "papers": PAPERS * 9}
    file = pypdf.PdfReader(io.BytesIO(pdf.render("slip_01", data, at=AT)))
    assert len(file.pages) == 2
    assert "Bản chính" in file.pages[1].extract_text().replace("\n", " ")


@pytest.mark.parametrize(
    ("name", "size"),
    [("slip_01", (420, 595)), ("slip_04", (420, 595)), ("result", (595, 842)), ("blank_form", (595, 842))],
)
def test_slips_are_a5_and_the_rest_a4(name: str, size: tuple[int, int]) -> None:
    box = pypdf.PdfReader(io.BytesIO(pdf.render(name, SPECIMENS[name], at=AT))).pages[0].mediabox
    assert (round(box.width), round(box.height)) == size


def test_equal_data_gives_equal_bytes() -> None:
    first = pdf.render("slip_01", SPECIMENS["slip_01"], at=AT)
    assert pdf.render("slip_01", SPECIMENS["slip_01"], at=AT) == first
    assert pdf.render("slip_01", SPECIMENS["slip_01"], at=AT + datetime.timedelta(days=1)) != first


def test_moments_show_the_clock_of_viet_nam() -> None:
    received = datetime.datetime(2026, 2, 1, 23, 30, tzinfo=datetime.UTC)
    text = text_of(pdf.render("slip_01", {**SPECIMENS["slip_01"], "received_at": received}, at=AT))
    assert "06 giờ 30 phút, ngày 02 tháng 02 năm 2026" in text


@pytest.mark.parametrize(
    ("case", "given", "shown"),
    [
        ("zero width", "Nguyễn\u200b Thị\u2060 An", "Nguyễn Thị An"),
        ("direction", "An \u202egnữưl\u202c", "An gnữưl"),
        ("control", "An\x00\x1b[0m\tB", "An[0m B"),
        ("decomposed", "Nguye\u0302\u0303n", "Nguyễn"),
        ("heaped marks", "a" + "\u0330" * 50, "a" + "\u0330" * 3),
        ("lone surrogate", "A\ud800n", "An"),
        ("private use", "A\ue000", "A[U+E000]"),
        ("unbreakable", "a\u00a0b\u2007c", "a b c"),
        ("lines", "a\r\nb\u2028c", "a\nb\nc"),
    ],
)
def test_characters_that_act_are_taken_out(case: str, given: str, shown: str) -> None:
    assert pdf.printable(given) == shown


def test_letters_without_a_font_are_written_as_numbers_not_lost() -> None:
    text = text_of(pdf.render("slip_03", {**SPECIMENS["slip_03"], "reason": "Tên 张三 😀 và שלום"}, at=AT))
    assert "Tên [U+5F20][U+4E09] [U+1F600] và" in text


@pytest.mark.parametrize("name", ["../settings", "parts/frame", "", "Slip_01", "slip_09", "slip_01.typ"])
def test_only_our_own_templates_are_set(name: str) -> None:
    with pytest.raises(ValueError, match="no document template"):
        pdf.render(name, {})


def test_templates_open_no_files_and_run_no_data() -> None:
    sources = {path.name: path.read_text() for path in pdf.TEMPLATES.rglob("*.typ")}
    assert len(sources) == len(PAPER_NAMES) + 2
    for name, source in sources.items():
        assert not re.search(r"\b(eval|read|plugin|csv|yaml|toml|xml|cbor|raw)\s*\(|@preview|#include", source), name
        assert re.findall(r"\b(?:json|image)\((?!bytes\(sys\.inputs\.)", source) == [], name


def test_what_is_no_plain_data_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        pdf.render("slip_01", {"number": 1.5})


def test_a_text_in_two_languages_shows_the_one_asked_for() -> None:
    vietnamese, english = (
        text_of(pdf.render("blank_form", FORM, language=language, at=AT)) for language in ("vi", "en")
    )
    assert "Họ và tên" in vietnamese
    assert "Full name" not in vietnamese
    assert "Full name" in english
    assert "Ghi chú" in english, "a text without a translation stays Vietnamese"


def test_a_form_shows_what_is_known_and_leaves_room_for_the_rest() -> None:
    blank, filled = (text_of(pdf.render("blank_form", data, at=AT)) for data in (FORM, {**FORM, "values": VALUES}))
    assert "☐ Nữ" in blank
    assert "☒" not in blank
    assert "☐ Nam" in filled
    for shown in (
        "Nguyễn Thị An",
        "12/05/1990",
        "☒ Nữ",
        "200.000.000 đồng",
        "4722",
        "☒ Không",
        "☒ Tôi cam đoan",
    ):
        assert shown in filled.replace("\n", " ")
        assert shown not in blank.replace("\n", " ")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (105, "Một trăm linh năm đồng"),
        (1_000, "Một nghìn đồng"),
        (25_000, "Hai mươi lăm nghìn đồng"),
        (100_010, "Một trăm nghìn không trăm mười đồng"),
        (1_305_015, "Một triệu ba trăm linh năm nghìn không trăm mười lăm đồng"),
        (2_000_000_000, "Hai tỷ đồng"),
        (1_005_000_000_000, "Một nghìn không trăm linh năm tỷ đồng"),
        (3_000_000_000_000, "Ba nghìn tỷ đồng"),
    ],
)
def test_a_receipt_says_its_amount_in_words(amount: int, words: str) -> None:
    text = text_of(pdf.render("payment_receipt", {**SPECIMENS["payment_receipt"], "items": [], "total": amount}, at=AT))
    assert f"{words}./." in text.replace("\n", " ")


def test_a_demonstration_says_that_it_is_one(settings: Any) -> None:
    settings.DEMO = True
    assert "không có giá trị pháp lý" in text_of(pdf.render("result", SPECIMENS["result"], at=AT))
    settings.DEMO = False
    assert "không có giá trị pháp lý" not in text_of(pdf.render("result", SPECIMENS["result"], at=AT))
