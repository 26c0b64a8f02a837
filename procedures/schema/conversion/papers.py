"""What the name of a paper says about it: how many, original or copy, handed in or only shown."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from procedures.schema.conversion.wording import key_of

BOTH = re.compile(r"(\d{1,2}) bản chính và (\d{1,2}) bản sao", re.IGNORECASE)
BOTH_UNCOUNTED = re.compile(r"bản (?:gốc|chính) và bản sao", re.IGNORECASE)
COUNT = re.compile(r"(?:\(|:\s*|^)\s*(\d{1,2})\s*\)?\s*(?:bản|bộ|tờ|ảnh|\()", re.IGNORECASE)
COPY = re.compile(r"^(?:nộp )?bản sao|bản sao (?:có )?(?:công chứng|chứng thực)|\(bản sao\)|photo", re.IGNORECASE)
SHOWN = re.compile(r"xuất trình", re.IGNORECASE)
CONDITIONAL = re.compile(r"nếu |\bđối với |trường hợp ", re.IGNORECASE)
REQUEST = re.compile(
    r"(?:đơn|tờ khai|bản khai|(?:giấy|phiếu|văn bản) (?:đề nghị|yêu cầu)|đề nghị|phiếu khai|giấy khai)\b", re.IGNORECASE
)
# Not a paper: how many sets of the whole dossier are handed in.
SETS = re.compile(r"số lượng hồ sơ", re.IGNORECASE)
FILES = {"accept": ["pdf", "jpg", "png"], "max_mb": 20, "max_items": 5}


class Told(NamedTuple):
    """What the words say; `counted` when they say how many."""

    originals: int
    copies: int
    present_only: bool
    conditional: bool
    counted: bool


def read_name(name: str) -> Told:
    both, count = BOTH.search(name), COUNT.search(name)
    shown, conditional = bool(SHOWN.search(name)), bool(CONDITIONAL.search(name))
    if both:
        return Told(int(both[1]), int(both[2]), shown, conditional, True)
    if BOTH_UNCOUNTED.search(name):
        return Told(1, 1, shown, conditional, True)
    number = int(count[1]) if count else 1
    if COPY.search(name):
        return Told(0, number, shown, conditional, True)
    return Told(number, 0, shown, conditional, count is not None)


def paper(key: str, name: str, told: Told, *, note: str = "", mandatory: bool = True) -> dict[str, object]:
    made: dict[str, object] = {
        "key": key,
        "name": {"vi": name},
        "originals": told.originals,
        "copies": told.copies,
        "mandatory": mandatory,
        "present_only": told.present_only,
    }
    return {**made, "note": {"vi": note}} if note else made


def unnamed(words: str) -> dict[str, object]:
    """In the place of papers that a source does not name: a page without papers would say that none are needed."""
    return paper("unnamed", words, Told(0, 0, present_only=False, conditional=False, counted=False), mandatory=False)


def mark_request(papers: list[dict[str, object]], names: Sequence[str]) -> None:
    """The first paper that is the request itself: the form makes it."""
    for one, name in zip(papers, names, strict=True):
        if REQUEST.match(name):
            one["blank_form"] = True
            return


def files_section(papers: Sequence[dict[str, object]]) -> dict[str, object] | None:
    """Where the papers are handed in online: one file field each, but for the request itself and what is only shown."""
    given = [one for one in papers if not one.get("blank_form") and not one["present_only"]]
    fields: list[dict[str, object]] = []
    for one in given:
        key = key_of(f"tep {one['key']}".replace("_", " "), [str(field["key"]) for field in fields])
        required = bool(one["mandatory"]) and not one.get("replaced_by")
        fields.append(
            {"key": key, "label": one["name"], "type": "file", "required": required, "paper": one["key"], **FILES}
        )
    online = {"field": "profile.channel", "is": "online"}
    return (
        {"key": "attachments", "title": {"vi": "Giấy tờ kèm theo"}, "when": online, "fields": fields}
        if fields
        else None
    )
