"""Words of the sources as terms of a definition: keys, times, levels, subjects."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from procedures.schema.conversion.source import Source
from procedures.schema.reading import gettext_noop
from procedures.schema.record import AUDIENCES, LEVELS

LONGEST_KEY = 40
HOURS_A_DAY = 8
UNITS = {"ngày làm việc": "working_day", "ngày": "calendar_day", "giờ": "hour", "tháng": "month"}
LEVEL_WORDS = {"cấp xã": "commune", "cấp tỉnh": "province", "cấp bộ": "ministry"}
# Fields of government that the demonstration has too: one field, one key.
SECTORS = {
    "Hộ tịch": "civil_status",
    "Chứng thực": "authentication",
    "Đất đai": "land",
    "Hoạt động xây dựng": "construction",
    "Đăng ký, quản lý cư trú": "residence",
    "Đường bộ": "road_transport",
    "Văn hóa": "culture",
    "Giảm nghèo": "poverty_reduction",
}
SUBJECTS = {
    "Công dân Việt Nam": "citizen",
    "Doanh nghiệp": "business",
    "Người nước ngoài": "foreigner",
    "Tổ chức (không bao gồm doanh nghiệp, HTX)": "organisation",
}
# Kinds of subject that have no group of their own here and go into a wider one.
WIDER_SUBJECTS = {
    "Doanh nghiệp có vốn đầu tư nước ngoài": "business",
    "Doanh nghiệp Việt Nam": "business",
    "Hợp tác xã": "organisation",
    "Tổ chức nước ngoài": "organisation",
    "Tổ chức Đảng": "organisation",
    "Người nước ngoài cư trú tại Việt Nam": "foreigner",
    "Người Việt Nam định cư ở nước ngoài": "citizen",
    "Cán bộ, công chức, viên chức": "citizen",
    "Đảng viên": "citizen",
}


def plain(text: str) -> str:
    """Small letters without diacritics."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def key_of(text: str, taken: Iterable[str] = ()) -> str:
    """A key made of a text's letters, different from those that are taken; a long one ends in a mark of the whole."""
    base = "_".join(re.findall(r"[a-z0-9]+", plain(text)))
    if not base[:1].isalpha():
        base = f"n_{base}".rstrip("_")
    if len(base) > LONGEST_KEY - 4:
        base = f"{base[: LONGEST_KEY - 11]}_{hashlib.sha256(text.encode()).hexdigest()[:6]}"
    used, number, key = set(taken), 1, base
    while key in used:
        number += 1
        key = f"{base}_{number}"
    return key


def span(amount: float, unit: str) -> dict[str, object] | None:
    """So many of a unit as a legal time; parts of a working day in hours of eight a day. None where neither fits."""
    told = UNITS.get(unit.casefold())
    if told == "working_day" and not amount.is_integer():
        amount, told = amount * HOURS_A_DAY, "hour"
    if told is None or not amount.is_integer() or not 0 <= amount <= 10_000:
        return None
    return {"amount": int(amount), "unit": told}


def sector(name: str) -> dict[str, object]:
    return {"key": SECTORS.get(name) or key_of(name), "name": {"vi": name}}


def level(source: Source, path: str, words: str) -> str:
    """The lowest level named: where people go."""
    named = [LEVEL_WORDS[word] for word in re.split(r"\s*,\s*", words.casefold()) if word in LEVEL_WORDS]
    if len(named) != len(words.split(",")) or len(named) > 1:
        source.tell(path, gettext_noop("Một thủ tục ở đây thuộc một cấp: lấy cấp gần người dân nhất."))
    return min(named, key=LEVELS.index, default="province")


def audience(source: Source, path: str, words: Sequence[str]) -> list[str]:
    """The groups that are meant; kinds of subject without a group of their own go into a wider one and are told of."""
    rest, found = ", ".join(words), set()
    wider = []
    for name in sorted({**SUBJECTS, **WIDER_SUBJECTS}, key=len, reverse=True):
        if name in rest:
            rest = rest.replace(name, "")
            found.add({**SUBJECTS, **WIDER_SUBJECTS}[name])
            wider += [name] if name in WIDER_SUBJECTS else []
    if wider or rest.strip(", "):
        unknown = ", ".join([*wider, *[part for part in re.split(r"[,\s]{2,}", rest.strip(", ")) if part]])
        source.tell(
            path, gettext_noop("Không có nhóm đối tượng riêng, gộp vào nhóm rộng hơn: %(names)s."), names=unknown
        )
    return [one for one in AUDIENCES if one in found]
