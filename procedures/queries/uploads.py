"""Looking at a file before it is kept: its kind from its content, never from its name; its size; its inner honesty."""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

import puremagic
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

KINDS = {"pdf": ("pdf",), "jpg": ("jpg", "jpeg", "jfif"), "png": ("png",), "docx": ("docx", "zip")}
MOST_PIXELS = 60_000_000
MOST_UNPACKED = 200 * 1024 * 1024


class BadFile(ValueError):
    """A file that is not taken: `str()` says why and what to do, fit for the person."""


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept: its safe name and its kind as its content tells."""

    content: "UploadedFile[bytes]"
    name: str
    kind: str


def check_file(upload: "UploadedFile[bytes]", accept: tuple[str, ...], max_mb: int) -> CheckedFile:
    """Judge an upload. Raises BadFile with a sentence to put beside the field."""
    if not upload.size:
        raise BadFile(_("Tệp trống. Hãy kiểm tra lại tệp trên máy rồi chọn lại."))
    if upload.size > max_mb * 1024 * 1024:
        told = {"size": number_format(upload.size / 1024 / 1024, 1), "most": max_mb}
        raise BadFile(
            _("Tệp nặng %(size)s MB; tối đa là %(most)s MB. Hãy giảm dung lượng hoặc chụp lại với độ nét vừa phải.")
            % told
        )
    kind = _kind(upload)
    if kind not in accept:
        raise BadFile(
            _("Chỉ nhận tệp %(kinds)s; nội dung tệp này không phải loại đó.") % {"kinds": ", ".join(accept).upper()}
        )
    if not _sound(upload, kind):
        raise BadFile(_("Tệp không mở được hoặc bị hỏng. Hãy lưu lại tệp rồi chọn lại."))
    upload.seek(0)
    return CheckedFile(content=upload, name=safe_name(upload.name or "", kind), kind=kind)


def _kind(upload: "UploadedFile[bytes]") -> str:
    upload.seek(0)
    head = upload.read(64 * 1024)
    try:
        found = {match.extension.lstrip(".") for match in puremagic.magic_string(head)}
    except puremagic.PureError:
        return ""
    return next((kind for kind, endings in KINDS.items() if found & set(endings)), "")


def _sound(upload: "UploadedFile[bytes]", kind: str) -> bool:
    upload.seek(0)
    content = upload.read()
    try:
        if kind == "pdf":
            return len(PdfReader(io.BytesIO(content)).pages) > 0
        if kind == "docx":
            return _sound_archive(content)
        with Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
            picture.verify()
            return width * height <= MOST_PIXELS
    except (
        PyPdfError,
        UnidentifiedImageError,
        zipfile.BadZipFile,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ):
        return False


def _sound_archive(content: bytes) -> bool:
    """A Word file that is one, and that does not blow up when opened."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
        return (
            "word/document.xml" in archive.namelist()
            and unpacked <= MOST_UNPACKED
            and unpacked <= 200 * max(len(content), 1)
        )


def safe_name(name: str, kind: str) -> str:
    """The name as shown and downloaded: no path, no control or invisible character, the ending that the content has."""
    bare = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    stem = "".join(c for c in bare.rpartition(".")[0] or bare if unicodedata.category(c)[0] != "C")
    stem = re.sub(r'[<>:"|?*%]', "_", stem).strip(" .")[:120]
    return f"{stem or 'tep'}.{kind}"
