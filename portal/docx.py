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

from portal.pdf import plain

Parts = Mapping[str, Any]
FONT = "Times New Roman"
WIDTH = 16.0  # centimetres between the margins
LINES = {"long_text": 3, "address": 2}
LONG = 34
EMPTY_ROWS = 3


def form_docx(
    title: str | Parts, sections: Iterable[Parts], papers: Iterable[Parts], qr_url: str, *, language: str = "vi"
) -> bytes:
    """The blank form of a procedure: sections and papers as in its definition (texts plain or {"vi", "en"})."""
    heading = plain(title, language)
    document = _page(heading, language)
    with override(language):
        _head(document, heading, qr_url)
        for section in plain(list(sections), language):
            _section(document, section)
        _papers(document, plain(list(papers), language))
        _signature(document)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _section(document: DocumentObject, section: Parts) -> None:
    document.add_heading(section["title"], level=2)
    if section.get("help"):
        _small(document.add_paragraph(), section["help"])
    for field in section["fields"]:
        _field(document, field)


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


def _field(document: DocumentObject, field: Parts) -> None:
    kind = field["type"]
    if kind in ("file", "computed"):
        return
    label = field["label"] + (" (*)" if field.get("required") else "")
    if kind == "info":
        document.add_paragraph().add_run(label).italic = True
    elif kind == "group":
        _group(document, label, field["fields"])
    elif kind == "declaration":
        _boxes(document.add_paragraph(), [label])
    else:
        _asked(document.add_paragraph(), field, label)
    if field.get("help") and kind != "info":
        _small(document.add_paragraph(), field["help"])


def _asked(line: Paragraph, field: Parts, label: str) -> None:
    line.add_run(f"{label}: ")
    kind = field["type"]
    if kind == "choice":
        _boxes(line, [choice["label"] for choice in field["choices"]])
    elif kind == "yes_no":
        _boxes(line, [pgettext("answer", "Có"), pgettext("answer", "Không")])
    else:
        _control(line, label, kind)
        if kind == "money":
            line.add_run(" " + _("đồng"))


def _control(line: Paragraph, label: str, kind: str) -> None:
    """A place to type: shows dots until somebody writes, and tells a screen reader what is asked."""
    shape = {"date": '<w:date><w:dateFormat w:val="dd/MM/yyyy"/></w:date>', "long_text": '<w:text w:multiLine="1"/>'}
    control = parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtPr><w:alias/><w:showingPlcHdr/>{shape.get(kind, '<w:text/>')}</w:sdtPr>"
        f"<w:sdtContent><w:r>{_dots(kind)}</w:r></w:sdtContent></w:sdt>"
    )
    _named(control, label)
    line.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    line._p.append(control)


def _dots(kind: str) -> str:
    """Dotted to the margin, by a tab: as wide as the page however long the label is."""
    if kind in ("date", "money"):
        return f"<w:t>{'…… / …… / …………' if kind == 'date' else '…' * 16}</w:t>"
    return "<w:br/>".join(["<w:tab/>"] * LINES.get(kind, 1))


def _boxes(line: Paragraph, labels: list[str]) -> None:
    each_on_its_line = len(labels) > 1 and max(map(len, labels)) > LONG
    for label in labels:
        if each_on_its_line:
            line.add_run().add_break()
        line._p.append(_box(label))
        line.add_run(f" {label}    ")


def _box(label: str) -> Any:
    font = '<w:rFonts w:ascii="MS Gothic" w:hAnsi="MS Gothic" w:eastAsia="MS Gothic" w:hint="eastAsia"/>'
    box = parse_xml(
        f'<w:sdt {nsdecls("w")} xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w:sdtPr><w:alias/>'
        '<w14:checkbox><w14:checked w14:val="0"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent><w:r><w:rPr>{font}</w:rPr><w:t>☐</w:t></w:r></w:sdtContent></w:sdt>"
    )
    _named(box, label)
    return box


def _named(control: Any, label: str) -> None:
    # Word takes no title longer than this.
    control.find(f".//{qn('w:alias')}").set(qn("w:val"), label[:64])


def _group(document: DocumentObject, label: str, columns: list[Parts]) -> None:
    document.add_paragraph().add_run(label).bold = True
    shown = [column for column in columns if column["type"] not in ("file", "computed", "info")]
    heads = [pgettext("row number", "TT"), *(column["label"] for column in shown)]
    table = _table(document, heads, [1.2, *[(WIDTH - 1.2) / max(len(shown), 1)] * len(shown)])
    for place in range(1, EMPTY_ROWS + 1):
        _row(table, height=0.9)[0].text = str(place)
    document.add_paragraph()


def _papers(document: DocumentObject, papers: list[Parts]) -> None:
    if not papers:
        return
    document.add_heading(_("Giấy tờ kèm theo"), level=2)
    heads = [pgettext("row number", "TT"), _("Tên giấy tờ"), _("Bản chính"), _("Bản sao"), _("Đã kèm")]
    table = _table(document, heads, [1.2, 8.0, 2.2, 2.2, 2.4])
    for place, paper in enumerate(papers, start=1):
        cells = _row(table)
        optional = "" if paper.get("mandatory", True) else " " + _("(nếu có)")
        counts = [str(paper.get(kind) or "–") for kind in ("originals", "copies")]
        for cell, text in zip(cells, [str(place), paper["name"] + optional, *counts], strict=False):
            cell.text = text
        cells[4].paragraphs[0]._p.append(_box(paper["name"]))


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


def _small(line: Paragraph, text: str) -> None:
    run = line.add_run(text)
    run.font.size = Pt(11)
    run.italic = True
