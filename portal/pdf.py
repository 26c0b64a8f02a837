"""Papers as tagged PDF/A: Typst templates under templates/documents, people's words only ever as data, never as markup."""

import datetime
import functools
import io
import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.utils.functional import Promise

from portal import moments

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "documents"
FONTS = Path(settings.BASE_DIR) / "portal" / "fonts"
MARKS_ON_ONE_LETTER = 3
TRIES = 4
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def render(
    template_name: str, data: Mapping[str, Any], *, language: str = "vi", at: datetime.datetime | None = None
) -> bytes:
    """Set `data` by templates/documents/<template_name>.typ; equal arguments give equal bytes (`at` is the file's date)."""
    template = TEMPLATES / f"{template_name}.typ"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", template_name) or not template.is_file():
        raise ValueError(f"There is no document template {template_name!r}.")
    inputs = {"language": language, "demo": "yes" if settings.DEMO else "no", "qr": qr_svg(data.get("qr_url"))}
    inputs["proof"] = qr_svg(data.get("verify_url"))
    inputs["data"] = json.dumps(plain(data, language), ensure_ascii=False)
    moment = int((at or moments.now()).timestamp())
    for _attempt in range(TRIES):
        try:
            return _compile(template, inputs, moment)
        except typst.TypstError as error:
            inputs["data"] = _spell_out(inputs["data"], error)
    return _compile(template, inputs, moment)


def plain(value: Any, language: str = "vi") -> Any:
    """The value as JSON can carry it: one language, local ISO dates, and no character that acts instead of showing."""
    if isinstance(value, Mapping):
        if "vi" in value and value.keys() <= {"vi", "en"}:
            return plain(value.get(language) or value["vi"], language)
        return {str(key): plain(inner, language) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner, language) for inner in value]
    if isinstance(value, datetime.date):
        return _iso(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str | Promise):
        return printable(str(value))
    raise TypeError(f"A paper cannot show a {type(value).__name__}.")


def _iso(value: datetime.date) -> str:
    if isinstance(value, datetime.datetime):
        return value.astimezone(moments.HERE).isoformat(timespec="minutes")
    return value.isoformat()


def printable(text: str) -> str:
    """Text without invisible, direction-changing or control characters, composed, marks on a letter limited."""
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text.replace("\r\n", "\n")):
        category = unicodedata.category(character)
        marks = marks + 1 if category == "Mn" else 0
        if marks <= MARKS_ON_ONE_LETTER:
            kept.append(_shown(character, category))
    return "".join(kept)


def qr_svg(url: str | None) -> str:
    """A QR code as an SVG picture, for the templates; nothing for no address."""
    if not url:
        return ""
    picture = io.BytesIO()
    segno.make(url, error="m", micro=False).save(picture, kind="svg", border=0, xmldecl=False, svgns=True)
    return picture.getvalue().decode()


def _shown(character: str, category: str) -> str:
    if character == "\n" or category in ("Zl", "Zp"):
        return "\n"
    if character == "\t":
        return " "
    if category == "Zs":
        return " "
    if category in ("Cc", "Cf", "Cs"):
        return ""
    return _code(character) if category in ("Co", "Cn") else character


def _code(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def _spell_out(data: str, error: typst.TypstError) -> str:
    """A character that no font of ours can show is written as its number, so that nothing is lost silently."""
    named = "".join(_NO_GLYPH.findall(error.diagnostic))
    named = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), named)
    missing = {ord(character): _code(character) for character in named if not character.isascii()}
    if not missing:
        raise error
    return data.translate(missing)


@functools.cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])


def _compile(template: Path, inputs: dict[str, str], moment: int) -> bytes:
    """Archival, with its structure written down (PDF/A-2a), and readable aloud (PDF/UA-1)."""
    return typst.compile(
        str(template),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=["a-2a", "ua-1"],
        timestamp=moment,
    )
