"""Blank forms as Word files, to be filled in on a computer (content controls) or by hand (dotted lines)."""

import io
from collections.abc import Iterable, Mapping
from typing import Any

import segno
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from portal.pdf import plain, printable
from portal.pdf_fields import LINES, LIST, ONE_OF, Blank

Parts = Mapping[str, Any]
FONT = "Times New Roman"
WIDTH = 16.0  # centimetres between the margins
LONG = 34
# Word takes no longer name or tag of a control.
LONGEST_NAME = 64
CHECKED, UNCHECKED = "☒", "☐"


def form_docx(data: Parts, blanks: Iterable[Blank], *, language: str = "vi") -> bytes:
    """A blank form: `data` as templates/documents/blank_form.typ takes it with `fillable`, and the fields it names."""
    told = plain(data, language)
    document = _page(told["title"], language)
    with override(language):
        form = _Form(document, {blank.name: blank for blank in blanks})
        _head(document, told["title"], told.get("qr_url") or "")
        for section in told["sections"]:
            form.section(section)
        form.papers(told["papers"])
        _signature(document)
        _foot(document, told)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


class _Form:
    """Writes questions and papers, each with the control of its field."""

    def __init__(self, document: DocumentObject, blanks: dict[str, Blank]) -> None:
        self.document, self.blanks = document, blanks

    def section(self, section: Parts) -> None:
        self.document.add_heading(section["title"], level=2)
        self._notes(section, ("help", "only_if"))
        for field in section["fields"]:
            self.field(field)

    def field(self, field: Parts) -> None:
        kind, label = field["kind"], field["label"] + (" (*)" if field.get("required") else "")
        if kind == "none":
            self.document.add_paragraph().add_run(label).italic = True
            return
        if kind == "rows":
            self._rows(field, label)
        elif kind == "tick":
            self._tick(self.document.add_paragraph(), field["name"], label)
        else:
            self._asked(self.document.add_paragraph(), field, label)
        self._notes(field, ("only_if", "help"))

    def _notes(self, shown: Parts, names: tuple[str, ...]) -> None:
        for name in names:
            if shown.get(name):
                _small(self.document.add_paragraph(), shown[name])

    def _asked(self, line: Paragraph, field: Parts, label: str) -> None:
        line.add_run(f"{label}: ")
        if field["kind"] in ("ticks", ONE_OF):
            self._options(line, field["options"])
            return
        line.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        line._p.append(_control(self.blanks[field["name"]], _dots(field)))
        if field.get("unit"):
            line.add_run(f" {field['unit']}")

    def _options(self, line: Paragraph, options: list[Parts]) -> None:
        each_on_its_line = len(options) > 1 and max(len(option["label"]) for option in options) > LONG
        for option in options:
            if each_on_its_line:
                line.add_run().add_break()
            self._tick(line, option["mark"], option["label"] + "    ")
            if option.get("own"):
                line._p.append(_control(self.blanks[option["own"]], f"<w:t>{'…' * 12}</w:t>"))

    def _tick(self, line: Paragraph, mark: str, label: str) -> None:
        """A box of its own, or one of several of a field (`name#number`)."""
        name, _hash, number = mark.partition("#")
        blank = self.blanks[name]
        on = blank.options[int(number)][0] == blank.value if number else bool(blank.value)
        line._p.append(_box(mark, label.strip(), checked=on))
        line.add_run(f" {label}")

    def _rows(self, group: Parts, label: str) -> None:
        self.document.add_paragraph().add_run(label).bold = True
        columns = group["fields"]
        heads = [pgettext("row number", "TT"), *(column["label"] for column in columns)]
        table = _table(self.document, heads, [1.2, *[(WIDTH - 1.2) / max(len(columns), 1)] * len(columns)])
        for place in range(1, group["rows"] + 1):
            first, *cells = _row(table, height=0.9)
            first.text = str(place)
            for cell, column in zip(cells, columns, strict=True):
                blank = self.blanks[f"{group['name']}/{place}/{column['name']}"]
                cell.paragraphs[0]._p.append(_control(blank, "<w:t>  </w:t>"))
        self.document.add_paragraph()

    def papers(self, papers: list[Parts]) -> None:
        if not papers:
            return
        self.document.add_heading(_("Giấy tờ kèm theo"), level=2)
        heads = [pgettext("row number", "TT"), _("Tên giấy tờ"), _("Bản chính"), _("Bản sao"), _("Đã kèm")]
        table = _table(self.document, heads, [1.2, 8.0, 2.2, 2.2, 2.4])
        for place, paper in enumerate(papers, start=1):
            cells = _row(table)
            optional = "" if paper.get("mandatory", True) else " " + _("(nếu có)")
            counts = [str(paper.get(kind) or "–") for kind in ("originals", "copies")]
            for cell, text in zip(cells, [str(place), paper["name"] + optional, *counts], strict=False):
                cell.text = text
            cells[4].paragraphs[0]._p.append(_box(paper["mark"], paper["name"], checked=False))


def _page(title: str, language: str) -> DocumentObject:
    document = Document()
    document.core_properties.title = title
    document.core_properties.language = language
    document.core_properties.author = ""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Cm(3), Cm(2), Cm(2), Cm(2)
    for name, size in (("Normal", 13), ("Heading 1", 15), ("Heading 2", 13)):
        _style(document, name, size, "vi-VN" if language == "vi" else "en-GB")
    return document


def _style(document: DocumentObject, name: str, size: int, language: str) -> None:
    style = document.styles[name]
    properties = style.element.get_or_add_rPr()
    for child in properties.findall(qn("w:rFonts")) + properties.findall(qn("w:color")):
        properties.remove(child)
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    properties.insert(0, fonts)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), language)
    properties.append(spoken)
    style.font.size = Pt(size)


def _head(document: DocumentObject, title: str, qr_url: str) -> None:
    state = document.add_paragraph()
    state.alignment = WD_ALIGN_PARAGRAPH.CENTER
    state.add_run("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").bold = True
    state.add_run().add_break()
    motto = state.add_run("Độc lập - Tự do - Hạnh phúc")
    motto.bold = motto.underline = True
    document.add_heading(title.upper(), level=1).alignment = WD_ALIGN_PARAGRAPH.CENTER
    if qr_url:
        line = document.add_paragraph()
        _qr(line.add_run(), qr_url)
        line.add_run().add_break()
        _small(line, _("Thông tin thủ tục và nộp trực tuyến: %(address)s") % {"address": qr_url})
    _small(document.add_paragraph(), _("Mục có dấu (*) là bắt buộc."))


def _qr(run: Run, url: str) -> None:
    picture = io.BytesIO()
    segno.make(url, error="m", micro=False).save(picture, kind="png", scale=6, border=1)
    picture.seek(0)
    shape = run.add_picture(picture, width=Cm(2.4))
    shape._inline.docPr.set("descr", _("Mã QR dẫn đến %(address)s") % {"address": url})


def _control(blank: Blank, empty: str) -> Any:
    """A place to type: shows dots until somebody writes, and tells a screen reader what is asked."""
    control = parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtPr><w:alias/><w:tag/>{_shape(blank)}</w:sdtPr>"
        f"<w:sdtContent><w:r>{empty}</w:r></w:sdtContent></w:sdt>"
    )
    _named(control, blank.name, blank.label)
    if blank.kind == LIST:
        _listed(control, blank)
    shown = printable(dict(blank.options).get(str(blank.value), str(blank.value)))
    properties = control.find(qn("w:sdtPr"))
    if shown:
        _written(control.find(f".//{qn('w:r')}"), shown)
    else:
        properties.insert(2, OxmlElement("w:showingPlcHdr"))
    return control


def _shape(blank: Blank) -> str:
    return {LINES: '<w:text w:multiLine="1"/>', LIST: "<w:dropDownList/>"}.get(blank.kind, "<w:text/>")


def _listed(control: Any, blank: Blank) -> None:
    choices = control.find(f".//{qn('w:dropDownList')}")
    for value, label in blank.options:
        item = OxmlElement("w:listItem")
        item.set(qn("w:displayText"), printable(label))
        item.set(qn("w:value"), printable(value))
        choices.append(item)


def _written(run: Any, text: str) -> None:
    """The value instead of the dots, line by line."""
    for child in list(run):
        run.remove(child)
    for number, line in enumerate(text.split("\n")):
        if number:
            run.append(OxmlElement("w:br"))
        words = OxmlElement("w:t")
        words.text = line
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(words)


def _dots(field: Parts) -> str:
    """Dotted to the margin, by a tab: as wide as the page however long the label is."""
    if field["type"] == "date":
        return "<w:t>…… / …… / …………</w:t>"
    if field.get("width"):
        return f"<w:t>{'…' * 16}</w:t>"
    lines = max(1, round(field.get("height", 1) / 1.8)) if field["kind"] == LINES else 1
    return "<w:br/>".join(["<w:tab/>"] * lines)


def _box(mark: str, label: str, *, checked: bool) -> Any:
    font = '<w:rFonts w:ascii="MS Gothic" w:hAnsi="MS Gothic" w:eastAsia="MS Gothic" w:hint="eastAsia"/>'
    box = parse_xml(
        f'<w:sdt {nsdecls("w")} xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w:sdtPr><w:alias/><w:tag/>'
        f'<w14:checkbox><w14:checked w14:val="{int(checked)}"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent><w:r><w:rPr>{font}</w:rPr><w:t>{CHECKED if checked else UNCHECKED}</w:t></w:r></w:sdtContent></w:sdt>"
    )
    _named(box, mark, label)
    return box


def _named(control: Any, name: str, label: str) -> None:
    control.find(f".//{qn('w:alias')}").set(qn("w:val"), printable(label)[:LONGEST_NAME])
    control.find(f".//{qn('w:tag')}").set(qn("w:val"), name[-LONGEST_NAME:])


def _table(document: DocumentObject, heads: list[str], widths: list[float]) -> Table:
    """A table whose first row is its head, for eyes, for screen readers and on every page."""
    table: Table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    table.autofit = False
    for column, cell, head, width in zip(table.columns, table.rows[0].cells, heads, widths, strict=True):
        cell.paragraphs[0].add_run(head).bold = True
        column.width = cell.width = Cm(width)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    return table


def _row(table: Table, height: float = 0.6) -> tuple[_Cell, ...]:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    row.height = Cm(height)
    for cell, column in zip(row.cells, table.columns, strict=True):
        cell.width = column.width
    return row.cells


def _signature(document: DocumentObject) -> None:
    signer = document.add_paragraph()
    signer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    signer.paragraph_format.left_indent = Cm(WIDTH / 2)
    signer.paragraph_format.space_before = Pt(18)
    signer.paragraph_format.keep_together = True
    signer.add_run(_("………, ngày …… tháng …… năm ……")).italic = True
    signer.add_run().add_break()
    signer.add_run(_("NGƯỜI NỘP ĐƠN")).bold = True
    signer.add_run().add_break()
    signer.add_run(_("(Ký và ghi rõ họ tên)")).italic = True


def _foot(document: DocumentObject, told: Parts) -> None:
    """Which form of which day this is, and the page: "Thủ tục 1.001612 · phiên bản 3, 22/11/2026 · Trang 1/2"."""
    line = document.sections[0].footer.paragraphs[0]
    parts = [_("Thủ tục %(code)s") % {"code": told["code"]}] if told.get("code") else []
    edition = told.get("edition") or {}
    if edition.get("date"):
        day = "/".join(reversed(edition["date"].split("-")))
        parts.append(_("mẫu theo phiên bản %(n)s, công bố %(day)s") % {"n": edition["number"], "day": day})
    line.add_run(" · ".join([*parts, _("Trang") + " "])).font.size = Pt(9)
    for number, code in enumerate(("PAGE", "NUMPAGES")):
        if number:
            line.add_run("/").font.size = Pt(9)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), code)
        line._p.append(field)


def _small(line: Paragraph, text: str) -> None:
    run = line.add_run(text)
    run.font.size = Pt(11)
    run.italic = True
