"""Pages of stored files as pictures: one page at a time, drawn here, so that nothing of a file runs in a reader's browser."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from portal.files import open_stored

# An A4 page at 100 %, in points of the screen; a picture is never drawn larger than this many points.
WIDTH, MOST_POINTS = 900, 12_000_000
QUALITY = 72
# PDFium keeps state of its own: one page is drawn at a time in each process.
_one_at_a_time = threading.Lock()


class NoPicture(Exception):
    """A file or page that cannot be drawn: damaged, locked by a password, or not there."""


def count_pages(path: str, kind: str) -> int:
    """How many pages there are to draw. Raises NoPicture."""
    if kind != "pdf":
        return 1
    with _opened(path) as document:
        return len(document)


def draw(path: str, kind: str, number: int, *, zoom: int = 100, turn: int = 0) -> bytes:
    """Page `number` (from 1) as JPEG, `zoom` in percent of WIDTH, turned clockwise by degrees. Raises NoPicture."""
    picture = _pdf_page(path, number, zoom) if kind == "pdf" else _picture(path, number, zoom)
    held = io.BytesIO()
    turned = picture.rotate(-turn, expand=True) if turn else picture
    turned.convert("RGB").save(held, "JPEG", quality=QUALITY)
    return held.getvalue()


@contextmanager
def _opened(path: str) -> Iterator[Any]:
    """Only what is asked for is read: a scan of four hundred pages opens as fast as one of two."""
    with _one_at_a_time, open_stored(path) as file:
        try:
            document = pypdfium2.PdfDocument(file)
        except pypdfium2.PdfiumError as error:
            raise NoPicture(str(error)) from error
        try:
            yield document
        finally:
            document.close()


def _pdf_page(path: str, number: int, zoom: int) -> Image.Image:
    with _opened(path) as document:
        if not 1 <= number <= len(document):
            raise NoPicture("no such page")
        try:
            page = document[number - 1]
            width, height = page.get_size()
            picture: Image.Image = page.render(scale=_scale(width, height, zoom)).to_pil()
        except pypdfium2.PdfiumError as error:
            raise NoPicture(str(error)) from error
        return picture


def _scale(width: float, height: float, zoom: int) -> float:
    wanted = WIDTH * zoom / 100 / max(width, 1)
    bounded = (MOST_POINTS / max(width * height, 1)) ** 0.5
    return float(min(wanted, bounded))


def _picture(path: str, number: int, zoom: int) -> Image.Image:
    """As the camera meant it, without what it wrote beside the picture."""
    if number != 1:
        raise NoPicture("no such page")
    with open_stored(path) as file:
        try:
            picture = ImageOps.exif_transpose(Image.open(file))
            factor = min(_scale(*picture.size, zoom), zoom / 100 if picture.width < WIDTH else 4)
            return picture.resize((max(int(picture.width * factor), 1), max(int(picture.height * factor), 1)))
        except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
            raise NoPicture(str(error)) from error
