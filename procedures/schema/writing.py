"""Text as people type and paste it, brought into one form: composed, without what cannot be seen."""

import re
import unicodedata
from collections.abc import Mapping

from procedures.schema.messages import Invalid

# Zero-width and direction-changing characters make two names look alike or a line read backwards; no name needs them.
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]")
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
TOLD = 40


def is_blank(raw: object) -> bool:
    if isinstance(raw, str):
        return not one_line(raw)
    if isinstance(raw, Mapping):
        return all(is_blank(part) for part in raw.values())
    return raw is None or (isinstance(raw, list | tuple) and not raw)


def one_line(raw: str) -> str:
    """Text of one line in composed form, without invisible characters, with single blanks."""
    visible = INVISIBLE.sub("", CONTROLS.sub(" ", raw))
    return unicodedata.normalize("NFC", " ".join(visible.split()))


def lines(raw: str) -> str:
    """Text of several lines in composed form."""
    unified = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    visible = INVISIBLE.sub("", CONTROLS.sub(" ", unified))
    return unicodedata.normalize("NFC", "\n".join(line.rstrip() for line in visible.split("\n")).strip())


def as_text(raw: object) -> str:
    if not isinstance(raw, str):
        raise Invalid("shape")
    return one_line(raw)


def told(text: str) -> str:
    """What was typed, short enough to be said in a sentence."""
    return text if len(text) <= TOLD else f"{text[:TOLD]}…"
