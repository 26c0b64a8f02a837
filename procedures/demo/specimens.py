"""Files that stand for people's papers: one page each that says what it stands for and that it is made up."""

import io
from functools import cache

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from PIL import Image, ImageDraw, ImageFont

from procedures.queries.uploads import CheckedFile, safe_name

PAGE = (496, 702)  # A4 at 60 dots an inch
FONT = settings.BASE_DIR / "portal" / "fonts" / "BeVietnamPro-SemiBold.ttf"
KINDS = {"pdf": "pdf", "jpg": "jpg", "png": "png", "docx": "docx"}


def specimen(name: str) -> CheckedFile:
    """A small sound file of that name; a kind that no form takes becomes a PDF."""
    kind = KINDS.get(name.rpartition(".")[2], "pdf")
    return CheckedFile(content=SimpleUploadedFile(name, _content(name, kind)), name=safe_name(name, kind), kind=kind)


@cache
def _content(name: str, kind: str) -> bytes:
    held = io.BytesIO()
    title = name.rpartition(".")[0].replace("-", " ").upper()
    if kind == "docx":
        document = Document()
        document.add_heading(title)
        document.add_paragraph("Bản minh họa, không phải giấy tờ thật.")
        document.save(held)
    else:
        _drawn(title).save(held, {"pdf": "PDF", "jpg": "JPEG", "png": "PNG"}[kind], quality=60)
    return held.getvalue()


def _drawn(title: str) -> Image.Image:
    page = Image.new("L", PAGE, 250)
    pen = ImageDraw.Draw(page)
    pen.rectangle((24, 24, PAGE[0] - 24, PAGE[1] - 24), outline=120)
    pen.multiline_text((48, 72), "\n".join(_lines(title)), fill=20, font=ImageFont.truetype(FONT, 22), spacing=10)
    pen.text((48, PAGE[1] - 72), "Bản minh họa, không phải giấy tờ thật", fill=90, font=ImageFont.truetype(FONT, 14))
    for row in range(220, PAGE[1] - 110, 26):
        pen.line((48, row, PAGE[0] - 48 - (row * 7) % 90, row), fill=190)
    return page


def _lines(text: str, most: int = 26) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
