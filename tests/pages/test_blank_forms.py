"""Blank forms: fields that programs can read, the same as the definition's; known values put in; hostile text inert."""

import io
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader, PdfWriter

from integrations import population
from integrations.population import Address, Person
from portal.models import AuditEntry, Office, Tenant, User
from portal.pdf_fields import Blank, fillable
from portal.tenancy import inside
from procedures.actions import catalogue, drafts
from procedures.models import Offering
from procedures.public.blank_forms import docx_of, pdf_of
from procedures.queries.blanks import blank_form
from tests.conftest import Door
from tests.forms import text
from tests.pages.public import publish

URL = "/thu-tuc/1.001612/"
PLACE = {"province": "82", "commune": "28300", "street": "12 Nguyễn Huệ"}
CHOICES = [{"value": "loan", "label": text("Vay vốn")}, {"value": "khác hẳn", "label": text("Việc khác")}]


def field(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": text(f"Ô {key}"), "type": kind, **more}


FIELDS = [
    field("full_name", "text", required=True, registry="population.full_name"), field("story", "long_text"), field("number", "number"),
    field("money", "money"), field("day", "date"), field("purpose", "choice", choices=CHOICES), field("several", "multi_choice", choices=CHOICES),
    field("agree", "yes_no"), field("person", "person_id", registry="population.personal_id"), field("business", "business_code"),
    field("phone", "phone", registry="account.phone"), field("email", "email"), field("place", "address", registry="population.residence"),
    field("many", "choice", choices=[{"value": f"v{n}", "label": text(f"Lựa chọn {n}")} for n in range(30)]),
    field("rows", "group", fields=[field("name", "text"), field("kind", "choice", choices=CHOICES), field("main", "yes_no")]),
    field("told", "info"), field("proof", "file", accept=["pdf"]), field("sure", "declaration", required=True),
]  # fmt: skip
FORM = {"sections": [{"key": "all", "title": text("Mọi loại ô"), "fields": FIELDS}]}
EXPECTED = {
    "full_name", "story", "number", "money", "day", "purpose", "several/0", "several/1", "agree", "person", "business", "phone", "email",
    "place", "many", "sure", *(f"rows/{row}/{column}" for row in (1, 2, 3) for column in ("name", "kind", "main")),
}  # fmt: skip


@pytest.fixture
def offering(office: Office) -> Offering:
    return publish(
        office, "1.001612", "Đăng ký thành lập hộ kinh doanh", form=FORM, result_template=None, legal_basis=[]
    )


def pdf(door: Door, url: str = f"{URL}mau-don.pdf", who: User | None = None) -> PdfReader:
    answer = door(who).get(url)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.content))


def fields_of(file: PdfReader) -> dict[str, Any]:
    found = file.get_fields()
    assert found is not None
    return found


def test_the_fields_of_the_pdf_are_those_of_the_definition(offering: Offering, door: Door) -> None:
    found = fields_of(pdf(door))
    assert set(found) == EXPECTED
    kinds = {name: found[name]["/FT"] for name in ("full_name", "purpose", "many", "sure", "rows/1/kind")}
    assert kinds == {"full_name": "/Tx", "purpose": "/Btn", "many": "/Ch", "sure": "/Btn", "rows/1/kind": "/Ch"}
    assert found["story"]["/Ff"] & 1 << 12, "several lines"
    assert found["person"]["/Ff"] & 1 << 24, "a box for each digit"


def test_every_field_has_a_label_for_those_who_hear_it(offering: Offering, door: Door) -> None:
    found = fields_of(pdf(door))
    assert found["full_name"]["/TU"] == "Ô full_name (bắt buộc)"
    assert found["day"]["/TU"] == "Ô day (ngày/tháng/năm)"
    assert found["rows/2/name"]["/TU"] == "Ô rows, dòng 2: Ô name"
    assert all(one.get("/TU") for one in found.values())


def test_fields_stand_in_the_structure_in_the_order_of_the_page(offering: Offering, door: Door) -> None:
    file = pdf(door)
    root: Any = file.trailer["/Root"]
    order: list[Any] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            if node.get("/S") == "/Form":
                assert node["/K"] is not None
                order.append(node)
            assert node.get("/S") != "/Link"
            walk(node.get("/K", 0)) if hasattr(node.get("/K", 0), "get_object") else None

    walk(root["/StructTreeRoot"]["/K"])
    widgets = [note.get_object() for page in file.pages for note in page.get("/Annots", ())]
    assert len(order) == len(widgets) and all(one["/Subtype"] == "/Widget" for one in widgets)
    assert all(str(page["/Tabs"]) == "/S" for page in file.pages)
    described = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2<" in described and "<pdfuaid:part>1<" in described


def test_a_form_that_was_filled_in_is_read_back(offering: Offering, door: Door) -> None:
    file = pdf(door)
    writer = PdfWriter(clone_from=file)
    typed = {
        "full_name": "Nguyễn Thị Ánh Nguyệt",
        "story": "Dòng một\nDòng hai ưỡ ẵ",
        "several/1": "/Yes",
        "many": "v7",
    }
    for page in writer.pages:
        writer.update_page_form_field_values(page, typed, auto_regenerate=False)
    kept = io.BytesIO()
    writer.write(kept)
    found = fields_of(PdfReader(kept))
    assert {name: found[name]["/V"] for name in typed} == typed
    assert found["email"]["/V"] == ""


KNOWN = {
    "full_name": "Nguyễn Thị Ánh Nguyệt", "story": "Kể dài " * 60, "money": 200000000, "day": "1990-05-12", "purpose": "khác hẳn",
    "several": ["loan"], "agree": False, "person": "082190001234", "place": PLACE, "many": "v7", "sure": True,
    "rows": [{"name": "Hàng một", "kind": "loan", "main": True}, {"name": "Hàng hai"}, {}, {"name": "Hàng bốn"}],
}  # fmt: skip


def drawn(file: PdfReader, name: str) -> str:
    """What a field shows before any program draws it anew, by the glyphs of its own appearance."""
    for page in file.pages:
        for note in page.get("/Annots", ()):
            widget: Any = note.get_object()
            if widget.get("/T") == name:
                shape = widget["/AP"]["/N"]
                glyphs = shape.get_data().decode().split("<")[1:]
                codes = "".join(part.partition(">")[0] for part in glyphs)
                return "".join(_letters(shape).get(codes[i : i + 4], "?") for i in range(0, len(codes), 4))
    raise KeyError(name)


def _letters(shape: Any) -> dict[str, str]:
    mapping = shape["/Resources"]["/Font"]["/BVP"]["/ToUnicode"].get_data().decode()
    pairs = (line.split("> <") for line in mapping.splitlines() if "> <" in line and "FFFF" not in line)
    return {glyph.strip("<"): chr(int(code.strip(">"), 16)) for glyph, code in pairs}


def filled(offering: Offering, values: dict[str, Any]) -> PdfReader:
    version = offering.procedure.current
    assert version is not None
    return PdfReader(io.BytesIO(pdf_of(version, offering.office, "vi", values)))


def test_what_is_known_is_put_in_with_all_its_diacritics(offering: Offering) -> None:
    file = filled(offering, KNOWN)
    found = fields_of(file)
    shown = {
        name: found[name]["/V"]
        for name in ("full_name", "money", "day", "purpose", "several/0", "several/1", "agree", "many", "sure")
    }
    assert shown == {
        "full_name": "Nguyễn Thị Ánh Nguyệt", "money": "200.000.000", "day": "12/05/1990", "purpose": "/1", "several/0": "/Yes",
        "several/1": "/Off", "agree": "/no", "many": "v7", "sure": "/Yes",
    }  # fmt: skip
    assert "12 Nguyễn Huệ" in found["place"]["/V"]
    assert found["rows/4/name"]["/V"] == "Hàng bốn" and found["rows/1/main"]["/V"] == "yes"
    assert drawn(file, "full_name") == "Nguyễn Thị Ánh Nguyệt"
    assert drawn(file, "person") == "082190001234"
    assert drawn(file, "rows/1/kind") == "Vay vốn"
    assert drawn(file, "story").count("Kể") == 60


HOSTILE = '<script>alert(1)</script> ) Tj /JS (app.alert) \\ #panic("x") \x07\u202e {{ 7*7 }} 北 ' + "dài" * 300


def test_hostile_text_is_shown_and_does_nothing(office: Office) -> None:
    hostile = [
        field("a", "text", help=text(HOSTILE)),
        field("b", "choice", choices=[{"value": ") >> /JS", "label": text(HOSTILE)}, CHOICES[0]]),
    ]
    hostile = [{**one, "label": text(HOSTILE)} for one in hostile]
    form = {"sections": [{"key": "s", "title": text(HOSTILE), "fields": hostile}]}
    offering = publish(office, "1.001612", "Tên", form=form, result_template=None, papers=[])
    file = filled(offering, {"a": HOSTILE, "b": ") >> /JS"})
    raw = io.BytesIO()
    PdfWriter(clone_from=file).write(raw)
    found = fields_of(file)
    assert set(found) == {"a", "b"} and found["a"]["/V"].startswith("<script>")
    root: Any = file.trailer["/Root"]
    assert "/OpenAction" not in root and "/AA" not in root and "/JavaScript" not in root.get("/Names", {})
    assert not any(
        "/A" in note.get_object() or "/AA" in note.get_object()
        for page in file.pages
        for note in page.get("/Annots", ())
    )
    assert "[U+5317]" in drawn(file, "a")
    version = offering.procedure.current
    assert version is not None
    with io.BytesIO(docx_of(version, None, "vi", {"a": HOSTILE})) as content:
        assert "{{ 7*7 }}" in "".join(t.text or "" for t in Document(content).element.body.iter(qn("w:t")))


def test_a_field_without_a_place_or_a_place_without_a_field_is_noticed(offering: Offering, door: Door) -> None:
    """The control: template and fields that do not agree make no form."""
    from portal import pdf as papers
    from procedures.public.blank_forms import _data

    version: Any = offering.procedure.current
    with inside(offering.tenant):
        made = blank_form(version)
        paper = papers.render("blank_form", _data(version, None, made))
    with pytest.raises(KeyError, match="forgotten"):
        fillable(paper, [*made.fields, Blank("forgotten", "Quên")])
    with pytest.raises(KeyError, match="full_name"):
        fillable(paper, [one for one in made.fields if one.name != "full_name"])


def test_both_files_say_which_version_of_which_day(offering: Offering, door: Door) -> None:
    words = "".join(page.extract_text() for page in pdf(door).pages)
    assert "Mẫu theo phiên bản 1, công bố" in words and "Trang 1/" in words and "/thu-tuc/1.001612/" in words
    document = Document(io.BytesIO(door().get(f"{URL}mau-don.docx").content))
    assert "mẫu theo phiên bản 1" in document.sections[0].footer.paragraphs[0].text
    tags = {tag.get(qn("w:val")).partition("#")[0] for tag in document.element.body.iter(qn("w:tag"))}
    assert tags == EXPECTED


def test_what_a_condition_hides_on_the_screen_says_when_to_fill_it_in(office: Office, door: Door) -> None:
    when = {"field": "purpose", "is": "loan"}
    fields = [field("purpose", "choice", choices=CHOICES), field("bank", "text", when=when)]
    publish(
        office,
        "1.001612",
        "Tên",
        form={"sections": [{"key": "s", "title": text("Mục"), "fields": fields}]},
        result_template=None,
    )
    words = " ".join("".join(page.extract_text() for page in pdf(door).pages).split())
    assert "Chỉ điền khi “Ô purpose” là “Vay vốn”." in words


# Prefilled

AN = Person(
    "082190001234", "Nguyễn Thị An", None, "female", "", "", "", None, Address("82", "28300", "12 Nguyễn Huệ"), None, None, None, None,
)  # fmt: skip


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = []

    def look_up(*told: Any, **why: Any) -> Person:
        asked.append(why)
        return AN

    monkeypatch.setattr(population, "look_up", look_up)
    return asked


OWN = f"{URL}mau-don-cua-toi.pdf"


def test_ones_own_form_holds_what_the_registry_and_the_account_know(
    offering: Offering, door: Door, an: User, registry: list[dict[str, Any]]
) -> None:
    answer = door(an).get(OWN)
    found = fields_of(PdfReader(io.BytesIO(answer.content)))
    assert found["full_name"]["/V"] == "Nguyễn Thị An" and found["phone"]["/V"] == an.phone
    assert "12 Nguyễn Huệ" in found["place"]["/V"]
    assert registry[0]["about"] == an and registry[0]["purpose"]
    assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
    entry = AuditEntry.objects.get(action="form.own")
    assert entry.subject == an and entry.facts["source"] == "population"


def test_ones_own_form_holds_what_one_began_to_fill_in(
    offering: Offering, door: Door, an: User, registry: list[dict[str, Any]]
) -> None:
    draft = drafts.start(offering, an)
    drafts.save_answers(draft, {"full_name": "Nguyễn Thị An", "story": "Tôi kể"})
    found = fields_of(pdf(door, OWN, an))
    assert found["story"]["/V"] == "Tôi kể" and registry == []
    document = Document(io.BytesIO(door(an).get(f"{URL}mau-don-cua-toi.docx").content))
    assert "Tôi kể" in "".join(t.text or "" for t in document.element.body.iter(qn("w:t")))


def test_a_silent_registry_leaves_its_fields_empty(
    offering: Offering, door: Door, an: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*told: Any, **why: Any) -> Person:
        raise population.Unavailable("down")

    monkeypatch.setattr(population, "look_up", silent)
    found = fields_of(pdf(door, OWN, an))
    assert found["full_name"]["/V"] == "" and found["phone"]["/V"] == an.phone


def test_nobody_gets_the_form_of_another(
    offering: Offering, door: Door, an: User, binh: User, registry: list[dict[str, Any]]
) -> None:
    """Kept nowhere: what An was given is neither in the page for everybody nor in Bình's."""
    door(an).get(OWN)
    assert fields_of(pdf(door))["phone"]["/V"] == ""
    drafts_of_binh = fields_of(pdf(door, OWN, binh))
    assert drafts_of_binh["full_name"]["/V"] == "Nguyễn Thị An", "the stand-in answers with An; the question was Bình's"
    assert registry[-1]["about"] == binh
    assert door().get(OWN).status_code == 302


def test_the_page_offers_it_to_those_who_signed_in(offering: Offering, door: Door, an: User) -> None:
    assert "mau-don-cua-toi" in door(an).get(URL).content.decode()
    assert "mau-don-cua-toi" not in door().get(URL).content.decode()


def test_no_own_form_where_there_is_no_blank_one(offering: Offering, door: Door, an: User, tenant: Tenant) -> None:
    assert door(an).get(f"{URL}mau-don-cua-toi.txt").status_code == 404
    catalogue.offer(offering.procedure, offering.office, blank_forms=False)
    assert door(an).get(OWN).status_code == 404
