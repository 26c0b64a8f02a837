"""Drawing a page of a stored file: done only in a process of its own (drawing_room.py), because a file may be hostile."""

import io
from collections.abc import Callable
from typing import IO, Any

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

# An A4 page at 100 %, in points of the screen; a picture is never drawn larger than this many points.
WIDTH, MOST_POINTS = 900, 12_000_000
QUALITY = 72


class NoPicture(Exception):
    """A file or page that cannot be drawn: damaged, locked by a password, or not there."""


def make_ready() -> None:
    """Everything that would be opened later is opened now: in the room no file can be."""
    Image.init()


def count(file: IO[bytes]) -> bytes:
    """How many pages a PDF has. Raises NoPicture."""
    return str(len(_document(file))).encode()


def draw(file: IO[bytes], *, kind: str, number: int, zoom: int, turn: int) -> bytes:
    """Page `number` (from 1) as JPEG, `zoom` in percent of WIDTH, turned clockwise by degrees. Raises NoPicture."""
    picture = _pdf_page(file, number, zoom) if kind == "pdf" else _picture(file, number, zoom)
    held = io.BytesIO()
    turned = picture.rotate(-turn, expand=True) if turn else picture
    turned.convert("RGB").save(held, "JPEG", quality=QUALITY)
    return held.getvalue()


def _document(file: IO[bytes]) -> Any:
    """Only what is asked for is read: a scan of four hundred pages opens as fast as one of two."""
    try:
        return pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        raise NoPicture(str(error)) from error


def _pdf_page(file: IO[bytes], number: int, zoom: int) -> Image.Image:
    document = _document(file)
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


def _picture(file: IO[bytes], number: int, zoom: int) -> Image.Image:
    """As the camera meant it, without what it wrote beside the picture."""
    if number != 1:
        raise NoPicture("no such page")
    try:
        picture = ImageOps.exif_transpose(Image.open(file))
        factor = min(_scale(*picture.size, zoom), zoom / 100 if picture.width < WIDTH else 4)
        return picture.resize((max(int(picture.width * factor), 1), max(int(picture.height * factor), 1)))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise NoPicture(str(error)) from error


DEEDS: dict[str, Callable[..., bytes]] = {"count": count, "draw": draw}
