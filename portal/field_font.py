"""The font of fillable fields: Be Vietnam Pro cut to Latin and Vietnamese letters, with what is needed to set a line."""

import functools
import io
from dataclasses import dataclass

from fontTools import subset
from fontTools.ttLib import TTFont

from portal.pdf import FONTS

# Latin with its extensions, marks that combine, all Vietnamese letters, punctuation, currency, arrows and numbers.
LETTERS = (range(0x20, 0x7F), range(0xA0, 0x250), range(0x300, 0x30A), range(0x1E00, 0x1F00), range(0x2010, 0x2030), range(0x20A0, 0x20C0), (0x2116, 0x2122))  # fmt: skip


@dataclass(frozen=True)
class FieldFont:
    """Widths are thousandths of the size; a letter that the font lacks is shown by its number."""

    name: str
    file: bytes
    glyphs: dict[int, int]
    widths: tuple[int, ...]
    box: tuple[int, int, int, int]
    to_unicode: str

    def width(self, text: str, size: float) -> float:
        return sum(self.widths[self.glyphs[ord(one)]] for one in self.known(text)) * size / 1000

    def known(self, text: str) -> str:
        return "".join(one if ord(one) in self.glyphs else f"[U+{ord(one):04X}]" for one in text)

    def shown(self, line: str, size: float, x: float, y: float) -> str:
        """The operators that show a line at a place."""
        codes = "".join(f"{self.glyphs[ord(one)]:04X}" for one in self.known(line))
        return f"/BVP {size:.2f} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm <{codes}> Tj "

    def wrapped(self, line: str, size: float, room: float) -> list[str]:
        """The line broken between words, and inside a word that no line could take."""
        rows = [""]
        for word in line.split(" "):
            longer = f"{rows[-1]} {word}".strip()
            if self.width(longer, size) <= room:
                rows[-1] = longer
                continue
            rows.append("")
            for letter in word:
                if self.width(rows[-1] + letter, size) > room:
                    rows.append("")
                rows[-1] += letter
        return [row for row in rows if row] or [""]


@functools.cache
def field_font() -> FieldFont:
    """Cut once for each process."""
    font = TTFont(FONTS / "BeVietnamPro-Regular.ttf", recalcTimestamp=False)
    options = subset.Options(notdef_outline=True, layout_features=[], name_IDs=[1, 2, 3, 4, 5, 6], hinting=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for letters in LETTERS for code in letters])
    cutter.subset(font)
    written = io.BytesIO()
    font.save(written)
    places = {name: number for number, name in enumerate(font.getGlyphOrder())}
    glyphs = {code: places[name] for code, name in font.getBestCmap().items()}
    unit, head = 1000 / font["head"].unitsPerEm, font["head"]
    widths = tuple(round(font["hmtx"][name][0] * unit) for name in font.getGlyphOrder())
    box = tuple(round(side * unit) for side in (head.xMin, head.yMin, head.xMax, head.yMax))
    return FieldFont("MCVNAA+BeVietnamPro-Regular", written.getvalue(), glyphs, widths, box, _to_unicode(glyphs))


def _to_unicode(glyphs: dict[int, int]) -> str:
    """From glyphs back to letters, so that what is shown can be copied, searched and read aloud."""
    pairs = [f"<{glyph:04X}> <{code:04X}>" for code, glyph in sorted(glyphs.items(), key=lambda pair: pair[1])]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n"
        f"/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{body}\nendcmap\n"
        "CMapName currentdict /CMap defineresource pop\nend\nend"
    )
