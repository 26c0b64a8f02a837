"""Fields that can be filled in, laid over a paper of portal/pdf.py.

The template marks each place by a link to `x-field:<name>` (or `x-field:<name>#<number>` for one of several options)
around a box as large as the field. Typst then writes down place, page, reading order and structure; here each of these
links becomes the widget of its field. So nothing is measured twice, and a field follows its label for a screen reader too.
"""

import functools
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from portal.field_font import FieldFont, field_font
from portal.pdf import printable

MARK = "x-field:"
SIZE, SMALLEST, LEADING, PAD = 10.0, 5.0, 1.35, 2.0
# Bits of a field's flags (ISO 32000-1, 12.7).
REQUIRED, MULTILINE, NO_OFF, RADIO, COMBO, COMB = 1 << 1, 1 << 12, 1 << 14, 1 << 15, 1 << 17, 1 << 24
LINE, LINES, COMBED, TICK, ONE_OF, LIST = "line", "lines", "combed", "tick", "one_of", "list"


@dataclass(frozen=True)
class Blank:
    """A field to fill in: what it is called for programs and for people, and what stands in it already."""

    name: str
    label: str
    kind: str = LINE
    value: str | bool = ""
    options: tuple[tuple[str, str], ...] = ()
    required: bool = False
    cells: int = 0


def fillable(content: bytes, blanks: Iterable[Blank]) -> bytes:
    """The paper with a widget at every mark. Raises KeyError for a mark that names no field, or a field without a mark."""
    known = {blank.name: blank for blank in blanks}
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    form = _Form(writer, known)
    for page in writer.pages:
        for reference in page.get("/Annots", ()):
            form.take(reference)
    if known.keys() - form.roots.keys():
        raise KeyError(f"No place for {sorted(known.keys() - form.roots.keys())}.")
    form.close()
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


class _Form:
    """The interactive form of one file while it is made."""

    def __init__(self, writer: PdfWriter, blanks: Mapping[str, Blank]) -> None:
        self.writer, self.blanks = writer, blanks
        self.font = field_font()
        self.font_place = _add_font(writer, self.font)
        self.roots: dict[str, IndirectObject] = {}
        self.elements = dict(_elements(writer.root_object.get("/StructTreeRoot", {}).get("/ParentTree")))

    def take(self, reference: IndirectObject) -> None:
        """Turn a marked link into a widget; any other annotation stays."""
        annotation = cast(DictionaryObject, reference.get_object())
        address = str(annotation.get("/A", {}).get("/URI", ""))
        if not address.startswith(MARK):
            return
        name, _hash, option = address.removeprefix(MARK).partition("#")
        blank, rect = self.blanks[name], [float(side) for side in cast(ArrayObject, annotation["/Rect"])]
        for key in ("/A", "/Border", "/Contents"):
            annotation.pop(key, None)
        annotation[NameObject("/Subtype")] = NameObject("/Widget")
        annotation[NameObject("/TU")] = TextStringObject(blank.label)
        self._called_form(annotation)
        if blank.kind == ONE_OF:
            self._option(reference, annotation, blank, int(option), rect)
        else:
            self._whole(reference, annotation, blank, rect)

    def _called_form(self, annotation: DictionaryObject) -> None:
        element = self.elements.get(cast(int, annotation.get("/StructParent")))
        if element is not None:
            element[NameObject("/S")] = NameObject("/Form")

    def _whole(self, reference: IndirectObject, widget: DictionaryObject, blank: Blank, rect: list[float]) -> None:
        """Field and widget in one object."""
        widget.update(_field(blank))
        if blank.kind == TICK:
            self._ticked(widget, "Yes", bool(blank.value), rect)
            widget[NameObject("/V")] = widget["/AS"]
        else:
            widget[NameObject("/DA")] = _look(blank)
            widget[NameObject("/V")] = TextStringObject(_value(blank))
            widget[NameObject("/AP")] = DictionaryObject({NameObject("/N"): self._drawn(blank, rect)})
        self.roots[blank.name] = reference

    def _option(
        self, reference: IndirectObject, widget: DictionaryObject, blank: Blank, number: int, rect: list[float]
    ) -> None:
        """One of the circles of a field; the field itself stands above them."""
        if blank.name not in self.roots:
            parent = _field(blank)
            parent[NameObject("/TU")] = TextStringObject(blank.label)
            parent[NameObject("/V")] = NameObject("/Off")
            parent[NameObject("/Kids")] = ArrayObject()
            self.roots[blank.name] = self.writer._add_object(parent)
        root: Any = self.roots[blank.name].get_object()
        value, label = blank.options[number]
        widget[NameObject("/Parent")] = self.roots[blank.name]
        widget[NameObject("/TU")] = TextStringObject(f"{blank.label}: {label}")
        self._ticked(widget, state_of(value, number), blank.value == value, rect)
        if blank.value == value:
            root[NameObject("/V")] = widget["/AS"]
        root["/Kids"].append(reference)

    def _ticked(self, widget: DictionaryObject, state: str, on: bool, rect: list[float]) -> None:
        width, height = rect[2] - rect[0], rect[3] - rect[1]
        mark = (
            f"q 1.3 w 1 J {width * 0.2:.2f} {height * 0.5:.2f} m {width * 0.42:.2f} {height * 0.22:.2f} l "
            f"{width * 0.82:.2f} {height * 0.8:.2f} l S Q"
        )
        shapes = {NameObject("/Off"): self._shape("", rect), NameObject(f"/{state}"): self._shape(mark, rect)}
        widget[NameObject("/AP")] = DictionaryObject({NameObject("/N"): DictionaryObject(shapes)})
        widget[NameObject("/AS")] = NameObject(f"/{state}" if on else "/Off")

    def _drawn(self, blank: Blank, rect: list[float]) -> IndirectObject:
        return self._shape(_text_drawn(self.font, blank, rect[2] - rect[0], rect[3] - rect[1]), rect)

    def _shape(self, drawing: str, rect: list[float]) -> IndirectObject:
        shape = StreamObject()
        shape.set_data(drawing.encode("ascii"))
        fonts = DictionaryObject({NameObject("/BVP"): self.font_place})
        shape.update({
            NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject([NumberObject(0), NumberObject(0), FloatObject(rect[2] - rect[0]), FloatObject(rect[3] - rect[1])]),
            NameObject("/Resources"): DictionaryObject({NameObject("/Font"): fonts}),
        })  # fmt: skip
        return self.writer._add_object(shape)

    def close(self) -> None:
        fonts = DictionaryObject({NameObject("/BVP"): self.font_place})
        self.writer.root_object[NameObject("/AcroForm")] = self.writer._add_object(DictionaryObject({
            NameObject("/Fields"): ArrayObject(self.roots.values()),
            NameObject("/DR"): DictionaryObject({NameObject("/Font"): fonts}),
            NameObject("/DA"): ByteStringObject(b"/BVP 0 Tf 0 g"),
        }))  # fmt: skip


def state_of(value: str, number: int) -> str:
    """What an option is called where only a name can stand: its value, or its number where that is no name."""
    return (
        value
        if value.isascii() and value.replace("_", "").replace("-", "").isalnum() and value != "Off"
        else str(number)
    )


def _field(blank: Blank) -> DictionaryObject:
    kinds = {TICK: "/Btn", ONE_OF: "/Btn", LIST: "/Ch"}
    flags = {LINES: MULTILINE, COMBED: COMB, ONE_OF: RADIO | NO_OFF, LIST: COMBO}
    field = DictionaryObject({
        NameObject("/FT"): NameObject(kinds.get(blank.kind, "/Tx")), NameObject("/T"): TextStringObject(blank.name),
        NameObject("/Ff"): NumberObject(flags.get(blank.kind, 0) | (REQUIRED if blank.required else 0)),
    })  # fmt: skip
    if blank.kind == COMBED:
        field[NameObject("/MaxLen")] = NumberObject(blank.cells)
    if blank.kind == LIST:
        pairs = [ArrayObject([TextStringObject(value), TextStringObject(label)]) for value, label in blank.options]
        field[NameObject("/Opt")] = ArrayObject([ArrayObject([TextStringObject(" "), TextStringObject(" ")]), *pairs])
    return field


def _look(blank: Blank) -> ByteStringObject:
    """In one line the reader's program makes long words smaller; in several it begins a new one."""
    return ByteStringObject(b"/BVP 10 Tf 0 g" if blank.kind == LINES else b"/BVP 0 Tf 0 g")


def _value(blank: Blank) -> str:
    return printable(str(blank.value)).replace("\n", "\r" if blank.kind == LINES else " ")


def _text_drawn(font: FieldFont, blank: Blank, width: float, height: float) -> str:
    """What stands in the field before anybody types: empty, or the known value."""
    text = printable(dict(blank.options).get(str(blank.value), str(blank.value)))
    if not text:
        return "/Tx BMC EMC"
    if blank.kind == COMBED:
        return _drawn("".join(_cells(font, text, width / blank.cells, height)))
    if blank.kind == LINES:
        return _drawn("".join(_rows(font, text, width, height)))
    line = text.replace("\n", " ")
    size = max(SMALLEST, min(SIZE, SIZE * (width - 2 * PAD) / max(font.width(line, SIZE), 1)))
    return _drawn(font.shown(line, size, PAD, (height - size) / 2 + size * 0.22))


def _rows(font: FieldFont, text: str, width: float, height: float) -> Iterator[str]:
    """As large as all of it fits, and no smaller than can be read."""
    for size in (SIZE, 9.0, 8.0, 7.0, 6.0, SMALLEST):
        rows = [row for line in text.split("\n") for row in font.wrapped(line, size, width - 2 * PAD)]
        if len(rows) * size * LEADING <= height:
            break
    for place, row in enumerate(rows):
        yield font.shown(row, size, PAD, height - size * LEADING * place - size)


def _cells(font: FieldFont, text: str, cell: float, height: float) -> Iterator[str]:
    for place, letter in enumerate(text):
        yield font.shown(letter, SIZE, place * cell + (cell - font.width(letter, SIZE)) / 2, (height - SIZE) / 2 + 2)


def _drawn(words: str) -> str:
    return f"/Tx BMC q BT 0 g {words}ET Q EMC"


def _elements(tree: Any) -> Iterator[tuple[int, Any]]:
    """From the number of an annotation to its element of the structure (a number tree, ISO 32000-1, 7.9.7)."""
    if tree is None:
        return
    node = tree.get_object()
    for kid in node.get("/Kids", ()):
        yield from _elements(kid)
    numbers = node.get("/Nums", ())
    for key, value in zip(numbers[::2], numbers[1::2], strict=True):
        found = value.get_object()
        if isinstance(found, DictionaryObject):
            yield int(key), found


def _add_font(writer: PdfWriter, font: FieldFont) -> IndirectObject:
    """The whole Vietnamese alphabet goes with the file, so that what is typed later is shown as well."""
    file, mapping = StreamObject(), StreamObject()
    file.set_data(font.file)
    file[NameObject("/Length1")] = NumberObject(len(font.file))
    mapping.set_data(font.to_unicode.encode("ascii"))
    names = functools.partial(_dictionary, writer)
    descriptor = names(
        Type="/FontDescriptor", FontName=f"/{font.name}", Flags=32, FontBBox=list(font.box), ItalicAngle=0, Ascent=font.box[3],
        Descent=font.box[1], CapHeight=700, StemV=80, FontFile2=writer._add_object(file.flate_encode()),
    )  # fmt: skip
    system = DictionaryObject({
        NameObject("/Registry"): TextStringObject("Adobe"), NameObject("/Ordering"): TextStringObject("Identity"),
        NameObject("/Supplement"): NumberObject(0),
    })  # fmt: skip
    inner = names(
        Type="/Font", Subtype="/CIDFontType2", BaseFont=f"/{font.name}", CIDSystemInfo=system, FontDescriptor=descriptor,
        DW=500, W=[0, ArrayObject(NumberObject(width) for width in font.widths)], CIDToGIDMap="/Identity",
    )  # fmt: skip
    return names(
        Type="/Font", Subtype="/Type0", BaseFont=f"/{font.name}", Encoding="/Identity-H", DescendantFonts=[inner],
        ToUnicode=writer._add_object(mapping.flate_encode()),
    )  # fmt: skip


def _dictionary(writer: PdfWriter, **entries: Any) -> IndirectObject:
    made = DictionaryObject({NameObject(f"/{key}"): _plain(value) for key, value in entries.items()})
    return writer._add_object(made)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return NameObject(value)
    if isinstance(value, list):
        return ArrayObject(_plain(one) for one in value)
    return NumberObject(value) if isinstance(value, int) else value
