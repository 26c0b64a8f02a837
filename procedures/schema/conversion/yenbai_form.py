"""The typed form fields of that one-stop shop as ours."""

from collections.abc import Mapping

from procedures.schema.conversion.source import Source
from procedures.schema.conversion.wording import key_of, plain
from procedures.schema.dates import TODAY
from procedures.schema.reading import gettext_noop

Raw = dict[str, object]
# (control, check) → our type and its limits. Numbers that were checked as digits only are kept as text where they name.
KINDS: Mapping[tuple[str, str], Raw] = {
    ("Textbox", "text"): {"type": "text"},
    ("TextboxName", "text"): {"type": "text", "max_length": 200},
    ("TextboxArea", "text"): {"type": "long_text", "max_length": 5000},
    ("TextboxDate", "date"): {"type": "date"},
    ("TextboxDate", "text"): {"type": "date"},
    ("TextboxDate", "no"): {"type": "date"},
    ("TextboxMoney", "text"): {"type": "money"},
    ("Textbox", "money"): {"type": "money"},
    ("Textbox", "number"): {"type": "number", "min": 0},
    ("Textbox", "numberString"): {"type": "decimal", "digits": 2, "min": 0},
    ("Textbox", "phone"): {"type": "phone"},
    ("Textbox", "fax"): {"type": "phone"},
    ("Textbox", "email"): {"type": "email"},
    ("Textbox", "Email"): {"type": "email"},
}
LISTED = ("DropDownList", "ddli")
# What the desk itself wrote: the platform has receipts, fees and due dates of its own.
OFFICIAL = ("so bien lai", "le phi", "hen ngay giai quyet", "ngay den huong dan ke khai thue")
PAST = ("ngay cap", "ngay sinh", "ngay, thang, nam sinh")
GENDERS = [{"value": "male", "label": {"vi": "Nam"}}, {"value": "female", "label": {"vi": "Nữ"}}]


def read(source: Source) -> list[Raw]:
    fields: list[Raw] = []
    for path in source.items("form_fields"):
        made = _field(source, path, [str(one["key"]) for one in fields])
        if made is not None:
            fields.append(made)
    return fields


def _field(source: Source, path: str, taken: list[str]) -> Raw | None:
    label = source.text(f"{path}.label")
    if not label:
        source.tell(path, gettext_noop("Trường không có nhãn: không biết hỏi gì."))
        return None
    if plain(label).startswith(OFFICIAL):
        source.tell(path, gettext_noop("Do cán bộ ghi: ở đây là biên nhận, khoản thu và hạn trả của hệ thống."))
        return None
    key = key_of(label, taken)
    required = source.flag(f"{path}.required")
    kind = _kind(source, path, label)
    source.use(path, f"form.sections.*.fields.{key}")
    return {"key": key, "label": {"vi": label}, **kind, "required": required}


def _kind(source: Source, path: str, label: str) -> Raw:
    control, check = source.text(f"{path}.type"), source.text(f"{path}.validate")
    words = plain(label)
    if (control, check) == LISTED:
        return _listed(source, path, words)
    if check.casefold() == "email" and "email" not in words:
        source.tell(f"{path}.validate", gettext_noop("Kiểu kiểm tra là thư điện tử, trái với nhãn: nhận chữ thường."))
        return {"type": "text"}
    if (control, check) not in KINDS:
        source.tell(f"{path}.type", gettext_noop("Không biết loại trường này: nhận chữ thường."))
        return {"type": "text"}
    kind = KINDS[control, check]
    return _named_number(words, kind) if kind["type"] == "number" else _dated(words, kind)


def _named_number(words: str, kind: Raw) -> Raw:
    """Digits that name a person or a telephone are no number."""
    if "ho chieu" in words:
        return {"type": "text", "max_length": 20}
    if "cmnd" in words or "cmt" in words or "chung minh" in words:
        return {"type": "person_id", "accept_old": True}
    if "dien thoai" in words:
        return {"type": "phone"}
    return {**kind, "min": 1} if words.startswith("so luong bo ho so") else dict(kind)


def _dated(words: str, kind: Raw) -> Raw:
    past = kind["type"] == "date" and words.startswith(PAST)
    return {**kind, "max": TODAY} if past else dict(kind)


def _listed(source: Source, path: str, words: str) -> Raw:
    if words == "gioi tinh":
        return {"type": "choice", "choices": GENDERS}
    source.tell(f"{path}.type", gettext_noop("Nguồn không kèm danh mục để chọn: người khai gõ chữ."))
    return {"type": "text"}
