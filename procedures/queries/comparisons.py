"""Two definitions side by side in words: part by part, what was added, taken out or changed, with both texts."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from portal.roles import Role
from portal.templatetags.ui import money, number
from procedures.queries import wording
from procedures.queries.catalogue import AUDIENCES, LIFE_EVENTS
from procedures.schema import parts
from procedures.schema.conditions import read_condition
from procedures.schema.definition import Definition, DefinitionError, Span, parse
from procedures.schema.differences import ADDED, CHANGED, MOVED, REMOVED, Difference, differences
from procedures.schema.reading import Node, Problem
from procedures.schema.record import UNITS

Words = str | Promise
KINDS: dict[str, Words] = {
    ADDED: pgettext_lazy("so sánh", "Thêm"),
    REMOVED: pgettext_lazy("so sánh", "Bỏ"),
    CHANGED: pgettext_lazy("so sánh", "Sửa"),
    MOVED: gettext_lazy("Đổi thứ tự"),
}
# The parts of a definition as a person calls them, in the order in which they are read.
PARTS: dict[str, Words] = {
    "code": gettext_lazy("Mã thủ tục"), "name": gettext_lazy("Tên thủ tục"), "sector": gettext_lazy("Lĩnh vực"),
    "government_level": gettext_lazy("Cấp thực hiện"), "audience": gettext_lazy("Đối tượng"),
    "life_events": gettext_lazy("Sự kiện đời sống"), "keywords": gettext_lazy("Từ khóa"), "summary": gettext_lazy("Tóm tắt"),
    "steps": gettext_lazy("Trình tự thực hiện"), "conditions": gettext_lazy("Điều kiện thực hiện"),
    "decision_no": gettext_lazy("Quyết định công bố"), "channels": gettext_lazy("Cách nộp"), "time": gettext_lazy("Thời hạn"),
    "clock": gettext_lazy("Cách tính thời hạn"), "cases": gettext_lazy("Các trường hợp"), "papers": gettext_lazy("Thành phần hồ sơ"),
    "form": gettext_lazy("Biểu mẫu"), "fees": gettext_lazy("Phí, lệ phí"), "fee_note": gettext_lazy("Ghi chú về phí"),
    "legal_basis": gettext_lazy("Căn cứ pháp lý"), "results": gettext_lazy("Kết quả"), "result_template": gettext_lazy("Mẫu kết quả"),
    "route": gettext_lazy("Quy trình nội bộ"), "agencies": gettext_lazy("Cơ quan"), "retention_years": gettext_lazy("Số năm lưu trữ"),
    "trials": gettext_lazy("Ca thử"),
}  # fmt: skip
# What is said of a part, below the parts; a word that is not here is told as it stands in the definition.
MEMBERS: dict[str, Words] = {
    "label": gettext_lazy("Câu hỏi, nhãn"), "title": gettext_lazy("Tên"), "name": gettext_lazy("Tên"), "help": gettext_lazy("Hướng dẫn"),
    "note": gettext_lazy("Ghi chú"), "type": gettext_lazy("Loại"), "required": gettext_lazy("Bắt buộc"), "choices": gettext_lazy("Các lựa chọn"),
    "when": gettext_lazy("Điều kiện"), "fields": gettext_lazy("Các trường"), "sections": gettext_lazy("Các phần"),
    "originals": gettext_lazy("Bản chính"), "copies": gettext_lazy("Bản sao"), "mandatory": gettext_lazy("Phải nộp"),
    "blank_form": gettext_lazy("Là mẫu đơn"), "present_only": gettext_lazy("Chỉ xuất trình"), "replaced_by": gettext_lazy("Thay bằng cơ sở dữ liệu"),
    "amount": gettext_lazy("Mức thu"), "kind": gettext_lazy("Loại"), "when_due": gettext_lazy("Lúc thu"), "exempt": gettext_lazy("Miễn, giảm"),
    "role": gettext_lazy("Vai trò"), "hours": gettext_lazy("Số giờ"), "excluded": gettext_lazy("Không tính vào thời hạn"),
    "four_eyes": gettext_lazy("Hai người kiểm soát"), "opinions_excluded": gettext_lazy("Chờ ý kiến không tính vào thời hạn"),
    "number": gettext_lazy("Số hiệu"), "value": gettext_lazy("Giá trị"), "lines": gettext_lazy("Các dòng"),
    "registry": gettext_lazy("Lấy từ cơ sở dữ liệu"), "online": wording.CHANNEL_NAMES["online"], "counter": wording.CHANNEL_NAMES["counter"],
    "post": wording.CHANNEL_NAMES["post"], "papers": gettext_lazy("Giấy tờ"), "time": gettext_lazy("Thời hạn"),
    "competent": gettext_lazy("Cơ quan có thẩm quyền"), "performing": gettext_lazy("Cơ quan thực hiện"),
    "cooperating": gettext_lazy("Cơ quan phối hợp"), "validity_months": gettext_lazy("Hiệu lực (tháng)"), "renewed_by": gettext_lazy("Mã thủ tục gia hạn"),
    "searchable": gettext_lazy("Tìm hồ sơ theo câu trả lời"), "max_length": gettext_lazy("Số ký tự tối đa"), "key": gettext_lazy("Khóa"), "vi": gettext_lazy("tiếng Việt"), "en": gettext_lazy("tiếng Anh"),
}  # fmt: skip
TYPES: dict[str, Words] = {
    "text": gettext_lazy("Một dòng chữ"), "long_text": gettext_lazy("Đoạn văn"), "choice": gettext_lazy("Chọn một"),
    "multi_choice": gettext_lazy("Chọn nhiều"), "yes_no": gettext_lazy("Có hay không"), "date": gettext_lazy("Ngày"),
    "number": gettext_lazy("Số nguyên"), "decimal": gettext_lazy("Số thập phân"), "money": gettext_lazy("Số tiền"),
    "person_id": gettext_lazy("Số định danh cá nhân"), "business_code": gettext_lazy("Mã số doanh nghiệp"),
    "phone": gettext_lazy("Số điện thoại"), "email": gettext_lazy("Thư điện tử"), "address": gettext_lazy("Địa chỉ"),
    "file": gettext_lazy("Tệp đính kèm"), "group": gettext_lazy("Bảng nhiều dòng"), "declaration": gettext_lazy("Cam đoan"),
    "info": gettext_lazy("Lời dẫn"), "computed": gettext_lazy("Tự tính"),
}  # fmt: skip
VALUES: dict[str, Mapping[str, Words]] = {
    "type": TYPES,
    "audience": AUDIENCES,
    "life_events": LIFE_EVENTS,
    "channels": wording.CHANNEL_NAMES,
    "role": {role.value: role.label for role in Role},
    "kind": {"charge": gettext_lazy("lệ phí"), "fee": gettext_lazy("phí")},
    "government_level": {
        "commune": gettext_lazy("cấp xã"), "province": gettext_lazy("cấp tỉnh"), "ministry": gettext_lazy("cấp bộ"),
    },
}  # fmt: skip
LONGEST = 4000


@dataclass(frozen=True)
class Row:
    """One difference: what it is about, what happened to it, and both texts."""

    address: str
    about: str
    kind: str
    before: str
    after: str

    @property
    def word(self) -> Words:
        return KINDS[self.kind]


@dataclass(frozen=True)
class Part:
    key: str
    title: Words
    rows: tuple[Row, ...]


def compare(old: Mapping[str, Any], new: Mapping[str, Any], *, both: bool = True) -> list[Part]:
    """The parts that differ, each with its rows; either side may be faulty. `both`: texts in both languages."""
    return tell(differences(old, new), old, new, both=both)


def tell(
    found: Iterable[Difference], old: Mapping[str, Any], new: Mapping[str, Any], *, both: bool = True
) -> list[Part]:
    """Differences that were found between two definitions, in words."""
    before, after = _Teller(old, both), _Teller(new, both)
    rows: dict[str, list[Row]] = {}
    for one in found:
        row = Row(
            one.address,
            after.about(one.address, before),
            one.kind,
            before.say(one, one.before),
            after.say(one, one.after),
        )
        rows.setdefault(one.address.partition(".")[0], []).append(row)
    order = list(PARTS)
    keys = sorted(rows, key=lambda key: order.index(key) if key in PARTS else len(order))
    return [Part(key, PARTS.get(key, key), tuple(rows[key])) for key in keys]


class _Teller:
    """Says parts of one definition in words, with its own names of fields in conditions and sums."""

    def __init__(self, raw: Mapping[str, Any], both: bool) -> None:
        self.raw, self.both = raw, both
        self.definition = _parsed(raw)

    def about(self, address: str, other: "_Teller") -> str:
        """Người yêu cầu › Họ và tên › Bắt buộc."""
        steps = address.split(".")[1:]
        words = [self._step(address, place, other) for place in range(2, len(steps) + 2)]
        return " › ".join(word for word in words if word)

    def _step(self, address: str, length: int, other: "_Teller") -> str:
        here = ".".join(address.split(".")[:length])
        last = here.rpartition(".")[2]
        named = _name(parts.find(self.raw, here)) or _name(parts.find(other.raw, here))
        if named or (last in ("sections", "fields") and length < len(address.split("."))):
            return named
        return str(MEMBERS.get(last, last))

    def say(self, one: Difference, value: Any) -> str:
        if one.kind == MOVED:
            names = [_name(parts.find(self.raw, f"{one.address}.{key}")) or str(key) for key in value or ()]
            return "\n".join(f"{place}. {name}" for place, name in enumerate(names, 1))
        return self.text(one.address.rpartition(".")[2], value)[:LONGEST]

    def text(self, member: str, value: Any) -> str:
        if value is None or value == "" or value == [] or value == {}:
            return ""
        for fits, told in self._ways(member):
            if fits(value):
                return told(value)
        return json.dumps(value, ensure_ascii=False)

    def _ways(self, member: str) -> list[tuple[Callable[[Any], bool], Callable[[Any], str]]]:
        names = VALUES.get(member, {})
        return [
            (lambda v: isinstance(v, bool), lambda v: _("Có") if v else _("Không")),
            (lambda v: isinstance(v, int) and member in MONEY, lambda v: money(v)),
            (lambda v: isinstance(v, int), lambda v: number(v)),
            (lambda v: isinstance(v, str), lambda v: str(names.get(v, v))),
            (_is_text, _both if self.both else _read),
            (_is_span, lambda v: wording.span(Span(v["amount"], v["unit"]))),
            (lambda v: member == "when", self._condition),
            (lambda v: isinstance(v, list), lambda v: self._items(member, v)),
            (lambda v: isinstance(v, dict), self._members),
        ]

    def _condition(self, value: Any) -> str:
        """In words; one that cannot be read, in a draft, as it is written."""
        problems: list[Problem] = []
        rule = read_condition(Node(value, "", problems))
        if self.definition is None or problems:
            return json.dumps(value, ensure_ascii=False)
        return wording.condition(rule, self.definition)

    def _items(self, member: str, items: list[Any]) -> str:
        if all(isinstance(item, str) for item in items):
            return ", ".join(self.text(member, item) for item in items)
        return "\n".join(f"– {self._item(item)}" for item in items)

    def _item(self, item: Any) -> str:
        """An item by its name, with what else it says behind."""
        if not isinstance(item, dict) or _is_text(item):
            return self.text("", item)
        name, naming = _name(item), next((key for key in NAMING if item.get(key)), "")
        rest = {key: value for key, value in item.items() if key not in (naming, "key")}
        told = self._members(rest).replace("\n", "; ")
        return f"{name} ({told})" if name and told else name or told

    def _members(self, value: Mapping[str, Any]) -> str:
        rows = ((str(MEMBERS.get(key, key)), self.text(key, inner)) for key, inner in value.items() if key != "key")
        return "\n".join(f"{name}: {told}" for name, told in rows if told)


NAMING = ("label", "title", "name", "number")
MONEY = ("amount", "online", "counter", "post", "base", "each", "cap")


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and set(value) <= {"vi", "en"}


def _both(value: Mapping[str, Any]) -> str:
    vi, en = str(value.get("vi") or ""), str(value.get("en") or "")
    return f"{vi}\n[en] {en}" if en and en != vi else vi


def _read(value: Mapping[str, Any]) -> str:
    """In the reader's language alone."""
    return str((value.get("en") if get_language() == "en" else "") or value.get("vi") or "")


def _is_span(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"amount", "unit"}
        and type(value["amount"]) is int
        and value["unit"] in UNITS
    )


def _name(item: Any) -> str:
    """What an item of a list calls itself, in the reader's language."""
    for key in NAMING if isinstance(item, Mapping) else ():
        told = item.get(key)
        if _is_text(told):
            return _read(told)
        if isinstance(told, str) and told:
            return told
    return ""


def _parsed(raw: Mapping[str, Any]) -> Definition | None:
    try:
        return parse(raw)
    except DefinitionError:
        return None
